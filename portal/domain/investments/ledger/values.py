"""What is posted, and what is read back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID


class EntryKind(StrEnum):
    """What happened. The order is the order of one day: a valuation is of the day's end."""

    COMMITMENT = "commitment"
    CALL = "call"
    RELEASE = "release"
    CONTRIBUTION = "contribution"
    TRANSFER = "transfer"
    FEE = "fee"
    EXPENSE = "expense"
    FEE_REBATE = "fee_rebate"
    INVESTMENT_INCOME = "investment_income"
    INTEREST_EXPENSE = "interest_expense"
    PLACEMENT_FEE = "placement_fee"
    INVESTMENT_GAIN = "investment_gain"
    INVESTMENT_LOSS = "investment_loss"
    DISTRIBUTION = "distribution"
    RETURN_OF_CAPITAL = "return_of_capital"
    GAIN = "gain"
    DIVIDEND = "dividend"
    INTEREST = "interest"
    OTHER_INCOME = "other_income"
    RETURN_OF_UNUSED = "return_of_unused"
    IN_KIND = "in_kind"
    CARRIED_INTEREST = "carried_interest"
    CLAWBACK = "clawback"
    VALUATION = "valuation"
    VALUATION_ADJUSTMENT = "valuation_adjustment"


_K = EntryKind
DISTRIBUTIONS = frozenset({
    _K.DISTRIBUTION, _K.RETURN_OF_CAPITAL, _K.GAIN, _K.DIVIDEND, _K.INTEREST, _K.OTHER_INCOME, _K.RETURN_OF_UNUSED,
    _K.IN_KIND, _K.CARRIED_INTEREST, _K.CLAWBACK,
})  # fmt: skip
# What is charged to an account's capital, and what is given back of it.
CHARGES = {EntryKind.FEE: 1, EntryKind.EXPENSE: 1, EntryKind.FEE_REBATE: -1}
# What the vehicle earned and lost as far as it is told apart: the next valuation's change is what is left beside it.
RESULTS = dict.fromkeys((_K.INVESTMENT_INCOME, _K.INVESTMENT_GAIN), 1) | dict.fromkeys(
    (_K.INTEREST_EXPENSE, _K.PLACEMENT_FEE, _K.INVESTMENT_LOSS), -1
)
# What moves no money: neither cash nor net assets, only the promise.
PROMISES = frozenset({EntryKind.COMMITMENT, EntryKind.CALL, EntryKind.RELEASE})


class Bucket(StrEnum):
    """Where a posting lands. Positive is a debit.

    `unfunded` against `committed`, `called` (and not yet paid), `drawn` and `released` keeps the promise; `net_assets`
    against `contributed`, `distributed`, `fees`, `transferred` and `revaluation` keeps the money."""

    COMMITTED = "committed"
    UNFUNDED = "unfunded"
    CALLED = "called"
    RELEASED = "released"
    DRAWN = "drawn"
    CONTRIBUTED = "contributed"
    DISTRIBUTED = "distributed"
    NET_ASSETS = "net_assets"
    FEES = "fees"
    TRANSFERRED = "transferred"
    REVALUATION = "revaluation"


class Entry(NamedTuple):
    """One thing that happened to a holding. `amount` is positive in its kind's own direction (for a valuation: the
    value stated; a transfer is positive for who takes over); the correction of an opening balance may be negative.
    `unfunded_effect` is what it does to the unfunded promise, signed: None takes it from the kind and the balances. A
    contribution with an effect of 0 pays open calls, where it `settles` them; the rest is outside the commitment."""

    account_id: UUID
    vehicle_id: UUID
    kind: EntryKind
    effective_on: date
    amount: Decimal
    business_key: str
    content_digest: str
    reference: str = ""
    opening: bool = False
    unfunded_effect: Decimal | None = None
    settles: bool = True


class StandingKey(NamedTuple):
    """The latest journal of a business key, and whether it was reversed."""

    business_key: str
    generation: int
    content_digest: str
    reversed: bool


@dataclass(frozen=True, slots=True)
class PostingOutcome:
    """How many entries were posted, and how many had been before."""

    posted: int
    skipped: int


