"""Payments that came in as others read them: the files they were told in, what they were taken to be for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any
from uuid import UUID

from portal.domain.investments.payments.values.bank_lines import BankFormat
from portal.domain.investments.payments.values.matching import DueKind, Reason


class LineState(StrEnum):
    """Where a movement stands; `aside` is money that went out, and what is no business of investors."""

    OPEN = "open"
    WAITING = "waiting"
    MATCHED = "matched"
    ASIDE = "aside"


class ReceiptState(StrEnum):
    """Where a receipt stands; a waiting one is approved by somebody else."""

    WAITING = "waiting"
    POSTED = "posted"
    REJECTED = "rejected"
    UNDONE = "undone"


class ExcessState(StrEnum):
    """What became of what was paid too much."""

    NONE = "none"
    OPEN = "open"
    REFUNDED = "refunded"
    USED = "used"


class LateState(StrEnum):
    """Where interest on a late payment stands; it is void where the payment was taken back."""

    ASKED = "asked"
    WAIVED = "waived"
    VOID = "void"


@dataclass(frozen=True, slots=True)
class BankFile:
    """A bank's file: how many movements it held, how many of them were new."""

    id: UUID
    name: str
    format: BankFormat
    lines: int
    taken: int
    read_by: str | None
    read_at: datetime


@dataclass(frozen=True, slots=True)
class ReadOutcome:
    """What reading a file came to; `notes` are sentences about what was left aside."""

    file_id: UUID
    lines: int
    taken: int
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class KeptLine:
    """A movement as it was kept."""

    id: UUID
    file_id: UUID
    booked_on: date
    value_on: date
    amount: Decimal
    currency: str
    payer: str
    reference: str
    bank_id: str
    state: LineState
    note: str

    @classmethod
    def of(cls, row: Any) -> KeptLine:
        """The movement in a row that has its columns."""
        return cls(
            row.id, row.file_id, row.booked_on, row.value_on, row.amount, row.currency, row.payer, row.reference,
            row.bank_id, LineState(row.state), row.note,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class ReceiptPart:
    """How much of a payment paid which due."""

    kind: DueKind
    due_id: UUID
    account_id: UUID
    account: str
    vehicle_id: UUID
    vehicle: str
    reference: str
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a payment was taken to be for, with the movement itself."""

    id: UUID
    line: KeptLine
    state: ReceiptState
    reason: Reason
    excess: Decimal
    excess_account_id: UUID | None
    excess_account: str | None
    excess_state: ExcessState
    note: str
    made_by_id: UUID | None
    made_by: str | None
    made_at: datetime
    posted_at: datetime | None
    undone_by: str | None
    undone_at: datetime | None
    parts: tuple[ReceiptPart, ...]

    @property
    def place(self) -> tuple[datetime, UUID]:
        """Where it stands in lists, the newest first."""
        return self.made_at, self.id


@dataclass(frozen=True, slots=True)
class LateDue:
    """Interest that is asked for on a late payment: `principal` × `rate` × `days` ÷ `year`."""

    id: UUID
    account_id: UUID
    account: str
    vehicle_id: UUID
    vehicle: str
    reference: str
    principal: Decimal
    rate: Decimal
    days: int
    year: int
    due_on: date
    paid_on: date
    currency: str
    amount: Decimal
    paid: Decimal
    state: LateState
    note: str = ""

    @property
    def open(self) -> Decimal:
        """What is still owed."""
        return self.amount - self.paid if self.state is LateState.ASKED else Decimal(0)


@dataclass(frozen=True, slots=True)
class ReceiptNotice:
    """What to tell a person of a payment that was booked: (account, vehicle, reference) of what it paid, whether
    interest is asked for because it came late, and whether all of it is carry paid back. A message names no amounts."""

    name: str
    email: str
    firm: str
    booked: tuple[tuple[str, str, str], ...]
    late: bool
    paid_back: bool = False


@dataclass(frozen=True, slots=True)
class DuePayment:
    """How much of a due a receipt paid, on which day; `state` says whether it stands."""

    receipt_id: UUID
    amount: Decimal
    value_on: date
    state: ReceiptState


@dataclass(frozen=True, slots=True)
class HandPart:
    """A part of a payment that somebody chose by hand: which due, how much."""

    due_id: UUID
    amount: Decimal
