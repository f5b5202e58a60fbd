"""What returns are made of and what comes out: flows, positions, figures, chart points, derivations.

Signs are the investor's: a contribution is negative, a distribution positive.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Context, Decimal
from typing import Literal, NamedTuple
from uuid import UUID

from portal.domain.investments.ledger.values import HoldingFigures, PostingTrail

FigureName = Literal["commitment", "unfunded", "paid_in", "distributed", "nav", "dpi", "rvpi", "tvpi", "pic", "irr"]
AllocationKey = Literal["vehicle", "strategy", "sector", "vintage"]
AMOUNTS: tuple[FigureName, ...] = ("commitment", "unfunded", "paid_in", "distributed", "nav")
MULTIPLES: tuple[FigureName, ...] = ("dpi", "rvpi", "tvpi")
RATIOS: tuple[FigureName, ...] = (*MULTIPLES, "pic", "irr")

RATIO_PLACES = 10
WIDE = Context(prec=60, rounding=ROUND_HALF_UP)  # no quotient of kept amounts is near a tie at 60 digits

REASONS: Mapping[str, str] = {
    "no_paid_in": "Nothing has been paid in, so there is nothing to divide by.",
    "no_commitment": "There is no commitment, so there is nothing to divide by.",
    "opening_balances": "Part of the history came as opening balances, without the dates that a rate needs.",
    "no_flows": "There are no cash flows yet.",
    "single_day": "All cash flows are on one day, so no time has passed for a rate to be measured over.",
    "one_sided": "Money has only gone in, or only come out, so there is no rate that balances the two.",
    "no_root": "No rate from −99.999 % to 100,000 % balances these cash flows.",
    "several_roots": "More than one rate balances these cash flows, so none of them is the return.",
}


def reason_sentence(code: str) -> str:
    """Why a figure is undefined, for people. Raises KeyError for a code that is not in REASONS."""
    return REASONS[code]


def round_ratio(value: Decimal, places: int = RATIO_PLACES) -> Decimal:
    """A ratio rounded half-up (ties away from zero), in one step from the exact value."""
    return value.quantize(Decimal(1).scaleb(-places), context=WIDE) + 0


def ratio_text(value: Decimal | None) -> str | None:
    """A ratio as JSON carries it: a string with ten places, or None where it is undefined."""
    return None if value is None else f"{round_ratio(value):f}"


class Flow(NamedTuple):
    """Money between investor and vehicle on a day: negative when paid in, positive when paid out."""

    on: date
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Position:
    """What the ledger knows of one holding at a date: everything its returns are computed from.

    `nav_on` is the day of the last valuation (None: not yet valued, `nav` is then 0); `nav_adjusted` says
    that it was rolled forward by flows after that day. `flows` are contributions and distributions alone,
    without the NAV, and interests taken over (negative) or given away at their NAV. With `opening_balances` part of
    the amounts has no dated flows. `transferred` is the NAV of interests taken over, less that of those given away.
    `carried` is the part of `distributed`, and `carried_flows` that of `flows`, which is carried interest.
    """

    currency: str
    commitment: Decimal
    unfunded: Decimal
    paid_in: Decimal
    distributed: Decimal
    nav: Decimal
    flows: tuple[Flow, ...]
    nav_on: date | None = None
    nav_adjusted: bool = False
    opening_balances: bool = False
    transferred: Decimal = Decimal(0)
    vehicle_id: UUID | None = None
    carried: Decimal = Decimal(0)
    carried_flows: tuple[Flow, ...] = ()


@dataclass(frozen=True, slots=True)
class IrrResult:
    """An internal rate of return, or why there is none.

    `roots` are all rates that balance the flows, ascending, at ten places; one that the net present value
    only touches is there twice. Under one year (`annualised` False) they are rates for the whole period.
    """

    rate: Decimal | None
    reason: str | None = None
    annualised: bool = True
    roots: tuple[Decimal, ...] = ()


@dataclass(frozen=True, slots=True)
class Figures:
    """The figures of a holding or of a total, at a date.

    Multiples are exact to more digits than any rounding needs (see `round_ratio`); `irr` has ten places. A
    ratio that is None has its code in `reasons`. `nav_on` of a total is the oldest of its valuations. `flows`
    are the dated flows behind the IRR, each NAV included as a last flow. `transferred` counts in the multiples: as
    paid in where more was taken over than given away, as distributed otherwise. `carried` is the part of `distributed`
    that they leave out: carried interest, which is no return of the others in the vehicle.
    """

    currency: str
    as_of: date
    commitment: Decimal
    unfunded: Decimal
    paid_in: Decimal
    distributed: Decimal
    nav: Decimal
    dpi: Decimal | None
    rvpi: Decimal | None
    tvpi: Decimal | None
    pic: Decimal | None
    irr: Decimal | None
    reasons: Mapping[str, str]
    nav_on: date | None
    nav_adjusted: bool
    irr_annualised: bool
    irr_roots: tuple[Decimal, ...]
    flows: tuple[Flow, ...]
    transferred: Decimal = Decimal(0)
    carried: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class DiscountedFlow:
    """One day's flows behind an IRR: what was cash and what is NAV, and what both are worth on the first day at the
    rate found (None where there is no rate)."""

    on: date
    days: int
    cash: Decimal
    nav: Decimal
    present_value: Decimal | None


@dataclass(frozen=True, slots=True)
class Movement:
    """One day's change of a holding, in positive amounts; a reversal is negative. Fees lower its NAV; an interest
    taken over raises it, one given away is negative."""

    on: date
    paid_in: Decimal = Decimal(0)
    distributed: Decimal = Decimal(0)
    fees: Decimal = Decimal(0)
    transferred: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class Mark:
    """A valuation: what a holding was worth at the end of a day, that day's movements included."""

    on: date
    nav: Decimal


