"""The tables of what documents say, whom they name, and of batches."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, SmallInteger, UniqueConstraint, func, text
from sqlalchemy.dialects.postgresql import JSONB, TIMESTAMP
from sqlalchemy.orm import Mapped, mapped_column

from portal.platform.db import Base
from portal.platform.ids import new_id
from portal.platform.storage.claims import claim, file_index

MOMENT = TIMESTAMP(timezone=True)


class TextRecord(Base):
    """What a version of a document says, sealed."""

    __tablename__ = "texts"
    __table_args__ = ({"schema": "documents"},)

    version_id: Mapped[UUID] = mapped_column(
        ForeignKey("documents.versions.id", name="texts_version", ondelete="CASCADE"), primary_key=True
    )
    firm_id: Mapped[UUID] = mapped_column(ForeignKey("identity.firms.id", name="texts_firm"))
    sealed: Mapped[bytes]
    pages: Mapped[int]
    unread: Mapped[int]
    read_at: Mapped[datetime] = mapped_column(MOMENT, server_default=func.now())
    looked_by: Mapped[UUID | None] = mapped_column(ForeignKey("identity.users.id", name="texts_looked_by"))
    looked_at: Mapped[datetime | None] = mapped_column(MOMENT)


class ClearingRecord(Base):
    """That somebody whom a version names may be named in it, and why."""

    __tablename__ = "clearings"
    __table_args__ = (CheckConstraint("kind IN ('name', 'tax_number', 'email')"), {"schema": "documents"})

    version_id: Mapped[UUID] = mapped_column(
        ForeignKey("documents.versions.id", name="clearings_version", ondelete="CASCADE"), primary_key=True
    )
    subject_id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    firm_id: Mapped[UUID] = mapped_column(ForeignKey("identity.firms.id", name="clearings_firm"))
    cleared_by: Mapped[UUID] = mapped_column(ForeignKey("identity.users.id", name="clearings_cleared_by"))
    cleared_at: Mapped[datetime] = mapped_column(MOMENT, server_default=func.now())
    reason: Mapped[str]


class BatchRecord(Base):
    """Many files that came as one."""

    __tablename__ = "batches"
    __table_args__ = (
        Index("batches_by_firm", "firm_id", text("created_at DESC"), text("id DESC")),
        {"schema": "documents"},
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    firm_id: Mapped[UUID] = mapped_column(ForeignKey("identity.firms.id", name="batches_firm"))
    state: Mapped[str]
    kind: Mapped[str]
    name: Mapped[str]
    size: Mapped[int] = mapped_column(BigInteger)
    type: Mapped[str]
    period: Mapped[str]
    vehicle_id: Mapped[UUID | None] = mapped_column(ForeignKey("investments.vehicles.id", name="batches_vehicle"))
    title: Mapped[str]
    pages: Mapped[int | None]
    problem: Mapped[str | None]
    created_by: Mapped[UUID] = mapped_column(ForeignKey("identity.users.id", name="batches_created_by"))
    created_at: Mapped[datetime] = mapped_column(MOMENT, server_default=text("clock_timestamp()"))
    confirmed_by: Mapped[UUID | None]
    publish: Mapped[bool] = mapped_column(server_default="false")
    tell: Mapped[bool] = mapped_column(server_default="true")


class BatchPartRecord(Base):
    """A stretch of a batch's file, as it was sent."""

    __tablename__ = "batch_parts"
    __table_args__ = (file_index("batch_parts_by_file", "file_key"), {"schema": "documents"})

    batch_id: Mapped[UUID] = mapped_column(
        ForeignKey("documents.batches.id", name="batch_parts_batch", ondelete="CASCADE"), primary_key=True
    )
    number: Mapped[int] = mapped_column(primary_key=True)
    firm_id: Mapped[UUID] = mapped_column(ForeignKey("identity.firms.id", name="batch_parts_firm"))
    file_key: Mapped[str] = mapped_column(info=claim("filing", digest="digest", size="size", row="batch_id"))
    size: Mapped[int] = mapped_column(BigInteger)
    digest: Mapped[str]


class PieceRecord(Base):
    """What becomes one document: pages of a long one, or a file of an archive."""

    __tablename__ = "pieces"
    __table_args__ = (
        UniqueConstraint("batch_id", "first", name="pieces_place"),
        Index("pieces_by_document", "document_id", postgresql_where=text("document_id IS NOT NULL")),
        {"schema": "documents"},
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    firm_id: Mapped[UUID] = mapped_column(ForeignKey("identity.firms.id", name="pieces_firm"))
    batch_id: Mapped[UUID] = mapped_column(ForeignKey("documents.batches.id", name="pieces_batch", ondelete="CASCADE"))
    first: Mapped[int]
    last: Mapped[int]
    name: Mapped[str]
    account_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.investor_accounts.id", name="pieces_account"))
    confidence: Mapped[int | None] = mapped_column(SmallInteger)
    evidence: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, server_default="[]")
    chosen_by: Mapped[UUID | None]
    left_out: Mapped[bool] = mapped_column(server_default="false")
    document_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("documents.documents.id", name="pieces_document", ondelete="SET NULL")
    )
    problem: Mapped[str | None]
