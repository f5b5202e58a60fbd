"""The table of links; the token itself is only in the mail."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import TIMESTAMP
from sqlalchemy.orm import Mapped, mapped_column

from portal.platform.db import Base


class LinkRecord(Base):
    """One link that was sent to a person."""

    __tablename__ = "links"
    __table_args__ = (
        CheckConstraint("purpose IN ('reset', 'invitation', 'registration', 'email', 'undo')"),
        UniqueConstraint("token_hash", name="links_token"),
        Index("links_by_user", "user_id", "purpose", text("created_at DESC")),
        {"schema": "identity"},
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    firm_id: Mapped[UUID] = mapped_column(ForeignKey("identity.firms.id", name="links_firm"))
    user_id: Mapped[UUID] = mapped_column(ForeignKey("identity.users.id", name="links_user"))
    purpose: Mapped[str]
    token_hash: Mapped[bytes]
    created_by: Mapped[UUID | None]
    created_at: Mapped[datetime] = mapped_column(TIMESTAMP(timezone=True))
    expires_at: Mapped[datetime] = mapped_column(TIMESTAMP(timezone=True))
    used_at: Mapped[datetime | None] = mapped_column(TIMESTAMP(timezone=True))
    withdrawn_at: Mapped[datetime | None] = mapped_column(TIMESTAMP(timezone=True))
