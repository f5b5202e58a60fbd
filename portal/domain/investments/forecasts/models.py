"""The table of how vehicles are expected to run."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import ARRAY, ForeignKey, Numeric, SmallInteger, func
from sqlalchemy.dialects.postgresql import TIMESTAMP
from sqlalchemy.orm import Mapped, mapped_column

from portal.platform.db import Base

RATE = Numeric(7, 6)


class PacingRecord(Base):
    """How a vehicle is expected to run, where staff said so."""

    __tablename__ = "pacings"
    __table_args__ = ({"schema": "investments"},)

    vehicle_id: Mapped[UUID] = mapped_column(
        ForeignKey("investments.vehicles.id", name="pacings_vehicle"), primary_key=True
    )
    firm_id: Mapped[UUID] = mapped_column(ForeignKey("identity.firms.id", name="pacings_firm"))
    contributions: Mapped[list[Decimal]] = mapped_column(ARRAY(RATE))
    life: Mapped[int] = mapped_column(SmallInteger)
    bow: Mapped[Decimal] = mapped_column(Numeric(6, 4))
    growth: Mapped[Decimal] = mapped_column(RATE)
    least_yield: Mapped[Decimal] = mapped_column(RATE)
    begins_on: Mapped[date | None]
    changed_at: Mapped[datetime] = mapped_column(TIMESTAMP(timezone=True), server_default=func.now())
