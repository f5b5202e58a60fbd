"""The tables of fees charged and of each account's part."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, Numeric, func, text
from sqlalchemy.dialects.postgresql import TIMESTAMP
from sqlalchemy.orm import Mapped, mapped_column

from portal.platform.db import Base
from portal.platform.ids import new_id

AMOUNT = Numeric(20, 4)


class FeeChargeRecord(Base):
    """The fee of a period with the terms it was computed by; only its state and its calls change."""

    __tablename__ = "fee_charges"
    __table_args__ = (
        CheckConstraint("state IN ('draft', 'waiting', 'posted', 'undone', 'discarded')"),
        CheckConstraint("paid_from IN ('capital', 'call')"),
        Index("fee_charges_by_firm", "firm_id", text("ends_on DESC"), "id"),
        Index("fee_charges_by_vehicle", "vehicle_id", "starts_on"),
        {"schema": "investments"},
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    firm_id: Mapped[UUID] = mapped_column(ForeignKey("identity.firms.id", name="fee_charges_firm"))
    vehicle_id: Mapped[UUID] = mapped_column(ForeignKey("investments.vehicles.id", name="fee_charges_vehicle"))
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    measured_on: Mapped[date]
    basis: Mapped[str]
    rate: Mapped[Decimal] = mapped_column(Numeric(7, 6))
    day_count: Mapped[str]
    days: Mapped[int]
    paid_from: Mapped[str]
    total_basis: Mapped[Decimal] = mapped_column(AMOUNT)
    fee: Mapped[Decimal] = mapped_column(AMOUNT)
    offsets: Mapped[Decimal] = mapped_column(AMOUNT)
    credited: Mapped[Decimal] = mapped_column(AMOUNT)
    rebated: Mapped[Decimal] = mapped_column(AMOUNT)
    state: Mapped[str]
    call_id: Mapped[UUID | None]
    last_call_id: Mapped[UUID | None]
    created_by: Mapped[UUID | None]
    created_at: Mapped[datetime] = mapped_column(TIMESTAMP(timezone=True), server_default=func.now())
    posted_at: Mapped[datetime | None] = mapped_column(TIMESTAMP(timezone=True))


class FeeShareRecord(Base):
    """An account's part of a fee."""

    __tablename__ = "fee_shares"
    __table_args__ = (Index("fee_shares_by_account", "account_id"), {"schema": "investments"})

    charge_id: Mapped[UUID] = mapped_column(
        ForeignKey("investments.fee_charges.id", name="fee_shares_charge"), primary_key=True
    )
    account_id: Mapped[UUID] = mapped_column(
        ForeignKey("people.investor_accounts.id", name="fee_shares_account"), primary_key=True
    )
    firm_id: Mapped[UUID]
    basis: Mapped[Decimal] = mapped_column(AMOUNT)
    fee: Mapped[Decimal] = mapped_column(AMOUNT)
    credit: Mapped[Decimal] = mapped_column(AMOUNT)
    rebate: Mapped[Decimal] = mapped_column(AMOUNT)
