"""The table of changed addresses and telephone numbers."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import TIMESTAMP
from sqlalchemy.orm import Mapped, mapped_column

from portal.platform.db import Base


class ContactChange(Base):
    """A change that a person asked for, both sides sealed under their key. It is open until it is confirmed or closed,
    and kept for as long as it can be undone."""

    __tablename__ = "contact_changes"
    __table_args__ = (
        CheckConstraint("kind IN ('email', 'phone')"),
        UniqueConstraint("undo_link_id", name="contact_changes_undo"),
        Index("contact_changes_by_user", "user_id", "kind", text("asked_at DESC")),
        {"schema": "identity"},
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    firm_id: Mapped[UUID] = mapped_column(ForeignKey("identity.firms.id", name="contact_changes_firm"))
    user_id: Mapped[UUID] = mapped_column(ForeignKey("identity.users.id", name="contact_changes_user"))
    kind: Mapped[str]
    old_sealed: Mapped[bytes | None]
    new_sealed: Mapped[bytes | None]
    asked_at: Mapped[datetime] = mapped_column(TIMESTAMP(timezone=True))
    expires_at: Mapped[datetime] = mapped_column(TIMESTAMP(timezone=True))
    confirmed_at: Mapped[datetime | None] = mapped_column(TIMESTAMP(timezone=True))
    closed_at: Mapped[datetime | None] = mapped_column(TIMESTAMP(timezone=True))
    undo_link_id: Mapped[UUID | None]
    undone_at: Mapped[datetime | None] = mapped_column(TIMESTAMP(timezone=True))
