"""Capital calls as staff and investors read them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from portal.domain.investments.capital_calls.values.allocating import CallLine, CallPart, Equalised, LineKind
from portal.domain.investments.notices.values import BankAccount

LINE_NAMES = {
    LineKind.INVESTMENT: "Investments",
    LineKind.FEES: "Management fees",
    LineKind.EXPENSES: "Partnership expenses",
    LineKind.EQUALISATION_INTEREST: "Interest of a late close",
}


class CallState(StrEnum):
    """Where a call stands."""

    DRAFT = "draft"
    WAITING = "waiting"
    ISSUED = "issued"
    SETTLED = "settled"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class LineDraft:
    """A line as it is typed: an amount, or a part of all commitments (0.05 is 5 %)."""

    kind: LineKind
    amount: Decimal | None
    percent: Decimal | None = None
    inside: bool = True
    label: str = ""


@dataclass(frozen=True, slots=True)
class CallDraft:
    """What staff enter of a call. `short_notice` says why less notice is given than the terms ask for; `excused` is,
    by account, why it takes no part in investments; `replaces` is the cancelled call that this one corrects; `accrued`
    are charged fees that its one line of fees takes in, and no other call then."""

    vehicle_id: UUID
    due_on: date
    lines: tuple[LineDraft, ...]
    purpose: str = ""
    short_notice: str = ""
    excused: Mapping[UUID, str] | None = None
    replaces: UUID | None = None
    accrued: tuple[UUID, ...] = ()


@dataclass(frozen=True, slots=True)
class CallSummary:
    """A call in a list. `amount` is of the whole fund, `paid` what has arrived of it."""

    id: UUID
    vehicle_id: UUID
    vehicle: str
    currency: str
    number: int
    state: CallState
    due_on: date
    amount: Decimal
    paid: Decimal
    created_at: datetime
    issued_on: date | None
    created_by: str

    @property
    def label(self) -> str:
        """What people call it: C3."""
        return call_label(self.number)

    @property
    def open(self) -> Decimal:
        """What has not arrived yet."""
        return self.amount - self.paid


@dataclass(frozen=True, slots=True)
class Call:
    """A call with its lines; one of a late close has the day of admission (`admitted_on`)."""

    summary: CallSummary
    lines: tuple[CallLine, ...]
    percents: tuple[Decimal | None, ...]
    excused: Mapping[UUID, str]
    purpose: str
    short_notice: str
    replaces: UUID | None
    replaces_number: int | None
    paid_to: BankAccount | None
    cancel_reason: str
    maker_id: UUID | None
    admitted_on: date | None = None


@dataclass(frozen=True, slots=True)
class Preview:
    """What a call does to each account, before it is done. `digest` names all of it; `latest_day` is the last on which
    it can be issued with the notice that the terms ask for; `obstacles` say what is in the way of approval."""

    call: Call
    parts: tuple[CallPart, ...]
    paid_to: BankAccount | None
    latest_day: date
    obstacles: tuple[str, ...]
    digest: str
    equalised: tuple[Equalised, ...] = ()

    @property
    def total(self) -> Decimal:
        """What all accounts pay, those left out who get money back."""
        return sum((max(part.amount, Decimal(0)) for part in self.parts), Decimal(0))


@dataclass(frozen=True, slots=True)
class LateClose:
    """What staff enter of a late close: those who came late are called, those who came first are refunded."""

    vehicle_id: UUID
    due_on: date
    admitted_on: date
    purpose: str = ""


class ReceivingState(StrEnum):
    """Where bank details of a vehicle stand."""

    WAITING = "waiting"
    IN_FORCE = "in_force"
    REPLACED = "replaced"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class ReceivingDetails:
    """A bank account that calls of a vehicle are paid to."""

    id: UUID
    vehicle_id: UUID
    vehicle: str
    account: BankAccount
    state: ReceivingState
    entered_by: str
    entered_at: datetime


def subject_of(call_id: UUID) -> str:
    """What approvals and the record call a call."""
    return f"capital_call:{call_id}"


def call_label(number: int) -> str:
    """What people call the call of this number, and what its references begin with."""
    return f"C{number}"


def reference_of(number: int, account_number: str, account_id: UUID) -> str:
    """What an account is asked to repeat when it pays, and what is looked for in bank files: `C3-A1024`."""
    return f"{call_label(number)}-{account_number or account_id.hex[-8:].upper()}"
