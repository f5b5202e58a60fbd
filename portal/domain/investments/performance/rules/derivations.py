"""How a return came about: in words, and in the tables that it is computed from."""

from __future__ import annotations

from collections.abc import Mapping

from portal.domain.investments.index_series.values import IndexLevels
from portal.domain.investments.performance.rules.markets import compound
from portal.domain.investments.performance.rules.measures import list_sub_periods, sub_period
from portal.domain.investments.performance.values import (
    MARKET,
    RATES,
    Basis,
    Measure,
    OpenedReturn,
    Performance,
    Stretch,
    SubPeriod,
)
from portal.domain.investments.returns.rules.discounting import discount, sum_by_day
from portal.domain.investments.returns.values import DiscountedFlow

LINKED: tuple[Measure, ...] = ("time_weighted", "modified_dietz")
BALANCED: tuple[Measure, ...] = (
    "irr",
    "direct_alpha",
)  # rates at which what goes in and what comes out are worth the same
# What each return is called, its formula, its method.
TEXTS: Mapping[Measure, tuple[str, str, str]] = {
    "irr": (
        "IRR",
        "Σ flow × (1 + IRR)^(−days ÷ 365) = 0",
        "Internal rate of return: the value at the start goes in, each NAV comes out on its own day; actual/365, days"
        " from the first flow. Stated only when no other rate balances the flows.",
    ),
    "time_weighted": (
        "Time-weighted return",
        "Π (1 + return of each part) − 1",
        "The span is cut wherever all of it was valued; each part is measured by modified Dietz and the parts are"
        " linked, so that when money came and went does not count.",
    ),
    "modified_dietz": (
        "Modified Dietz return",
        "(NAV − value at the start − net paid in) ÷ (value at the start + Σ flow × share of the days)",
        "One step over the whole span; each flow counts for the days after it.",
    ),
    "tvpi": (
        "TVPI, total value to paid-in",
        "(paid out + NAV) ÷ (value at the start + paid in)",
        "Taken from the exact amounts and rounded once. In a span the value at the start counts as paid in.",
    ),
    "dpi": (
        "DPI, distributed to paid-in",
        "paid out ÷ (value at the start + paid in)",
        "Taken from the exact amounts and rounded once. In a span the value at the start counts as paid in.",
    ),
    "rvpi": (
        "RVPI, residual value to paid-in",
        "NAV ÷ (value at the start + paid in)",
        "Taken from the exact amounts and rounded once. In a span the value at the start counts as paid in.",
    ),
    "pic": (
        "PIC, paid-in to commitment",
        "paid in since inception ÷ commitment",
        "Taken from the exact amounts at the end of the span and rounded once, whatever the span.",
    ),
    "ks_pme": (
        "Public market equivalent",
        "(paid out + NAV, grown with the index) ÷ (value at the start + paid in, grown with the index)",
        "Kaplan and Schoar (2005): each amount grows with the index from its day to the end. Above 1, the investment"
        " did better than the index.",
    ),
    "direct_alpha": (
        "Direct alpha",
        "Σ flow grown with the index × (1 + alpha)^(−days ÷ 365) = 0",
        "Gredil, Griffiths and Stucke (2014): the internal rate of return of the amounts grown with the index, by which"
        " the investment did better, or worse.",
    ),
}
BASES: Mapping[Basis, str] = {
    Basis.NET: "Net to the account, of fees and carry charged in the fund.",
    Basis.GROSS: "Gross: management fees, less rebates, and carried interest paid in the ledger count as paid out on"
    " their day. Carried interest that is accrued and not paid stays taken off.",
    Basis.WITHOUT_LINE: "Net, without the subscription line: each contribution that the line had advanced counts from"
    " the day it was drawn. Interest on the line is not added back.",
}

CAVEATS: Mapping[str, str] = {
    "short": "Not annualised: the flows span less than a year, so this is the rate for that time.",
    "annualised": "Annualised: the return of the whole span is stated as one of a year, (1 + return)^(365 ÷ days) − 1.",
    "estimate": "An estimate: there was no valuation on the day of each flow, so parts are measured by modified Dietz.",
    "adjusted": "Adjusted NAV: later contributions, distributions and fees are rolled into it.",
    "at_cost": "Before its first valuation a holding counts at cost.",
    "stale": "Holdings without a valuation within the period come out again at its start, with their value of then:"
    " this rate is of the others.",
    "unvalued": "Not yet valued: the NAV counts as zero.",
    "transferred": "An interest was transferred between accounts at its net asset value: taken over it counts as paid"
    " in, given away as distributed.",
    "no_incentive": "The ledger has no carried interest of these accounts, so only management fees are added back.",
}


def open_return(
    measure: Measure, performance: Performance, *, holdings: int, index: IndexLevels | None = None
) -> OpenedReturn:
    """One figure with the words and the table that it comes from."""
    title, formula, method = TEXTS[measure]
    stretch = performance.stretch
    return OpenedReturn(
        measure=measure,
        performance=performance,
        holdings=holdings,
        title=title,
        formula=formula,
        method=f"{BASES[stretch.basis]} {method}",
        caveats=list_caveats(measure, performance),
        index=index if measure in MARKET else None,
        discounted=_discounted(performance) if measure == "irr" else (),
        sub_periods=_sub_periods(measure, stretch),
        compounded=(compound(stretch, index) or ()) if index and measure in MARKET else (),
    )


def _discounted(performance: Performance) -> tuple[DiscountedFlow, ...]:
    """Day by day what an IRR balances."""
    parts, irr = performance.stretch.parts, performance.measured["irr"]
    cash = sum_by_day((part.on, part.amount) for part in parts if part.kind != "nav")
    navs = sum_by_day((part.on, part.amount) for part in parts if part.kind == "nav")
    return discount(cash, navs, irr.value, annualised=irr.annualised)


def _sub_periods(measure: Measure, own: Stretch) -> tuple[SubPeriod, ...]:
    """The steps of a time-weighted or a modified Dietz return."""
    if measure == "time_weighted":
        return list_sub_periods(own)
    if measure == "modified_dietz":
        return (sub_period(own.starts_on, own.ends_on, own.opening, own.flows, own.closing),)
    return ()


def list_caveats(measure: Measure, performance: Performance) -> tuple[str, ...]:
    """What one has to know beside the method, in sentences."""
    stretch, result = performance.stretch, performance.measured[measure]
    rate = measure in RATES and result.value is not None
    gross_of_fees = stretch.basis is Basis.GROSS and not _has(stretch, "incentive")
    told = (
        (rate and not result.annualised, "short"),
        (measure in LINKED and result.annualised, "annualised"),
        (rate and result.estimate, "estimate"),
        (stretch.nav_adjusted, "adjusted"),
        (stretch.at_cost, "at_cost"),
        (rate and measure in BALANCED and _has_stale(stretch), "stale"),
        (stretch.unvalued and stretch.span.starts_on is None, "unvalued"),
        (_has(stretch, "transferred"), "transferred"),
        (gross_of_fees, "no_incentive"),
    )
    return tuple(CAVEATS[code] for holds, code in told if holds)


def _has_stale(stretch: Stretch) -> bool:
    """Whether a NAV stands on the first day of a period, since no later one is known."""
    return any(part.on == stretch.span.starts_on for part in stretch.closings)


def _has(stretch: Stretch, kind: str) -> bool:
    return any(part.kind == kind for part in stretch.flows)
