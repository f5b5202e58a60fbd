"""A stretch beside a public market: what its amounts would have become in an index.

Kaplan and Schoar, "Private Equity Performance: Returns, Persistence, and Capital Flows", Journal of Finance 60 (4),
2005; Gredil, Griffiths and Stucke, "Benchmarking Private Equity: The Direct Alpha Method", 2014 (the discrete rate).
"""

from __future__ import annotations

from decimal import Decimal

from portal.domain.investments.index_series.values import IndexLevels
from portal.domain.investments.performance.values import Compounded, Measured, Stretch
from portal.domain.investments.returns.rules.rates import internal_rate_of_return
from portal.domain.investments.returns.values import WIDE, Flow

ZERO = Decimal(0)


def compound(stretch: Stretch, index: IndexLevels) -> tuple[Compounded, ...] | None:
    """Each dated amount with what it would have become in the index by the stretch's last day; None where the index
    is in another currency, or lacks one of the days."""
    if index.currency != stretch.currency:
        return None
    last = index.at(stretch.ends_on)
    levels = [index.at(part.on) for part in stretch.parts]
    if last is None:
        return None
    compounded = []
    for part, level in zip(stretch.parts, levels, strict=True):
        if level is None:
            return None
        compounded.append(Compounded(part, level, WIDE.divide(part.amount * last, level)))
    return tuple(compounded)


def kaplan_schoar(stretch: Stretch, index: IndexLevels) -> Measured:
    """What came out and is still there over what went in, all of it grown with the index; above 1 the investment did
    better than the index would have."""
    compounded = compound(stretch, index)
    if compounded is None:
        return _incomparable(stretch, index)
    gone_in = -sum((each.worth for each in compounded if each.part.kind in ("opening", "paid_in")), ZERO)
    moved = sum((each.worth for each in compounded if each.part.kind == "transferred"), ZERO)
    come_out = sum((each.worth for each in compounded), ZERO) + gone_in - moved
    invested = gone_in + max(-moved, ZERO)
    if invested <= 0:
        return Measured(None, "no_paid_in")
    return Measured(WIDE.divide(come_out + max(moved, ZERO), invested))


def direct_alpha(stretch: Stretch, index: IndexLevels) -> Measured:
    """The IRR of the amounts grown with the index: by how much a year the investment did better than the index."""
    compounded = compound(stretch, index)
    if compounded is None:
        return _incomparable(stretch, index)
    found = internal_rate_of_return(Flow(each.part.on, each.worth) for each in compounded)
    return Measured(found.rate, found.reason, found.annualised, roots=found.roots)


def _incomparable(stretch: Stretch, index: IndexLevels) -> Measured:
    return Measured(None, "index_missing" if index.currency == stretch.currency else "index_currency")
