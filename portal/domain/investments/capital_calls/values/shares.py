"""What an account has to pay of a call."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from portal.domain.investments.capital_calls.values.allocating import LineKind
from portal.domain.investments.capital_calls.values.calls import CallState, call_label
from portal.domain.investments.notices.values import BankAccount


class ShareState(StrEnum):
    """How the payment of a share stands."""

    DUE = "due"
    PARTLY_PAID = "partly_paid"
    OVERDUE = "overdue"
    PAID = "paid"
    CANCELLED = "cancelled"
    NOTHING = "nothing"
    REFUND = "refund"
    REFUNDED = "refunded"


@dataclass(frozen=True, slots=True)
class CallShare:
    """An account's share of an issued call. `late_days` counts from the due date for what is still open."""

    id: UUID
    call_id: UUID
    account_id: UUID
    account: str
    vehicle_id: UUID
    vehicle: str
    currency: str
    number: int
    reference: str
    issued_at: datetime
    due_on: date
    commitment: Decimal
    unfunded_before: Decimal
    inside: Decimal
    outside: Decimal
    paid: Decimal
    capped: bool
    excused: str | None
    state: ShareState
    call_state: CallState

    @property
    def label(self) -> str:
        """What people call the call: C3."""
        return call_label(self.number)

    @property
    def amount(self) -> Decimal:
        """All that is to be paid."""
        return self.inside + self.outside

    @property
    def open(self) -> Decimal:
        """What is still to be paid."""
        return Decimal(0) if self.state is ShareState.CANCELLED else self.amount - self.paid

    @property
    def unfunded_after(self) -> Decimal:
        """What may still be called afterwards."""
        return self.unfunded_before - self.inside


@dataclass(frozen=True, slots=True)
class SharedLine:
    """A line of a call with an account's part of it: the exact part, what rounding made of it, the whole line."""

    kind: LineKind
    label: str
    inside: bool
    fund: Decimal
    exact: Decimal
    amount: Decimal
    rounded_up: bool
    accrued: bool


@dataclass(frozen=True, slots=True)
class Payment:
    """Money that arrived for a share; `undone_at` where that was taken back. `distribution` is the number of the
    distribution that it was netted against, and `distribution_id` its id."""

    id: UUID
    receipt_id: UUID
    amount: Decimal
    value_on: date
    recorded_at: datetime
    undone_at: datetime | None
    distribution_id: UUID | None = None
    distribution: int | None = None


@dataclass(frozen=True, slots=True)
class NettedPart:
    """What a distribution pays of an account's share of the call of this number; `posted` once it is in the books."""

    share_id: UUID
    call_id: UUID
    call: int
    account_id: UUID
    vehicle_id: UUID
    receipt_id: UUID
    amount: Decimal
    value_on: date
    posted: bool


@dataclass(frozen=True, slots=True)
class ShareDetail:
    """A share with all that belongs to it. `late_interest` is what the vehicle's terms ask for on what was paid late or
    is open still, as of `as_of`; its arithmetic is in `late`."""

    share: CallShare
    lines: tuple[SharedLine, ...]
    payments: tuple[Payment, ...]
    paid_to: BankAccount | None
    purpose: str
    cancel_reason: str
    fund_commitment: Decimal
    late: tuple[LateInterest, ...]
    equalised: tuple[EqualisedCall, ...] = ()

    @property
    def late_interest(self) -> Decimal:
        """The interest of all late parts."""
        return sum((each.interest for each in self.late), Decimal(0))


@dataclass(frozen=True, slots=True)
class EqualisedCall:
    """What a late close changes for the account of one earlier call: the principal, and interest on it from that call's
    due date to the admission; below zero the account gets it."""

    label: str
    due_on: date
    admitted_on: date
    principal: Decimal
    interest: Decimal


@dataclass(frozen=True, slots=True)
class LateInterest:
    """Interest on an amount from the due date to the day it was paid, or to today where it is open: amount × rate ×
    days ÷ days of the year."""

    amount: Decimal
    rate: Decimal
    since: date
    until: date
    days: int
    year_days: int
    interest: Decimal


@dataclass(frozen=True, slots=True)
class Recorded:
    """A payment as it was taken: how much of it went to the share, and what is open on the share now."""

    payment_id: UUID
    applied: Decimal
    open: Decimal


@dataclass(frozen=True, slots=True)
class Reminder:
    """What to remind a person of: the shares with their accounts' names; `late` once the due date is over."""

    name: str
    email: str
    firm: str
    locale: str
    vehicle: str
    label: str
    due_on: date
    late: bool
    shares: tuple[tuple[UUID, str], ...]