@dataclass(frozen=True, slots=True)
class History:
    """One holding's movements and valuations, in any order."""

    movements: tuple[Movement, ...]
    marks: tuple[Mark, ...] = ()


@dataclass(frozen=True, slots=True)
class ValuePoint:
    """Where a chart of value over time stands at the end of a day: running totals since inception."""

    on: date
    nav: Decimal
    paid_in: Decimal
    distributed: Decimal

    @property
    def total_value(self) -> Decimal:
        """What has been paid out and what is still there."""
        return self.nav + self.distributed


@dataclass(frozen=True, slots=True)
class QuarterFlows:
    """What went in and came out within one calendar quarter, both as positive amounts."""

    ends_on: date
    paid_in: Decimal
    distributed: Decimal

    @property
    def net(self) -> Decimal:
        """To the investor: negative while more goes in than comes out."""
        return self.distributed - self.paid_in

    @property
    def label(self) -> str:
        """The quarter as people name it: "2026 Q3"."""
        return f"{self.ends_on.year} Q{self.ends_on.month // 3}"


@dataclass(frozen=True, slots=True)
class Slice:
    """A part of an allocation; `percent` has one place, sums to 100.0, and is None when not above zero."""

    label: str
    amount: Decimal
    percent: Decimal | None


@dataclass(frozen=True, slots=True)
class Derivation:
    """How a figure came about: the formula in words, this investor's numbers in it, how to read the result.

    `value` is None where the figure is undefined; `reason` then says why, for people. `unit` is that of
    `value`; Decimal terms are always money in `currency`.
    """

    figure: FigureName
    title: str
    formula: str
    terms: tuple[tuple[str, Decimal | date | str], ...]
    value: Decimal | None
    unit: Literal["money", "multiple", "rate"]
    currency: str
    method: str
    basis: str
    period: str
    as_of: date
    reason: str | None = None
    caveats: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Series:
    """What the charts of one currency draw."""

    currency: str
    values: tuple[ValuePoint, ...]
    quarters: tuple[QuarterFlows, ...]


@dataclass(frozen=True, slots=True)
class OpenedFigure:
    """A figure opened: its derivation, the figures beside it (an IRR only where it was what was opened), the holdings
    it is of, the postings behind it, and for an IRR the flows day by day."""

    derivation: Derivation
    figures: Figures
    holdings: tuple[HoldingFigures, ...]
    trails: tuple[PostingTrail, ...]
    flows: tuple[DiscountedFlow, ...]
