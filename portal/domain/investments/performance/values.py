"""Returns over a span: what they are computed from, and what comes out.

Signs are the investor's: what goes in is negative, what comes out positive.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Literal, NamedTuple
from uuid import UUID

from portal.domain.investments.index_series.values import IndexLevels
from portal.domain.investments.returns.values import REASONS as RATE_REASONS
from portal.domain.investments.returns.values import DiscountedFlow, Flow, History

Measure = Literal[
    "irr", "time_weighted", "modified_dietz", "tvpi", "dpi", "rvpi", "pic", "ks_pme", "direct_alpha"
]  # fmt: skip
MEASURES: tuple[Measure, ...] = (
    "irr", "time_weighted", "modified_dietz", "tvpi", "dpi", "rvpi", "pic", "ks_pme", "direct_alpha",
)  # fmt: skip
RATES: tuple[Measure, ...] = ("irr", "time_weighted", "modified_dietz", "direct_alpha")
MARKET: tuple[Measure, ...] = ("ks_pme", "direct_alpha")
PartKind = Literal["opening", "paid_in", "paid_out", "transferred", "fee", "incentive", "nav"]


class Period(StrEnum):
    """How long a span is, counted back from its last day; `span` has a first day of its own."""

    MONTH = "month"
    QUARTER = "quarter"
    YEAR_TO_DATE = "year_to_date"
    ONE_YEAR = "one_year"
    THREE_YEARS = "three_years"
    FIVE_YEARS = "five_years"
    INCEPTION = "inception"
    SPAN = "span"


class Basis(StrEnum):
    """Of what flows a return is: as they are in the ledger (net), with management fees and carried interest added back
    (gross), or as if a subscription line had not been drawn (without_line)."""

    NET = "net"
    GROSS = "gross"
    WITHOUT_LINE = "without_line"


REASONS: Mapping[str, str] = {
    **RATE_REASONS,
    "not_held": "Nothing was held in this period.",
    "not_valued_in_period": "There is no valuation within the period, so how its end compares with its beginning is"
    " not known.",
    "no_capital": "At some point of the period there was no capital to measure a return on.",
    "no_index": "No index was chosen to compare with.",
    "index_currency": "The index is in another currency, so what it grew by says something else.",
    "index_missing": "The index has no value in the month before one of these dates.",
}


def reason_sentence(code: str) -> str:
    """Why a return is undefined, for people. Raises KeyError for a code that is not in REASONS."""
    return REASONS[code]


@dataclass(frozen=True, slots=True)
class Span:
    """From the end of `starts_on` (None: from the first flow on) to the end of `ends_on`."""

    period: Period
    starts_on: date | None
    ends_on: date


class Draw(NamedTuple):
    """A contribution that a subscription line had advanced: the line was drawn before the account paid."""

    paid_on: date
    drawn_on: date
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Course:
    """What one holding went through up to the span's last day. `fees` are management fees less rebates by day,
    positive; `incentive` is carried interest that it received, positive; `opening_on` is the day of the last opening
    balance, from before which there are no dated flows."""

    holding_id: UUID
    vehicle_id: UUID
    vehicle: str
    currency: str
    commitment: Decimal
    history: History
    opening_on: date | None = None
    fees: tuple[Flow, ...] = ()
    incentive: tuple[Flow, ...] = ()
    draws: tuple[Draw, ...] = ()


class Part(NamedTuple):
    """One dated amount that a return is made of."""

    on: date
    kind: PartKind
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Stretch:
    """A span of one or more holdings in one currency on one basis, added up.

    `starts_on` is the span's, or the day of the first flow since inception; `ends_on` is the day of the last NAV.
    `flows` are those after the start (since inception: from it on); `closings` are the NAVs, each on its own day.
    `values` are what all was worth at the end of each day on which all of it was valued. `reason` says why no rate may
    be given. `paid_in_ever` and `commitment` are those at the end, whatever the span.
    """

    currency: str
    basis: Basis
    span: Span
    starts_on: date
    ends_on: date
    opening: Decimal
    flows: tuple[Part, ...]
    closings: tuple[Part, ...]
    values: tuple[tuple[date, Decimal], ...]
    paid_in_ever: Decimal
    commitment: Decimal
    nav_on: date | None
    nav_adjusted: bool
    at_cost: bool
    unvalued: bool
    reason: str | None = None

    @property
    def closing(self) -> Decimal:
        """The NAV at the end."""
        return sum((each.amount for each in self.closings), Decimal(0))

    @property
    def parts(self) -> tuple[Part, ...]:
        """All dated amounts: the value at the start as money put in, the flows, the NAVs as money taken out."""
        opening = (Part(self.starts_on, "opening", -self.opening),) if self.opening else ()
        return (*opening, *self.flows, *self.closings)

    @property
    def daily(self) -> tuple[Part, ...]:
        """The dated amounts, those of one kind on one day added up, in the order of their days."""
        sums: dict[tuple[date, PartKind], Decimal] = {}
        for each in self.parts:
            sums[each.on, each.kind] = sums.get((each.on, each.kind), Decimal(0)) + each.amount
        return tuple(sorted((Part(on, kind, amount) for (on, kind), amount in sums.items()), key=lambda each: each.on))

    @property
    def totals(self) -> Mapping[PartKind, Decimal]:
        """What the dated amounts of each kind come to, in the order in which the kinds first appear."""
        sums: dict[PartKind, Decimal] = {}
        for each in self.parts:
            sums[each.kind] = sums.get(each.kind, Decimal(0)) + each.amount
        return sums

    def sum_of(self, *kinds: PartKind) -> Decimal:
        """What the flows of these kinds come to."""
        return sum((each.amount for each in self.flows if each.kind in kinds), Decimal(0))


@dataclass(frozen=True, slots=True)
class SubPeriod:
    """A part of a span between two values: `weighted` is the first value and each flow for as much of the time as it
    was invested; `factor` is one plus the return, None where there was no capital."""

    starts_on: date
    ends_on: date
    opening: Decimal
    flows: Decimal
    weighted: Decimal
    closing: Decimal
    factor: Decimal | None


class Measured(NamedTuple):
    """A figure, or the code of the reason why there is none. `annualised`: a rate is one of a year, not of the span.
    `estimate`: a time-weighted return without a valuation at each flow."""

    value: Decimal | None
    reason: str | None = None
    annualised: bool = False
    estimate: bool = False
    roots: tuple[Decimal, ...] = ()


@dataclass(frozen=True, slots=True)
class Performance:
    """The returns of a stretch by measure; market measures are there only where an index was given."""

    stretch: Stretch
    measured: Mapping[Measure, Measured]


class Compounded(NamedTuple):
    """A dated amount, the index on its day, and what the amount would have become in the index by the end."""

    part: Part
    level: Decimal
    worth: Decimal


@dataclass(frozen=True, slots=True)
class Share:
    """What one vehicle adds to the return of a total over a span: `gain` is NAV and money taken out less value at the
    start and money put in; `added` is the part of the total's modified Dietz return that it makes, not annualised."""

    vehicle_id: UUID
    vehicle: str
    opening: Decimal
    paid_in: Decimal
    paid_out: Decimal
    closing: Decimal
    gain: Decimal
    added: Decimal | None
    irr: Measured


@dataclass(frozen=True, slots=True)
class Returns:
    """All returns of one currency over a span: on each basis for which there is something to tell apart, and how the
    net one divides by vehicle."""

    currency: str
    span: Span
    by_basis: Mapping[Basis, Performance]
    shares: tuple[Share, ...]
    holdings: int

    @property
    def net(self) -> Performance:
        """Those of the flows as they are in the ledger."""
        return self.by_basis[Basis.NET]


@dataclass(frozen=True, slots=True)
class OpenedReturn:
    """One figure with everything that it is computed from. Of the four tables only that of its method is filled."""

    measure: Measure
    performance: Performance
    holdings: int
    title: str
    formula: str
    method: str
    caveats: tuple[str, ...]
    index: IndexLevels | None = None
    discounted: tuple[DiscountedFlow, ...] = ()
    sub_periods: tuple[SubPeriod, ...] = ()
    compounded: tuple[Compounded, ...] = ()

    @property
    def result(self) -> Measured:
        """The figure."""
        return self.performance.measured[self.measure]
