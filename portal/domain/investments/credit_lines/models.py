"""The table of draws of a subscription line."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.dialects.postgresql import TIMESTAMP
from sqlalchemy.orm import Mapped, mapped_column

from portal.platform.db import Base


class LineDraw(Base):
    """The day on which a line was drawn for what a call asked for later."""

    __tablename__ = "line_draws"
    __table_args__ = (Index("line_draws_by_vehicle", "vehicle_id"), {"schema": "investments"})

    call_id: Mapped[UUID] = mapped_column(
        ForeignKey("investments.capital_calls.id", name="line_draws_call"), primary_key=True
    )
    firm_id: Mapped[UUID] = mapped_column(ForeignKey("identity.firms.id", name="line_draws_firm"))
    vehicle_id: Mapped[UUID] = mapped_column(ForeignKey("investments.vehicles.id", name="line_draws_vehicle"))
    drawn_on: Mapped[date]
    recorded_by: Mapped[UUID] = mapped_column(ForeignKey("identity.users.id", name="line_draws_recorded_by"))
    recorded_at: Mapped[datetime] = mapped_column(TIMESTAMP(timezone=True), server_default=text("clock_timestamp()"))
