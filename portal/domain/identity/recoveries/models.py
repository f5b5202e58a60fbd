"""The table of recoveries."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import TIMESTAMP
from sqlalchemy.orm import Mapped, mapped_column

from portal.platform.db import Base


class RecoveryRecord(Base):
    """The removal of a person's lost factors; its id is that of the request for approval. It waits until `due_at` once
    that was approved, and has `ended` when it was stopped or done."""

    __tablename__ = "recoveries"
    __table_args__ = (
        CheckConstraint("ended IN ('stopped', 'done')"),
        UniqueConstraint("token_hash", name="recoveries_token"),
        Index("recoveries_by_user", "user_id", text("begun_at DESC")),
        Index(
            "recoveries_waiting", "user_id", unique=True, postgresql_where=text("due_at IS NOT NULL AND ended IS NULL")
        ),
        {"schema": "identity"},
    )

    id: Mapped[UUID] = mapped_column(ForeignKey("identity.approvals.id", name="recoveries_approval"), primary_key=True)
    firm_id: Mapped[UUID] = mapped_column(ForeignKey("identity.firms.id", name="recoveries_firm"))
    user_id: Mapped[UUID] = mapped_column(ForeignKey("identity.users.id", name="recoveries_user"))
    token_hash: Mapped[bytes]
    begun_at: Mapped[datetime] = mapped_column(TIMESTAMP(timezone=True))
    due_at: Mapped[datetime | None] = mapped_column(TIMESTAMP(timezone=True))
    ended: Mapped[str | None]
    ended_at: Mapped[datetime | None] = mapped_column(TIMESTAMP(timezone=True))
