"""The internal rate of return: the one annual rate at which dated flows balance, or why there is none.

Σ aᵢ(1+r)^(−dᵢ/365) = 0 with dᵢ in days from the first flow (actual/365, as Excel's XIRR). pyxirr finds a
rate quickly; it is believed only once it is bracketed and proven to be the only one. Otherwise every root in
the range is isolated (see `roots`). Floats live inside this search only; rates come out as Decimals, right to
ten places (a root that is only touched: to six).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from itertools import accumulate
from operator import lt, mul

import pyxirr

from portal.domain.investments.returns.rules.roots import find_roots
from portal.domain.investments.returns.values import Flow, IrrResult, round_ratio

YEAR = 365
ZERO = Decimal(0)
LOWEST, HIGHEST = -0.99999, 1000.0
_BRACKET = 1e-7  # how far pyxirr may be off, in parts of 1+r; linear inside it the error is below 1e-12
_STEEPEST = -0.9  # below, the powers of a long history leave the range of floats
_FAINT = 1e-12  # a balance this small against the flows has no sign worth trusting


def internal_rate_of_return(flows: Iterable[Flow]) -> IrrResult:
    """The rate at which the flows' present value is zero, annual from one year on, else for the whole period.

    Flows may come in any order; those of one day are netted. Rates are searched from −0.99999 to 1000
    (100,000 %). There is a reason instead of a rate when there are no flows, only one day or one direction,
    no root, or several. A root that the present value touches without crossing counts as two, as algebra
    counts it: a cent more or less would make two of it, or none. So do two within a millionth of each other.
    """
    days, amounts = _netted(flows)
    if not days:
        return IrrResult(None, "no_flows")
    span = (days[-1] - days[0]).days
    if not span:
        return IrrResult(None, "single_day")
    annualised = span >= YEAR
    values = list(map(float, amounts))
    turns = pyxirr.zero_crossing_points(values)
    if not turns:
        return IrrResult(None, "one_sided", annualised)
    rate = _only_rate(days, values, turns) if annualised else None
    rates = [rate] if rate is not None else _all_rates(days, values, YEAR if annualised else span)
    roots = tuple(round_ratio(Decimal(root)) for root in rates)
    if len(roots) == 1:
        return IrrResult(roots[0], None, annualised, roots)
    return IrrResult(None, "several_roots" if roots else "no_root", annualised, roots)


def _netted(flows: Iterable[Flow]) -> tuple[Sequence[date], Sequence[Decimal]]:
    """One amount per day, ascending, without zeros."""
    days, amounts = tuple(zip(*flows, strict=True)) or ((), ())
    if all(amounts) and all(map(lt, days, days[1:])):
        return days, amounts
    net: dict[date, Decimal] = {}
    for day, amount in zip(days, amounts, strict=True):
        net[day] = net.get(day, ZERO) + amount
    kept = sorted(day for day, amount in net.items() if amount)
    return kept, [net[day] for day in kept]


def _only_rate(days: Sequence[date], values: Sequence[float], turns: Sequence[int]) -> float | None:
    """The annual rate when it is quickly shown to be the only one; None means "look closer"."""
    guess = pyxirr.xirr(days, values, silent=True)
    if guess is None or not _STEEPEST < guess < HIGHEST:
        return None
    step = _BRACKET * (1 + guess)
    below = pyxirr.xnpv(guess - step, days, values, silent=True)
    above = pyxirr.xnpv(guess + step, days, values, silent=True)
    if below is None or above is None or not below * above < 0:
        return None
    rate = guess + step * (below + above) / (below - above)
    return rate if len(turns) == 1 or _never_repaid_early(days, values, rate) else None


def _never_repaid_early(days: Sequence[date], values: Sequence[float], rate: float) -> bool:
    """Whether the balance carried at `rate` keeps its sign until the last flow clears it.

    Dividing the flows' polynomial by its root leaves these balances as coefficients: all of one sign, they
    have no positive root, so `rate` is the only one (Teichroew, Robichek and Montalbano 1965).
    """
    first, pace = days[0], -math.log1p(rate) / YEAR
    factors = [math.exp(pace * (day - first).days) for day in days]
    discounted = list(map(mul, values, factors))
    faint = _FAINT * sum(map(abs, discounted))
    balances = list(accumulate(discounted))[:-1]
    return bool(min(balances) > faint or max(balances) < -faint)


def _all_rates(days: Sequence[date], values: Sequence[float], period: int) -> list[float]:
    """Every rate in the range, per `period` in days, ascending."""
    times = [(day - days[0]).days / period for day in days]
    return [math.expm1(root) for root in find_roots(values, times, math.log1p(LOWEST), math.log1p(HIGHEST))]
