"""The table of vehicles."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import CHAR, ForeignKey, Numeric, SmallInteger, UniqueConstraint, func
from sqlalchemy.dialects.postgresql import TIMESTAMP
from sqlalchemy.orm import Mapped, mapped_column

from portal.platform.db import Base
from portal.platform.ids import new_id

RATE = Numeric(7, 6)


class VehicleRecord(Base):
    """A fund or another vehicle, with its terms."""

    __tablename__ = "vehicles"
    __table_args__ = (UniqueConstraint("firm_id", "name_key", name="vehicles_name"), {"schema": "investments"})

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    firm_id: Mapped[UUID] = mapped_column(ForeignKey("identity.firms.id", name="vehicles_firm"))
    name: Mapped[str]
    name_key: Mapped[str]
    currency: Mapped[str] = mapped_column(CHAR(3))
    tax_class: Mapped[str]
    strategy: Mapped[str | None]
    sector: Mapped[str | None]
    vintage: Mapped[int | None] = mapped_column(SmallInteger)
    preferred_return: Mapped[Decimal] = mapped_column(RATE)
    preferred_compounding: Mapped[str]
    day_count: Mapped[str]
    carry: Mapped[Decimal] = mapped_column(RATE)
    catch_up: Mapped[Decimal] = mapped_column(RATE)
    waterfall: Mapped[str]
    management_fee: Mapped[Decimal] = mapped_column(RATE)
    calendar: Mapped[str] = mapped_column(CHAR(2), server_default="US")
    notice_days: Mapped[int] = mapped_column(SmallInteger, server_default="10")
    late_interest: Mapped[Decimal] = mapped_column(RATE, server_default="0")
    accrues_from: Mapped[str] = mapped_column(server_default="due")
    carry_account_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("people.investor_accounts.id", name="vehicles_carry_account")
    )
    escrow: Mapped[Decimal] = mapped_column(RATE, server_default="0")
    clawback: Mapped[bool] = mapped_column(server_default="false")
    fee_basis: Mapped[str] = mapped_column(server_default="commitment")
    fee_frequency: Mapped[str] = mapped_column(server_default="quarterly")
    fee_offset: Mapped[Decimal] = mapped_column(RATE, server_default="1")
    created_at: Mapped[datetime] = mapped_column(TIMESTAMP(timezone=True), server_default=func.now())
