"""The table of the keys that personal data is sealed under."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, func
from sqlalchemy.dialects.postgresql import TIMESTAMP
from sqlalchemy.orm import Mapped, mapped_column

from portal.platform.db import Base


class SubjectKey(Base):
    """The key of a user or an investor account, wrapped; `key_id` names the key of the vault that wraps it."""

    __tablename__ = "subject_keys"
    __table_args__ = (
        CheckConstraint("kind IN ('user', 'account')"),
        Index("subject_keys_by_key", "firm_id", "key_id"),
        {"schema": "identity"},
    )

    subject_id: Mapped[UUID] = mapped_column(primary_key=True)
    firm_id: Mapped[UUID] = mapped_column(ForeignKey("identity.firms.id", name="subject_keys_firm"))
    kind: Mapped[str]
    key_id: Mapped[str]
    wrapped: Mapped[bytes]
    created_at: Mapped[datetime] = mapped_column(TIMESTAMP(timezone=True), server_default=func.now())
