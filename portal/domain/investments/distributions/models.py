"""The tables of distributions. Shares are written by set-based statements, a distribution having thousands."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import CHAR, CheckConstraint, ForeignKey, Index, Numeric, UniqueConstraint, func, text
from sqlalchemy.dialects.postgresql import JSONB, TIMESTAMP
from sqlalchemy.orm import Mapped, mapped_column

from portal.platform.db import Base
from portal.platform.ids import new_id

AMOUNT = Numeric(20, 4)
MOMENT = TIMESTAMP(timezone=True)
NOTHING = text("0")


class DealRecord(Base):
    """What a vehicle invested in, and what it cost: [day, kind, amount] of capital, fees and write-downs."""

    __tablename__ = "deals"
    __table_args__ = (UniqueConstraint("vehicle_id", "name", name="deals_name"), {"schema": "investments"})

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    firm_id: Mapped[UUID] = mapped_column(ForeignKey("identity.firms.id", name="deals_firm"))
    vehicle_id: Mapped[UUID] = mapped_column(ForeignKey("investments.vehicles.id", name="deals_vehicle"))
    name: Mapped[str]
    costs: Mapped[list[Any]] = mapped_column(JSONB)
    created_at: Mapped[datetime] = mapped_column(MOMENT, server_default=func.now())


class WithholdingRateRecord(Base):
    """What is withheld of a source from holders of a country, and of a kind where one is named."""

    __tablename__ = "withholding_rates"
    __table_args__ = (
        CheckConstraint("rate BETWEEN 0 AND 1"),
        UniqueConstraint(
            "vehicle_id", "residence", "holder_kind", "source", name="withholding_rates_one",
            postgresql_nulls_not_distinct=True,
        ),
        {"schema": "investments"},
    )  # fmt: skip

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    firm_id: Mapped[UUID] = mapped_column(ForeignKey("identity.firms.id", name="withholding_rates_firm"))
    vehicle_id: Mapped[UUID] = mapped_column(ForeignKey("investments.vehicles.id", name="withholding_rates_vehicle"))
    residence: Mapped[str] = mapped_column(CHAR(2))
    holder_kind: Mapped[str | None]
    source: Mapped[str]
    rate: Mapped[Decimal] = mapped_column(Numeric(7, 6))
    basis: Mapped[str]
    set_by: Mapped[UUID | None]
    set_at: Mapped[datetime] = mapped_column(MOMENT, server_default=func.now())


class DistributionRecord(Base):
    """A payment out of a vehicle. `falls` is the frozen arithmetic of its tiers, by which later ones know what was
    paid before."""

    __tablename__ = "distributions"
    __table_args__ = (
        CheckConstraint("state IN ('draft', 'waiting', 'approved', 'posted', 'reversed', 'cancelled')"),
        CheckConstraint("method IN ('waterfall', 'paid_in', 'commitment', 'release', 'clawback')"),
        CheckConstraint("state IN ('draft', 'cancelled') OR digest IS NOT NULL", name="distributions_whole"),
        UniqueConstraint("vehicle_id", "number", name="distributions_number"),
        Index("distributions_by_firm", "firm_id", text("pay_on DESC"), text("id DESC")),
        Index("distributions_by_netted_call", "nets_call_id", postgresql_where=text("nets_call_id IS NOT NULL")),
        {"schema": "investments"},
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    firm_id: Mapped[UUID] = mapped_column(ForeignKey("identity.firms.id", name="distributions_firm"))
    vehicle_id: Mapped[UUID] = mapped_column(ForeignKey("investments.vehicles.id", name="distributions_vehicle"))
    number: Mapped[int]
    state: Mapped[str]
    method: Mapped[str]
    pay_on: Mapped[date]
    currency: Mapped[str] = mapped_column(CHAR(3))
    lines: Mapped[list[Any]] = mapped_column(JSONB)
    note: Mapped[str]
    falls: Mapped[list[Any]] = mapped_column(JSONB, server_default=text("'[]'"))
    gross: Mapped[Decimal] = mapped_column(AMOUNT, server_default=NOTHING)
    carry: Mapped[Decimal] = mapped_column(AMOUNT, server_default=NOTHING)
    escrow: Mapped[Decimal] = mapped_column(AMOUNT, server_default=NOTHING)
    withheld: Mapped[Decimal] = mapped_column(AMOUNT, server_default=NOTHING)
    net: Mapped[Decimal] = mapped_column(AMOUNT, server_default=NOTHING)
    nets_call_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("investments.capital_calls.id", name="distributions_nets_call")
    )
    netted: Mapped[Decimal] = mapped_column(AMOUNT, server_default=NOTHING)
    digest: Mapped[str | None]
    created_by: Mapped[UUID | None]
    created_at: Mapped[datetime] = mapped_column(MOMENT, server_default=text("clock_timestamp()"))
    approved_at: Mapped[datetime | None] = mapped_column(MOMENT)
    posted_at: Mapped[datetime | None] = mapped_column(MOMENT)
    reversed_at: Mapped[datetime | None] = mapped_column(MOMENT)
    reversal_reason: Mapped[str] = mapped_column(server_default=text("''"))


class DistributionShare(Base):
    """What one account gets; `issued` once the distribution is approved, and frozen from then on. What it has to pay is
    below zero, `received` what of that came in."""

    __tablename__ = "distribution_shares"
    __table_args__ = (
        CheckConstraint("state IN ('unpaid', 'in_file', 'paid', 'returned')"),
        CheckConstraint("net = gross - withheld - in_kind", name="distribution_shares_sum"),
        CheckConstraint("netted BETWEEN 0 AND GREATEST(net, 0)", name="distribution_shares_netted"),
        UniqueConstraint("distribution_id", "account_id", name="distribution_shares_one"),
        CheckConstraint("received BETWEEN 0 AND GREATEST(-net, 0)", name="distribution_shares_received"),
        Index("distribution_shares_by_account", "account_id", "distribution_id"),
        Index("distribution_shares_owed", "firm_id", postgresql_where=text("net < 0")),
        {"schema": "investments"},
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    firm_id: Mapped[UUID] = mapped_column(ForeignKey("identity.firms.id", name="distribution_shares_firm"))
    distribution_id: Mapped[UUID] = mapped_column(
        ForeignKey("investments.distributions.id", name="distribution_shares_distribution")
    )
    account_id: Mapped[UUID] = mapped_column(
        ForeignKey("people.investor_accounts.id", name="distribution_shares_account")
    )
    issued: Mapped[bool] = mapped_column(server_default=text("false"))
    state: Mapped[str]
    gross: Mapped[Decimal] = mapped_column(AMOUNT)
    withheld: Mapped[Decimal] = mapped_column(AMOUNT)
    in_kind: Mapped[Decimal] = mapped_column(AMOUNT)
    net: Mapped[Decimal] = mapped_column(AMOUNT)
    netted: Mapped[Decimal] = mapped_column(AMOUNT, server_default=NOTHING)
    received: Mapped[Decimal] = mapped_column(AMOUNT, server_default=NOTHING)
    recallable: Mapped[Decimal] = mapped_column(AMOUNT)
    components: Mapped[list[Any]] = mapped_column(JSONB)
    tiers: Mapped[dict[str, Any]] = mapped_column(JSONB)


class CarryReleaseRecord(Base):
    """Carry that was let go before that was a distribution (method `release`): read still, and added to no more."""

    __tablename__ = "carry_releases"
    __table_args__ = (
        CheckConstraint("amount > 0"),
        CheckConstraint("withheld BETWEEN 0 AND amount"),
        CheckConstraint("asked_by <> approved_by", name="carry_releases_two_people"),
        Index("carry_releases_by_vehicle", "vehicle_id", "approved_at"),
        {"schema": "investments"},
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    firm_id: Mapped[UUID] = mapped_column(ForeignKey("identity.firms.id", name="carry_releases_firm"))
    vehicle_id: Mapped[UUID] = mapped_column(ForeignKey("investments.vehicles.id", name="carry_releases_vehicle"))
    account_id: Mapped[UUID] = mapped_column(ForeignKey("people.investor_accounts.id", name="carry_releases_account"))
    released_on: Mapped[date]
    amount: Mapped[Decimal] = mapped_column(AMOUNT)
    withheld: Mapped[Decimal] = mapped_column(AMOUNT)
    reason: Mapped[str]
    asked_by: Mapped[UUID] = mapped_column(ForeignKey("identity.users.id", name="carry_releases_asked_by"))
    approved_by: Mapped[UUID] = mapped_column(ForeignKey("identity.users.id", name="carry_releases_approved_by"))
    approved_at: Mapped[datetime] = mapped_column(MOMENT, server_default=text("clock_timestamp()"))
