"""The tables of what is shared; the tokens of links and devices themselves are with their readers alone."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import TIMESTAMP
from sqlalchemy.orm import Mapped, mapped_column

from portal.platform.db import Base
from portal.platform.ids import new_id

MOMENT = TIMESTAMP(timezone=True)


class ShareRecord(Base):
    """A document given to a reader outside; the address is sealed by the vault."""

    __tablename__ = "shares"
    __table_args__ = (
        CheckConstraint("name <> ''"),
        UniqueConstraint("token_hash", name="shares_token"),
        Index("shares_by_document", "document_id", text("created_at DESC"), "id"),
        {"schema": "documents"},
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    firm_id: Mapped[UUID] = mapped_column(ForeignKey("identity.firms.id", name="shares_firm"))
    document_id: Mapped[UUID] = mapped_column(
        ForeignKey("documents.documents.id", name="shares_document", ondelete="CASCADE")
    )
    token_hash: Mapped[bytes]
    name: Mapped[str]
    email: Mapped[bytes]
    note: Mapped[str] = mapped_column(server_default="")
    view_only: Mapped[bool]
    until: Mapped[datetime] = mapped_column(MOMENT)
    created_by: Mapped[UUID | None]
    created_at: Mapped[datetime] = mapped_column(MOMENT)
    revoked_by: Mapped[UUID | None]
    revoked_at: Mapped[datetime | None] = mapped_column(MOMENT)


class ShareCodeRecord(Base):
    """The code that was sent last for a share, as a keyed digest."""

    __tablename__ = "share_codes"
    __table_args__ = (CheckConstraint("tries_left >= 0"), {"schema": "documents"})

    share_id: Mapped[UUID] = mapped_column(
        ForeignKey("documents.shares.id", name="share_codes_share", ondelete="CASCADE"), primary_key=True
    )
    firm_id: Mapped[UUID] = mapped_column(ForeignKey("identity.firms.id", name="share_codes_firm"))
    code_index: Mapped[bytes]
    tries_left: Mapped[int]
    expires_at: Mapped[datetime] = mapped_column(MOMENT)


class ShareDeviceRecord(Base):
    """A browser in which the reader of a share proved their address."""

    __tablename__ = "share_devices"
    __table_args__ = (
        UniqueConstraint("token_hash", name="share_devices_token"),
        Index("share_devices_by_share", "share_id", "proven_at"),
        {"schema": "documents"},
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    firm_id: Mapped[UUID] = mapped_column(ForeignKey("identity.firms.id", name="share_devices_firm"))
    share_id: Mapped[UUID] = mapped_column(
        ForeignKey("documents.shares.id", name="share_devices_share", ondelete="CASCADE")
    )
    token_hash: Mapped[bytes]
    agent: Mapped[str]
    address: Mapped[str]
    proven_at: Mapped[datetime] = mapped_column(MOMENT)
    opened: Mapped[int] = mapped_column(server_default="0")
    taken: Mapped[int] = mapped_column(server_default="0")
    last_at: Mapped[datetime | None] = mapped_column(MOMENT)
