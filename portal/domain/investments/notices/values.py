"""What a notice of a call or a distribution says, frozen: page, PDF, spreadsheet and JSON all show these figures.

The fields are those of ILPA's template for calls and distributions. A notice may net both: what is called less what is
paid out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any
from uuid import UUID

import orjson

ZERO = Decimal(0)


class NoticeKind(StrEnum):
    """What is told."""

    CALL = "call"
    CALL_CANCELLED = "call_cancelled"
    DISTRIBUTION = "distribution"
    DISTRIBUTION_CANCELLED = "distribution_cancelled"
    PAYBACK = "payback"
    PAYBACK_CANCELLED = "payback_cancelled"


TITLES = {
    NoticeKind.CALL: "Capital call notice",
    NoticeKind.CALL_CANCELLED: "Cancellation of a capital call",
    NoticeKind.DISTRIBUTION: "Distribution notice",
    NoticeKind.DISTRIBUTION_CANCELLED: "Cancellation of a distribution",
    NoticeKind.PAYBACK: "Notice of carry paid back",
    NoticeKind.PAYBACK_CANCELLED: "Cancellation of carry paid back",
}
CANCELLED = {
    NoticeKind.CALL: NoticeKind.CALL_CANCELLED,
    NoticeKind.DISTRIBUTION: NoticeKind.DISTRIBUTION_CANCELLED,
    NoticeKind.PAYBACK: NoticeKind.PAYBACK_CANCELLED,
}
NETTED_TITLE = "Capital call and distribution notice"


def title_of(kind: NoticeKind, netted_call: str) -> str:
    """What a notice of this kind is called; `netted_call` is the call that it nets, if it does."""
    return NETTED_TITLE if netted_call else TITLES[kind]


@dataclass(frozen=True, slots=True)
class NoticeLine:
    """A line by type: of the whole fund, of the account, and its signed effect on what the account has unfunded: below
    zero inside the commitment, above zero where it is recallable, zero outside. Amounts are positive;
    those of a late close are below zero for who gets money back, those of carry that is paid back for who pays it."""

    label: str
    fund: Decimal
    account: Decimal
    unfunded_effect: Decimal


@dataclass(frozen=True, slots=True)
class BankAccount:
    """Where money goes, with `routing` in the United States."""

    method: str
    holder: str
    bank: str
    number: str
    routing: str = ""


@dataclass(frozen=True, slots=True)
class Notice:
    """A notice to one account. `called` and `paid_out` are its lines; `withheld` is tax kept from what is paid out.
    `netted_call` is the number of the call where both are netted, `settled` what of it was paid before; `in_kind` is
    what of the lines paid out does not come as money. `contributed` and `distributed` are since inception, as of the
    day before; `purpose` says what it is for, `reason` why it takes something back, `replaces` the number it corrects.
    `due_on` is the day money is due, or is paid."""

    kind: NoticeKind
    number: str
    firm: str
    vehicle: str
    account: str
    account_number: str
    currency: str
    issued_on: date
    due_on: date
    commitment: Decimal
    fund_commitment: Decimal
    called: tuple[NoticeLine, ...]
    paid_out: tuple[NoticeLine, ...]
    withheld: Decimal
    contributed: Decimal
    distributed: Decimal
    unfunded_before: Decimal
    reference: str
    paid_to: BankAccount | None
    purpose: str = ""
    reason: str = ""
    replaces: str = ""
    netted_call: str = ""
    settled: Decimal = ZERO
    in_kind: Decimal = ZERO

    @property
    def title(self) -> str:
        """What it is called."""
        return title_of(self.kind, self.netted_call)

    @property
    def unfunded_after(self) -> Decimal:
        """What may still be called afterwards."""
        return self.unfunded_before + sum((each.unfunded_effect for each in (*self.called, *self.paid_out)), ZERO)

    @property
    def net_due(self) -> Decimal:
        """What the account has to pay; below zero: what it is paid."""
        return self.open_due - self.net_paid_out

    @property
    def open_due(self) -> Decimal:
        """What of the call is to be paid, before anything is netted."""
        return sum((each.account for each in self.called), ZERO) - self.settled

    @property
    def net_paid_out(self) -> Decimal:
        """The money of what is paid out, after tax and before anything is netted."""
        return sum((each.account for each in self.paid_out), ZERO) - self.in_kind - self.withheld

    @property
    def netted(self) -> Decimal:
        """What of the one pays the other."""
        return max(min(self.open_due, self.net_paid_out), ZERO)

    @property
    def part_of_fund(self) -> Decimal | None:
        """What fraction of all commitments the account's is; None where nobody committed to anything."""
        return self.commitment / self.fund_commitment if self.fund_commitment else None

    @property
    def pays_out(self) -> bool:
        """Whether money goes to the account's own bank account: the one in force on the day."""
        return self.net_due < 0 and self.paid_to is None and not self.cancels

    @property
    def cancels(self) -> bool:
        """Whether it takes an earlier notice back."""
        return self.kind in CANCELLED.values()

    def content(self) -> dict[str, Any]:
        """The notice in what JSON can hold: amounts as digits, dates as ISO 8601."""
        plain: dict[str, Any] = orjson.loads(orjson.dumps(self, default=_digits))
        return plain

    @classmethod
    def read(cls, content: Mapping[str, Any]) -> Notice:
        """The notice that was kept as `content`."""
        given = {"settled": "0", "in_kind": "0", **content}  # which notices of old do not say
        amounts = ("commitment", "fund_commitment", "withheld", "contributed", "distributed", "unfunded_before")
        for name in (*amounts, "settled", "in_kind"):
            given[name] = Decimal(given[name])
        for name in ("issued_on", "due_on"):
            given[name] = date.fromisoformat(given[name])
        for name in ("called", "paid_out"):
            given[name] = tuple(_line(each) for each in given[name])
        given["kind"] = NoticeKind(given["kind"])
        given["paid_to"] = BankAccount(**given["paid_to"]) if given["paid_to"] else None
        return cls(**given)


