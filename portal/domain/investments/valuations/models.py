"""The tables of valuations and of each account's part of them."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, Numeric, UniqueConstraint, func, text
from sqlalchemy.dialects.postgresql import JSONB, TIMESTAMP
from sqlalchemy.orm import Mapped, mapped_column

from portal.domain.investments.valuations.values import Basis, ValuationState
from portal.platform.db import Base
from portal.platform.ids import new_id

AMOUNT = Numeric(20, 4)
WEIGHT = Numeric(30, 10)


def _one_of(column: str, names: type[Basis] | type[ValuationState]) -> CheckConstraint:
    return CheckConstraint(f"{column} IN ({', '.join(repr(name.value) for name in names)})")


class ValuationRecord(Base):
    """What a vehicle was worth; of one that was posted only the state changes."""

    __tablename__ = "valuations"
    __table_args__ = (
        UniqueConstraint("vehicle_id", "valued_on", "version", name="valuations_versions"),
        _one_of("basis", Basis),
        _one_of("state", ValuationState),
        Index("valuations_by_firm", "firm_id", text("valued_on DESC"), "id"),
        Index(
            "valuations_one_posted", "vehicle_id", "valued_on", unique=True, postgresql_where=text("state = 'posted'")
        ),
        {"schema": "investments"},
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    firm_id: Mapped[UUID] = mapped_column(ForeignKey("identity.firms.id", name="valuations_firm"))
    vehicle_id: Mapped[UUID] = mapped_column(ForeignKey("investments.vehicles.id", name="valuations_vehicle"))
    valued_on: Mapped[date]
    version: Mapped[int]
    amount: Mapped[Decimal] = mapped_column(AMOUNT)
    components: Mapped[dict[str, Any]] = mapped_column(JSONB)
    basis: Mapped[str]
    total_weight: Mapped[Decimal] = mapped_column(WEIGHT)
    reason: Mapped[str]
    state: Mapped[str]
    created_by: Mapped[UUID | None]
    created_at: Mapped[datetime] = mapped_column(TIMESTAMP(timezone=True), server_default=func.now())
    posted_at: Mapped[datetime | None] = mapped_column(TIMESTAMP(timezone=True))


class ValuationShare(Base):
    """An account's part of a valuation."""

    __tablename__ = "valuation_shares"
    __table_args__ = (Index("valuation_shares_by_account", "account_id"), {"schema": "investments"})

    valuation_id: Mapped[UUID] = mapped_column(
        ForeignKey("investments.valuations.id", name="valuation_shares_valuation"),
        primary_key=True,
    )
    account_id: Mapped[UUID] = mapped_column(
        ForeignKey("people.investor_accounts.id", name="valuation_shares_account"), primary_key=True
    )
    firm_id: Mapped[UUID]
    weight: Mapped[Decimal] = mapped_column(WEIGHT)
    amount: Mapped[Decimal] = mapped_column(AMOUNT)
    before: Mapped[Decimal] = mapped_column(AMOUNT)
    accrued_carry: Mapped[Decimal] = mapped_column(AMOUNT, server_default="0")
