"""The tables of capital calls. What is of each account is written by set-based statements, a call having thousands."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import (
    CHAR,
    CheckConstraint,
    Computed,
    ForeignKey,
    Index,
    Numeric,
    SmallInteger,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB, TIMESTAMP
from sqlalchemy.orm import Mapped, mapped_column

from portal.platform.db import Base
from portal.platform.ids import new_id

AMOUNT = Numeric(20, 4)
MOMENT = TIMESTAMP(timezone=True)
NOW = text("clock_timestamp()")


class ReceivingDetailsRecord(Base):
    """A bank account that calls of a vehicle are paid to; one at most is in force, and one at most waits."""

    __tablename__ = "receiving_details"
    __table_args__ = (
        CheckConstraint("method IN ('ach', 'iban')"),
        CheckConstraint("state IN ('waiting', 'in_force', 'replaced', 'rejected', 'withdrawn')"),
        Index("receiving_details_in_force", "vehicle_id", unique=True, postgresql_where=text("state = 'in_force'")),
        Index("receiving_details_waiting", "vehicle_id", unique=True, postgresql_where=text("state = 'waiting'")),
        Index("receiving_details_by_vehicle", "vehicle_id", text("entered_at DESC")),
        {"schema": "investments"},
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    firm_id: Mapped[UUID] = mapped_column(ForeignKey("identity.firms.id", name="receiving_details_firm"))
    vehicle_id: Mapped[UUID] = mapped_column(ForeignKey("investments.vehicles.id", name="receiving_details_vehicle"))
    method: Mapped[str]
    holder: Mapped[str]
    bank: Mapped[str]
    number: Mapped[str]
    routing: Mapped[str]
    state: Mapped[str]
    entered_by: Mapped[UUID] = mapped_column(ForeignKey("identity.users.id", name="receiving_details_entered_by"))
    entered_at: Mapped[datetime] = mapped_column(MOMENT, server_default=NOW)


class CallRecord(Base):
    """A capital call of a vehicle. Investors see it once it is issued."""

    __tablename__ = "capital_calls"
    __table_args__ = (
        CheckConstraint("number > 0"),
        CheckConstraint("state IN ('draft', 'waiting', 'issued', 'settled', 'cancelled')"),
        CheckConstraint(
            "state NOT IN ('issued', 'settled') OR (issued_at IS NOT NULL AND issued_on IS NOT NULL"
            " AND paid_to IS NOT NULL)",
            name="capital_calls_issued",
        ),
        UniqueConstraint("vehicle_id", "number", name="capital_calls_number"),
        Index("capital_calls_by_firm", "firm_id", text("created_at DESC"), "id"),
        {"schema": "investments"},
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    firm_id: Mapped[UUID] = mapped_column(ForeignKey("identity.firms.id", name="capital_calls_firm"))
    vehicle_id: Mapped[UUID] = mapped_column(ForeignKey("investments.vehicles.id", name="capital_calls_vehicle"))
    number: Mapped[int]
    currency: Mapped[str] = mapped_column(CHAR(3))
    purpose: Mapped[str]
    due_on: Mapped[date]
    short_notice: Mapped[str]
    state: Mapped[str]
    admitted_on: Mapped[date | None]
    replaces: Mapped[UUID | None] = mapped_column(
        ForeignKey("investments.capital_calls.id", name="capital_calls_replaces")
    )
    paid_to: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    created_by: Mapped[UUID | None] = mapped_column(ForeignKey("identity.users.id", name="capital_calls_created_by"))
    created_at: Mapped[datetime] = mapped_column(MOMENT, server_default=NOW)
    issued_on: Mapped[date | None]
    issued_at: Mapped[datetime | None] = mapped_column(MOMENT)
    cancelled_at: Mapped[datetime | None] = mapped_column(MOMENT)
    cancel_reason: Mapped[str] = mapped_column(server_default="")


class CallLineRecord(Base):
    """A line of a call: what it is for, how much of the whole fund."""

    __tablename__ = "call_lines"
    __table_args__ = (
        CheckConstraint("kind IN ('investment', 'fees', 'expenses', 'equalisation_interest')"),
        CheckConstraint("amount > 0"),
        UniqueConstraint("call_id", "place", name="call_lines_place"),
        {"schema": "investments"},
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    firm_id: Mapped[UUID]
    call_id: Mapped[UUID] = mapped_column(
        ForeignKey("investments.capital_calls.id", name="call_lines_call", ondelete="CASCADE")
    )
    place: Mapped[int] = mapped_column(SmallInteger)
    kind: Mapped[str]
    label: Mapped[str]
    amount: Mapped[Decimal] = mapped_column(AMOUNT)
    percent: Mapped[Decimal | None] = mapped_column(Numeric(9, 8))
    inside: Mapped[bool]
    accrued: Mapped[bool] = mapped_column(server_default=text("false"))


class CallExcuse(Base):
    """An account that takes no part in the investments of a call, and why."""

    __tablename__ = "call_excuses"
    __table_args__ = ({"schema": "investments"},)

    call_id: Mapped[UUID] = mapped_column(
        ForeignKey("investments.capital_calls.id", name="call_excuses_call", ondelete="CASCADE"), primary_key=True
    )
    account_id: Mapped[UUID] = mapped_column(
        ForeignKey("people.investor_accounts.id", name="call_excuses_account"), primary_key=True
    )
    firm_id: Mapped[UUID]
    reason: Mapped[str]


class CallShare(Base):
    """What an account has to pay of an issued call; `standing` until the call is cancelled."""

    __tablename__ = "call_shares"
    __table_args__ = (
        CheckConstraint(
            "paid BETWEEN LEAST(inside + outside, 0) AND GREATEST(inside + outside, 0)", name="call_shares_paid"
        ),
        UniqueConstraint("call_id", "account_id", name="call_shares_account_call"),
        Index("call_shares_by_account", "account_id", text("issued_at DESC"), "id"),
        Index("call_shares_by_vehicle", "vehicle_id", "issued_at"),
        Index(
            "call_shares_open",
            "firm_id",
            "vehicle_id",
            "due_on",
            postgresql_where=text("standing AND paid < inside + outside"),
        ),
        {"schema": "investments"},
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    firm_id: Mapped[UUID]
    call_id: Mapped[UUID] = mapped_column(ForeignKey("investments.capital_calls.id", name="call_shares_call"))
    account_id: Mapped[UUID] = mapped_column(ForeignKey("people.investor_accounts.id", name="call_shares_account"))
    vehicle_id: Mapped[UUID]
    reference: Mapped[str]
    due_on: Mapped[date]
    commitment: Mapped[Decimal] = mapped_column(AMOUNT)
    unfunded_before: Mapped[Decimal] = mapped_column(AMOUNT)
    inside: Mapped[Decimal] = mapped_column(AMOUNT)
    outside: Mapped[Decimal] = mapped_column(AMOUNT)
    amount: Mapped[Decimal | None] = mapped_column(AMOUNT, Computed("inside + outside", persisted=True))
    paid: Mapped[Decimal] = mapped_column(AMOUNT, server_default="0")
    capped: Mapped[bool]
    excused: Mapped[str | None]
    standing: Mapped[bool] = mapped_column(server_default="true")
    issued_at: Mapped[datetime] = mapped_column(MOMENT)


class CallShareLine(Base):
    """An account's part of a line, with what rounding leaves over for the next call; never changed."""

    __tablename__ = "call_share_lines"
    __table_args__ = ({"schema": "investments"},)

    share_id: Mapped[UUID] = mapped_column(
        ForeignKey("investments.call_shares.id", name="call_share_lines_share"), primary_key=True
    )
    place: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    firm_id: Mapped[UUID]
    account_id: Mapped[UUID]
    vehicle_id: Mapped[UUID]
    kind: Mapped[str]
    exact: Mapped[Decimal] = mapped_column(Numeric(40, 20))
    amount: Mapped[Decimal] = mapped_column(AMOUNT)
    carried: Mapped[Decimal] = mapped_column(Numeric(24, 20))
    rounded_up: Mapped[bool]