def _line(given: Mapping[str, Any]) -> NoticeLine:
    return NoticeLine(
        given["label"], Decimal(given["fund"]), Decimal(given["account"]), Decimal(given["unfunded_effect"])
    )


def _digits(amount: object) -> str:
    if isinstance(amount, Decimal):
        return f"{amount:f}"
    raise TypeError


@dataclass(frozen=True, slots=True)
class NewNotice:
    """A notice that is to be issued to an account of its vehicle."""

    account_id: UUID
    vehicle_id: UUID
    notice: Notice


@dataclass(frozen=True, slots=True)
class IssuedNotice:
    """A notice as it was issued. `subject_id` is the call or distribution it tells of."""

    id: UUID
    account_id: UUID
    vehicle_id: UUID
    subject_id: UUID
    notice: Notice
    figures_digest: str
    issued_at: datetime


@dataclass(frozen=True, slots=True)
class NoticeLink:
    """A notice of a call or distribution in a list; `netted_call` is the call that it nets, if it does."""

    id: UUID
    account_id: UUID
    kind: NoticeKind
    number: str
    issued_at: datetime
    netted_call: str = ""

    @property
    def title(self) -> str:
        """What it is called."""
        return title_of(self.kind, self.netted_call)


@dataclass(frozen=True, slots=True)
class Writing:
    """How far the notices of a call or distribution are written."""

    written: int
    total: int

    @property
    def done(self) -> bool:
        """Whether all are."""
        return self.written >= self.total


@dataclass(frozen=True, slots=True)
class Announcement:
    """What to tell a person of the notices of one call or distribution: the ids with the accounts' names;
    `netted_call` is the call that is netted against at least one of the accounts."""

    name: str
    email: str
    firm: str
    locale: str
    kind: NoticeKind
    vehicle: str
    number: str
    due_on: date
    notices: tuple[tuple[UUID, str], ...]
    netted_call: str = ""

    @property
    def title(self) -> str:
        """What the notices are called."""
        return title_of(self.kind, self.netted_call)


def source_of(notice_id: UUID) -> str:
    """What the library calls the origin of a notice's document."""
    return f"notice:{notice_id}"
