"""All roots of a sum of exponentials, none missed: interval bisection with proven bounds.

f(t) = Σ aᵢe^(−t·yᵢ) is the present value of flows aᵢ at times yᵢ for the log rate t. On an interval f is
its Taylor polynomial at the middle, give or take a bounded remainder. An interval is left when f cannot be
zero in it, decided when f only rises or only falls in it, taken as a touched root when f is nowhere in it
more than the noise of floats, and halved otherwise.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

APART = 1e-6  # in t; roots closer than this are told as one that is touched
_TERMS = 8  # of the Taylor polynomial, even; with fewer, close roots take thousands of halvings
_NOISE = 1e-14  # of the sum of the terms' sizes
_MEETING = -0.0031  # where the two directions meet: beside 0, which itself is often a root


def find_roots(amounts: Sequence[float], times: Sequence[float], low: float, high: float) -> list[float]:
    """The roots t between `low` (below zero) and `high`, ascending; one that is only touched comes twice.

    `times` start at 0 and ascend. Negative t is searched from the last flow backwards: nothing overflows.
    """
    last = times[-1]
    mirrored = [last - time for time in reversed(times)]
    backwards = _roots_rightwards(list(reversed(amounts)), mirrored, -_MEETING, -low)
    forwards = _roots_rightwards(amounts, times, _MEETING, high)
    return _told_apart(sorted([*((-right, -left) for left, right in backwards), *forwards]))


def _told_apart(found: Sequence[tuple[float, float]]) -> list[float]:
    """Neighbouring intervals joined: a single point is a crossing, an interval a root that is touched."""
    joined: list[tuple[float, float]] = []
    for left, right in found:
        if joined and left - joined[-1][1] < APART:
            joined[-1] = (joined[-1][0], right)
        else:
            joined.append((left, right))
    roots: list[float] = []
    for left, right in joined:
        roots += [left] if left == right else [(left + right) / 2] * 2
    return roots


def _roots_rightwards(
    amounts: Sequence[float], times: Sequence[float], low: float, high: float
) -> Iterator[tuple[float, float]]:
    """Crossings as (t, t) and intervals in which f is nothing but noise, in no order."""
    unsettled = [(low, high)]
    while unsettled:
        left, right = unsettled.pop()
        taylor, size = _taylor(amounts, times, left, right)
        if sum(taylor) < _NOISE * size:
            yield left, right
        elif taylor[0] > sum(taylor[1:]):
            continue
        elif taylor[1] > sum(order * term for order, term in enumerate(taylor) if order > 1):
            if _is_gain(amounts, times, left) != _is_gain(amounts, times, right):
                yield (_crossing(amounts, times, left, right),) * 2
        else:
            middle = (left + right) / 2
            unsettled += [(left, middle), (middle, right)]


def _taylor(amounts: Sequence[float], times: Sequence[float], left: float, right: float) -> tuple[list[float], float]:
    """The largest each Taylor term of f gets in the interval, the remainder's last; the size of all flows."""
    half = (right - left) / 2
    scaled = [-half * time for time in times]
    flows = [amount * math.exp(-(left + half) * time) for amount, time in zip(amounts, times, strict=True)]
    size = math.fsum(map(abs, flows))
    terms = [abs(math.fsum(flows))]
    for order in range(1, _TERMS):
        flows = [flow * by / order for flow, by in zip(flows, scaled, strict=True)]
        terms.append(abs(math.fsum(flows)))
    steepest = zip(amounts, times, scaled, strict=True)
    rest = math.fsum(abs(amount) * math.exp(-left * time) * by**_TERMS for amount, time, by in steepest)
    return [*terms, rest / math.factorial(_TERMS)], size


def _is_gain(amounts: Sequence[float], times: Sequence[float], at: float) -> bool:
    return math.fsum(amount * math.exp(-at * time) for amount, time in zip(amounts, times, strict=True)) >= 0


def _crossing(amounts: Sequence[float], times: Sequence[float], low: float, high: float) -> float:
    """Bisection down to neighbouring floats."""
    gain_at_low = _is_gain(amounts, times, low)
    while low < (middle := (low + high) / 2) < high:
        if _is_gain(amounts, times, middle) == gain_at_low:
            low = middle
        else:
            high = middle
    return high
