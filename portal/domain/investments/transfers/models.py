"""The table of transfers."""

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


class TransferRecord(Base):
    """An interest that passes; only its state changes."""

    __tablename__ = "transfers"
    __table_args__ = (
        CheckConstraint("state IN ('waiting', 'posted', 'refused')"),
        CheckConstraint("account_id <> taker_id"),
        Index("transfers_by_firm", "firm_id", text("created_at DESC"), "id"),
        Index("transfers_by_giver", "account_id"),
        Index("transfers_by_taker", "taker_id"),
        Index("transfers_by_vehicle", "vehicle_id", "effective_on"),
        {"schema": "investments"},
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    firm_id: Mapped[UUID] = mapped_column(ForeignKey("identity.firms.id", name="transfers_firm"))
    vehicle_id: Mapped[UUID] = mapped_column(ForeignKey("investments.vehicles.id", name="transfers_vehicle"))
    account_id: Mapped[UUID] = mapped_column(ForeignKey("people.investor_accounts.id", name="transfers_giver"))
    taker_id: Mapped[UUID] = mapped_column(ForeignKey("people.investor_accounts.id", name="transfers_taker"))
    share: Mapped[Decimal] = mapped_column(Numeric(11, 10))
    effective_on: Mapped[date]
    whole_commitment: Mapped[Decimal] = mapped_column(AMOUNT)
    whole_unfunded: Mapped[Decimal] = mapped_column(AMOUNT)
    whole_nav: Mapped[Decimal] = mapped_column(AMOUNT)
    commitment: Mapped[Decimal] = mapped_column(AMOUNT)
    unfunded: Mapped[Decimal] = mapped_column(AMOUNT)
    nav: Mapped[Decimal] = mapped_column(AMOUNT)
    reason: Mapped[str]
    state: Mapped[str]
    created_by: Mapped[UUID | None]
    created_at: Mapped[datetime] = mapped_column(TIMESTAMP(timezone=True), server_default=func.now())
