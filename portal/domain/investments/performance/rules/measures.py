"""The returns of a stretch, each from its dated amounts alone."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from functools import reduce

from portal.domain.investments.index_series.values import IndexLevels
from portal.domain.investments.performance.rules.markets import direct_alpha, kaplan_schoar
from portal.domain.investments.performance.values import (
    MARKET,
    RATES,
    Measure,
    Measured,
    Part,
    Performance,
    Stretch,
    SubPeriod,
)
from portal.domain.investments.returns.rules.rates import YEAR, internal_rate_of_return
from portal.domain.investments.returns.values import WIDE, Flow, round_ratio

ZERO, ONE = Decimal(0), Decimal(1)


def measure(stretch: Stretch, index: IndexLevels | None = None) -> Performance:
    """Every return of a stretch; public market equivalents too where there is an index to compare with."""
    invested, returned = _invested(stretch), _returned(stretch)
    measured: dict[Measure, Measured] = {
        "irr": internal_rate(stretch),
        "time_weighted": time_weighted(stretch),
        "modified_dietz": modified_dietz(stretch),
        "tvpi": _multiple(returned + stretch.closing, invested),
        "dpi": _multiple(returned, invested),
        "rvpi": _multiple(stretch.closing, invested),
        "pic": _multiple(stretch.paid_in_ever, stretch.commitment, "no_commitment"),
    }
    if index is not None:
        measured |= {"ks_pme": kaplan_schoar(stretch, index), "direct_alpha": direct_alpha(stretch, index)}
    if stretch.reason:
        withheld = [name for name in measured if name in (*RATES, *MARKET) or stretch.reason != "opening_balances"]
        measured |= {name: Measured(None, stretch.reason) for name in withheld if name != "pic"}
    return Performance(stretch, measured)


def internal_rate(stretch: Stretch) -> Measured:
    """The IRR of the stretch: the value at the start goes in, the NAVs come out; annual from one year on."""
    found = internal_rate_of_return(Flow(each.on, each.amount) for each in stretch.parts)
    return Measured(found.rate, found.reason, found.annualised, roots=found.roots)


def sub_period(starts_on: date, ends_on: date, opening: Decimal, flows: Sequence[Part], closing: Decimal) -> SubPeriod:
    """One modified Dietz step: (closing − opening − net paid in) ÷ (opening + each flow for the share of the days it
    was in), flows at the end of their day. Where nothing was in and nothing moved, the factor is 1."""
    days = (ends_on - starts_on).days
    net = -sum((each.amount for each in flows), ZERO)
    held = sum((each.amount * (ends_on - each.on).days for each in flows), ZERO)
    weighted = opening - (WIDE.divide(held, Decimal(days)) if days else ZERO)
    if weighted > 0:
        factor: Decimal | None = ONE + WIDE.divide(closing - opening - net, weighted)
    else:
        factor = ONE if not (opening or closing or flows) else None
    return SubPeriod(starts_on, ends_on, opening, net, weighted, closing, factor)


def list_sub_periods(stretch: Stretch) -> tuple[SubPeriod, ...]:
    """The stretch cut wherever all of it was valued, each part by modified Dietz."""
    bounds = [*((day, value) for day, value in stretch.values if day < stretch.ends_on)]
    bounds.append((stretch.ends_on, stretch.closing))
    steps: list[SubPeriod] = []
    since, opening = stretch.starts_on, stretch.opening
    left = list(stretch.flows)
    for day, value in bounds:
        steps.append(sub_period(since, day, opening, [each for each in left if each.on <= day], value))
        left = [each for each in left if each.on > day]
        since, opening = day, value
    return tuple(steps)


def time_weighted(stretch: Stretch) -> Measured:
    """The returns between valuations, linked; an estimate unless there was a valuation on the day of each flow."""
    steps = list_sub_periods(stretch)
    factors = [each.factor for each in steps if each.factor is not None and each.factor >= 0]
    found = _rate(reduce(WIDE.multiply, factors, ONE) if len(factors) == len(steps) else None, stretch)
    cuts = {day for day, _ in stretch.values} | {stretch.starts_on}
    return found._replace(estimate=found.reason is None and any(each.on not in cuts for each in stretch.flows))


def modified_dietz(stretch: Stretch) -> Measured:
    """The whole stretch in one modified Dietz step."""
    step = sub_period(stretch.starts_on, stretch.ends_on, stretch.opening, stretch.flows, stretch.closing)
    return _rate(step.factor, stretch)


def _rate(factor: Decimal | None, stretch: Stretch) -> Measured:
    """A growth factor over the stretch as a rate: of a year where the stretch is one or longer, else of all of it; None
    where there is no factor, or less than nothing is left."""
    days = (stretch.ends_on - stretch.starts_on).days
    if not days:
        return Measured(None, "single_day")
    if factor is None or factor < 0:
        return Measured(None, "no_capital")
    annualised = days >= YEAR
    if annualised and factor:
        factor = WIDE.power(factor, WIDE.divide(Decimal(YEAR), Decimal(days)))
    return Measured(round_ratio(factor - ONE), None, annualised)


def _invested(stretch: Stretch) -> Decimal:
    taken_over = -stretch.sum_of("transferred")
    return stretch.opening - stretch.sum_of("paid_in") + max(taken_over, ZERO)


def _returned(stretch: Stretch) -> Decimal:
    given_away = stretch.sum_of("transferred")
    return stretch.sum_of("paid_out", "fee", "incentive") + max(given_away, ZERO)


def _multiple(part: Decimal, whole: Decimal, code: str = "no_paid_in") -> Measured:
    return Measured(WIDE.divide(part, whole)) if whole > 0 else Measured(None, code)