class CallEqualisation(Base):
    """What a late close changes for an account of one earlier call; below zero it gets that back. Never changed."""

    __tablename__ = "call_equalisations"
    __table_args__ = (Index("call_equalisations_by_call", "call_id", "account_id"), {"schema": "investments"})

    late_call_id: Mapped[UUID] = mapped_column(
        ForeignKey("investments.capital_calls.id", name="call_equalisations_late"), primary_key=True
    )
    call_id: Mapped[UUID] = mapped_column(
        ForeignKey("investments.capital_calls.id", name="call_equalisations_call"), primary_key=True
    )
    account_id: Mapped[UUID] = mapped_column(
        ForeignKey("people.investor_accounts.id", name="call_equalisations_account"), primary_key=True
    )
    firm_id: Mapped[UUID]
    number: Mapped[int]
    due_on: Mapped[date]
    principal: Mapped[Decimal] = mapped_column(AMOUNT)
    interest: Mapped[Decimal] = mapped_column(AMOUNT)


class CallPayment(Base):
    """Money that arrived for a share, by the receipt it came with; `distribution_id` is what was netted instead."""

    __tablename__ = "call_payments"
    __table_args__ = (
        CheckConstraint("amount <> 0"),
        Index("call_payments_once", "receipt_id", "share_id", unique=True, postgresql_where=text("undone_at IS NULL")),
        Index("call_payments_by_share", "share_id", "value_on"),
        Index(
            "call_payments_netted_once",
            "distribution_id",
            "share_id",
            unique=True,
            postgresql_where=text("distribution_id IS NOT NULL AND undone_at IS NULL"),
        ),
        {"schema": "investments"},
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    firm_id: Mapped[UUID]
    share_id: Mapped[UUID] = mapped_column(ForeignKey("investments.call_shares.id", name="call_payments_share"))
    account_id: Mapped[UUID]
    receipt_id: Mapped[UUID]
    distribution_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("investments.distributions.id", name="call_payments_distribution")
    )
    amount: Mapped[Decimal] = mapped_column(AMOUNT)
    value_on: Mapped[date]
    recorded_by: Mapped[UUID | None]
    recorded_at: Mapped[datetime] = mapped_column(MOMENT, server_default=NOW)
    undone_at: Mapped[datetime | None] = mapped_column(MOMENT)
