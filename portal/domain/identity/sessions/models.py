"""The table of sessions, of browsers and of apps."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, func, text
from sqlalchemy.dialects.postgresql import TIMESTAMP
from sqlalchemy.orm import Mapped, mapped_column

from portal.platform.db import Base
from portal.platform.ids import new_id


class SessionRecord(Base):
    """A signed-in browser or app; the token itself is only with its holder."""

    __tablename__ = "sessions"
    __table_args__ = (
        CheckConstraint("kind IN ('web', 'api')"),
        CheckConstraint("stage IN ('factor', 'enrol', 'full')"),
        CheckConstraint("proven_by IN ('pwd', 'mfa', 'passkey')"),
        UniqueConstraint("token_hash", name="sessions_token"),
        Index("sessions_by_user", "user_id", text("created_at DESC")),
        {"schema": "identity"},
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    firm_id: Mapped[UUID] = mapped_column(ForeignKey("identity.firms.id", name="sessions_firm"))
    user_id: Mapped[UUID] = mapped_column(ForeignKey("identity.users.id", name="sessions_user"))
    kind: Mapped[str]
    token_hash: Mapped[bytes | None]
    stage: Mapped[str]
    proven_by: Mapped[str]
    proven_at: Mapped[datetime] = mapped_column(TIMESTAMP(timezone=True), server_default=func.now())
    agent: Mapped[str]
    address: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(TIMESTAMP(timezone=True), server_default=func.now())
    seen_at: Mapped[datetime] = mapped_column(TIMESTAMP(timezone=True), server_default=func.now())
    expires_at: Mapped[datetime] = mapped_column(TIMESTAMP(timezone=True))
    revoked_at: Mapped[datetime | None] = mapped_column(TIMESTAMP(timezone=True))
