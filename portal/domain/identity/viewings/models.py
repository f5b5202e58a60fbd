"""The table of views."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, func, text
from sqlalchemy.dialects.postgresql import TIMESTAMP
from sqlalchemy.orm import Mapped, mapped_column

from portal.platform.db import Base
from portal.platform.ids import new_id


class ViewingRecord(Base):
    """One view of the portal as an investor, in one session of somebody of the staff."""

    __tablename__ = "viewings"
    __table_args__ = (
        CheckConstraint("viewer_id <> investor_id", name="viewings_not_oneself"),
        CheckConstraint("ends_at <= begun_at + interval '30 minutes'", name="viewings_length"),
        CheckConstraint("length(trim(reason)) >= 10", name="viewings_reason"),
        Index("viewings_open", "session_id", unique=True, postgresql_where=text("ended_at IS NULL")),
        Index("viewings_by_investor", "investor_id", text("begun_at DESC")),
        {"schema": "identity"},
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    firm_id: Mapped[UUID] = mapped_column(ForeignKey("identity.firms.id", name="viewings_firm"))
    session_id: Mapped[UUID] = mapped_column(ForeignKey("identity.sessions.id", name="viewings_session"))
    viewer_id: Mapped[UUID] = mapped_column(ForeignKey("identity.users.id", name="viewings_viewer"))
    investor_id: Mapped[UUID] = mapped_column(ForeignKey("identity.users.id", name="viewings_investor"))
    reason: Mapped[str]
    begun_at: Mapped[datetime] = mapped_column(TIMESTAMP(timezone=True), server_default=func.now())
    ends_at: Mapped[datetime] = mapped_column(TIMESTAMP(timezone=True))
    ended_at: Mapped[datetime | None] = mapped_column(TIMESTAMP(timezone=True))
