"""The tables of imports. Rows are written by set-based statements, never one by one."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, Numeric, SmallInteger, text
from sqlalchemy.dialects.postgresql import JSONB, TIMESTAMP
from sqlalchemy.orm import Mapped, mapped_column

from portal.platform.db import Base
from portal.platform.ids import new_id
from portal.platform.storage.claims import claim, file_index

AMOUNT = Numeric(20, 4)
MOMENT = TIMESTAMP(timezone=True)
NOW = text("clock_timestamp()")


class ImportRecord(Base):
    """One file of history, from its upload to its posting and undoing. Its id is the batch it is posted under."""

    __tablename__ = "imports"
    __table_args__ = (
        Index("imports_by_firm", "firm_id", text("created_at DESC"), "id"),
        Index("imports_by_digest", "firm_id", "file_digest"),
        file_index("imports_by_file", "file_key"),
        {"schema": "investments"},
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    firm_id: Mapped[UUID] = mapped_column(ForeignKey("identity.firms.id", name="imports_firm"))
    state: Mapped[str]
    attempt: Mapped[int] = mapped_column(server_default="1")
    file_key: Mapped[str] = mapped_column(info=claim("imports", digest="file_digest", size="file_size"))
    file_name: Mapped[str]
    file_digest: Mapped[str]
    file_size: Mapped[int] = mapped_column(BigInteger)
    layout: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    kind: Mapped[str | None]
    options: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    summary: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    problem: Mapped[str | None]
    posted: Mapped[int] = mapped_column(server_default="0")
    skipped: Mapped[int] = mapped_column(server_default="0")
    created_by: Mapped[UUID | None]
    created_at: Mapped[datetime] = mapped_column(MOMENT, server_default=NOW)
    changed_at: Mapped[datetime] = mapped_column(MOMENT, server_default=NOW)
    posted_by: Mapped[UUID | None]
    posted_at: Mapped[datetime | None] = mapped_column(MOMENT)
    undone_by: Mapped[UUID | None]
    undone_at: Mapped[datetime | None] = mapped_column(MOMENT)


class ImportRow(Base):
    """A row of the file as it will be posted, or as it is written with what is wrong with it."""

    __tablename__ = "import_rows"
    __table_args__ = (
        CheckConstraint("(state = 'refused') = (problems IS NOT NULL)", name="import_rows_told"),
        Index("import_rows_apart", "import_id", "state", "row", postgresql_where=text("state <> 'new'")),
        {"schema": "investments"},
    )

    import_id: Mapped[UUID] = mapped_column(primary_key=True)
    row: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    firm_id: Mapped[UUID]
    state: Mapped[str]
    business_key: Mapped[str | None]
    content_digest: Mapped[str | None]
    account: Mapped[str | None]
    vehicle: Mapped[str | None]
    effective_on: Mapped[date | None]
    type: Mapped[str | None]
    amount: Mapped[Decimal | None] = mapped_column(AMOUNT)
    commitment: Mapped[Decimal | None] = mapped_column(AMOUNT)
    paid_in: Mapped[Decimal | None] = mapped_column(AMOUNT)
    distributed: Mapped[Decimal | None] = mapped_column(AMOUNT)
    nav: Mapped[Decimal | None] = mapped_column(AMOUNT)
    reference: Mapped[str | None]
    vintage: Mapped[int | None] = mapped_column(SmallInteger)
    strategy: Mapped[str | None]
    rounded: Mapped[bool] = mapped_column(server_default="false")
    given: Mapped[dict[str, str] | None] = mapped_column(JSONB)
    problems: Mapped[list[list[str]] | None] = mapped_column(JSONB)


class ImportShape(Base):
    """How files with these columns were read the last time."""

    __tablename__ = "import_shapes"
    __table_args__ = ({"schema": "investments"},)

    firm_id: Mapped[UUID] = mapped_column(ForeignKey("identity.firms.id", name="import_shapes_firm"), primary_key=True)
    shape_key: Mapped[str] = mapped_column(primary_key=True)
    options: Mapped[dict[str, Any]] = mapped_column(JSONB)
    used_at: Mapped[datetime] = mapped_column(MOMENT, server_default=NOW)