@dataclass(frozen=True, slots=True)
class HoldingFigures:
    """A holding's balances at a date. `nav` is the last valuation rolled forward, zero before the first; `called` is
    what was called inside the commitment and not paid yet; `transferred` is the NAV of interests taken over, less that
    of those given away; `carried` is the carried interest that it received, less what it paid back of it, None
    where there never was any; `first_on` and `last_on` are the days of the first and of the last entry that stands now,
    at whatever date this is read: the first is the order of admission."""

    id: UUID
    account_id: UUID
    account: str
    vehicle_id: UUID
    vehicle: str
    currency: str
    strategy: str | None
    sector: str | None
    vintage: int | None
    commitment: Decimal
    unfunded: Decimal
    paid_in: Decimal
    distributed: Decimal
    nav: Decimal
    fees: Decimal
    opening: bool
    valued_on: date | None
    last_flow_on: date | None
    version: int
    called: Decimal = Decimal(0)
    transferred: Decimal = Decimal(0)
    first_on: date | None = None
    last_on: date | None = None
    carried: Decimal | None = None

    @property
    def capital(self) -> Decimal:
        """The NAV, or before the first valuation what was paid in and taken over less what was paid out and charged."""
        if self.valued_on is not None:
            return self.nav
        return self.paid_in + self.transferred - self.distributed - self.fees

    @property
    def nav_adjusted(self) -> bool:
        """Whether cash moved after the last valuation, so that NAV is that valuation rolled forward."""
        return self.valued_on is not None and self.last_flow_on is not None and self.last_flow_on > self.valued_on


class DatedFlow(NamedTuple):
    """Cash between an account and a vehicle on a day, and fees charged to its capital; all positive. `transferred` is
    the NAV of interests taken over from other accounts, negative of those given away."""

    holding_id: UUID
    on: date
    contributed: Decimal
    distributed: Decimal
    fees: Decimal
    transferred: Decimal = Decimal(0)


class CarriedInterest(NamedTuple):
    """Carried interest that a holding received on a day, within what was distributed; negative if it was paid back."""

    holding_id: UUID
    on: date
    amount: Decimal


class ValuationMark(NamedTuple):
    """NAV stated at a date."""

    holding_id: UUID
    on: date
    nav: Decimal


@dataclass(frozen=True, slots=True)
class Transaction:
    """A journal as a line of a list. `cash` is the investor's view: contributions negative."""

    id: UUID
    holding_id: UUID
    account: str
    vehicle: str
    currency: str
    kind: EntryKind
    opening: bool
    amount: Decimal
    unfunded_effect: Decimal
    effective_on: date
    posted_at: datetime
    reference: str
    reverses: UUID | None
    reversed_by: UUID | None

    @property
    def reversal(self) -> bool:
        """Whether this takes another journal back."""
        return self.reverses is not None

    @property
    def reversed(self) -> bool:
        """Whether another journal took this one back."""
        return self.reversed_by is not None

    @property
    def cash(self) -> Decimal | None:
        """The investor's cash: negative for a contribution, positive for a distribution, None for neither."""
        if self.kind is EntryKind.CONTRIBUTION:
            return -self.amount
        return self.amount if self.kind in DISTRIBUTIONS else None


@dataclass(frozen=True, slots=True)
class PostingLine:
    """A posting behind a figure, with the journal it belongs to."""

    journal_id: UUID
    effective_on: date
    posted_at: datetime
    kind: EntryKind
    opening: bool
    reversal: bool
    reference: str
    bucket: Bucket
    amount: Decimal
    currency: str
    holding_id: UUID


@dataclass(frozen=True, slots=True)
class TrailSum:
    """What the postings of one kind add to a trail."""

    kind: EntryKind
    opening: bool
    count: int
    amount: Decimal


@dataclass(frozen=True, slots=True)
class PostingTrail:
    """The postings of one bucket behind a figure, in order of date and signed as the figure is: what adds to it is
    positive. `lines` may be the latest of them only; `sums` are of all."""

    bucket: Bucket
    sums: tuple[TrailSum, ...]
    lines: tuple[PostingLine, ...]

    @property
    def count(self) -> int:
        """How many postings there are, listed or not."""
        return sum(each.count for each in self.sums)

    @property
    def total(self) -> Decimal:
        """What all of them come to: the figure."""
        return sum((each.amount for each in self.sums), Decimal(0))

    @property
    def brought_forward(self) -> Decimal:
        """What the postings before the first one listed come to."""
        return self.total - sum((line.amount for line in self.lines), Decimal(0))


@dataclass(frozen=True, slots=True)
class TransactionTotals:
    """What a list of transactions comes to in one currency, reversals taken off."""

    currency: str
    count: int
    contributed: Decimal
    distributed: Decimal
    fees: Decimal


@dataclass(frozen=True, slots=True)
class TransactionFilter:
    """What a list of transactions is narrowed to; `known_on` leaves out what was recorded, or reversed, later."""

    account_id: UUID | None = None
    vehicle_id: UUID | None = None
    holding_id: UUID | None = None
    holding_ids: tuple[UUID, ...] = ()
    kinds: tuple[EntryKind, ...] = ()
    since: date | None = None
    until: date | None = None
    search: str = ""
    known_on: datetime | None = None
