"""What the API says of capital calls."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal
from uuid import UUID

from portal.api.parsing import Paging, Query
from portal.api.v1.investments.schemas import Amount, Currency, Next, Ratio

ShareStates = Literal["due", "partly_paid", "overdue", "paid", "cancelled", "nothing", "refund", "refunded"]
LineKinds = Literal["investment", "fees", "expenses", "equalisation_interest"]


class CallsQuery(Paging):
    """A page of capital calls."""


class CallQuery(Query):
    """One capital call."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallItem:
    """What one account has to pay of a call. `open` is what is still to be paid by `due_on`, with `reference`."""

    id: UUID
    call_id: UUID
    number: str
    account_id: UUID
    account: str
    vehicle_id: UUID
    vehicle: str
    currency: Currency
    state: ShareStates
    issued_at: datetime
    due_on: date
    amount: Amount
    paid: Amount
    open: Amount
    reference: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CallList:
    """A page of capital calls, the newest first."""

    items: list[CallItem]
    next: Next


@dataclass(frozen=True, slots=True, kw_only=True)
class CalledLine:
    """A line: of the whole fund, of the account, and what it does to unfunded."""

    kind: LineKinds
    label: str
    inside_commitment: bool
    fund: Amount
    account: Amount
    unfunded_effect: Amount


@dataclass(frozen=True, slots=True, kw_only=True)
class CallPaymentItem:
    """Money that arrived, or what a distribution (`netted_against`: D3) paid in its place. One that was taken back says
    so; `receipt_id` is the document that is its receipt, null while it is printed, and of what was netted."""

    value_on: date
    amount: Amount
    netted_against: str | None
    taken_back: bool
    receipt_id: UUID | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LateInterestItem:
    """Interest on what is late, as of today: amount × rate × days ÷ days of the year."""

    amount: Amount
    rate: Ratio
    since: date
    until: date
    days: int
    year_days: int
    interest: Amount


@dataclass(frozen=True, slots=True, kw_only=True)
class PayTo:
    """The bank account to pay to."""

    method: Literal["ach", "iban"]
    holder: str
    bank: str
    routing: str
    number: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CallDetail(CallItem):
    """A call with all that its notice says. `fund_commitment` is what the lines are shared by, with `commitment`."""

    purpose: str
    cancelled_because: str
    capped: bool
    excused: str | None
    commitment: Amount
    fund_commitment: Amount
    unfunded_before: Amount
    unfunded_after: Amount
    lines: list[CalledLine]
    payments: list[CallPaymentItem]
    late_interest: list[LateInterestItem]
    pay_to: PayTo | None
    notices: list[UUID]
