"""What flows are worth on their first day at the rate that balances them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Context, Decimal

from portal.domain.investments.returns.rules.rates import YEAR
from portal.domain.investments.returns.values import DiscountedFlow

ZERO = Decimal(0)
_CONTEXT = Context(prec=28)


def sum_by_day(flows: Iterable[tuple[date, Decimal]]) -> Mapping[date, Decimal]:
    """What comes together on each day."""
    sums: defaultdict[date, Decimal] = defaultdict(Decimal)
    for day, amount in flows:
        sums[day] += amount
    return sums


def discount(
    cash: Mapping[date, Decimal], navs: Mapping[date, Decimal], rate: Decimal | None, *, annualised: bool
) -> tuple[DiscountedFlow, ...]:
    """Each day's flows with their present values at `rate`, which add up to zero but for its rounding to ten places.

    As in the rate, time runs from the first to the last day on which flows do not cancel; a rate that is not
    `annualised` is one of that whole time.
    """
    days = sorted({*cash, *navs})
    sums = [cash.get(day, ZERO) + navs.get(day, ZERO) for day in days]
    moved = [day for day, amount in zip(days, sums, strict=True) if amount] or days
    year = YEAR if annualised or not days else max((moved[-1] - moved[0]).days, 1)

    def worth(amount: Decimal, age: int) -> Decimal | None:
        if rate is None:
            return None
        return amount * _CONTEXT.power(1 + rate, _CONTEXT.divide(Decimal(-age), Decimal(year)))

    rows = [(day, (day - moved[0]).days, amount) for day, amount in zip(days, sums, strict=True)]
    return tuple(
        DiscountedFlow(day, age, cash.get(day, ZERO), navs.get(day, ZERO), worth(amount, age))
        for day, age, amount in rows
    )
