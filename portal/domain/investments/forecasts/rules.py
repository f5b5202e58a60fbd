"""The model of Takahashi and Alexander by quarters: pure arithmetic over one holding."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Context, Decimal, localcontext
from math import ceil

from portal.domain.investments.forecasts.values import (
    LONGEST_LIFE,
    QUARTERS,
    ForecastQuarter,
    ForecastTotal,
    Ground,
    HoldingForecast,
    Pacing,
)
from portal.platform.money import Money

ZERO, ONE, QUARTER = Decimal(0), Decimal(1), Decimal("0.25")
DAYS = Decimal("365.25")
_EXACT = Context(prec=34)


def find_faults(pacing: Pacing) -> dict[str, str]:
    """What is wrong with how a vehicle is said to run, by field; empty when all is well."""
    faults = {}
    if not pacing.contributions or not all(ZERO <= each <= ONE for each in pacing.contributions):
        faults["contributions"] = "Write a share between 0 % and 100 % for each year, such as 25, 33.33, 50."
    if not 1 <= pacing.life <= LONGEST_LIFE:
        faults["life"] = f"A life lies between 1 and {LONGEST_LIFE} years."
    if not ZERO < pacing.bow <= 20:
        faults["bow"] = "The bow lies above 0, up to 20; 2.5 is usual."
    if not -ONE < pacing.growth <= ONE:
        faults["growth"] = "Growth lies above -100 % and up to 100 % a year."
    if not ZERO <= pacing.least_yield <= ONE:
        faults["least_yield"] = "A yield lies between 0 % and 100 % a year."
    return faults


def list_quarter_ends(as_of: date, count: int = QUARTERS) -> list[date]:
    """The ends of the next `count` calendar quarters after a day; a quarter that ends on the day is over."""
    ends: list[date] = []
    year, quarter = as_of.year, (as_of.month - 1) // 3
    while len(ends) < count:
        on = date(year, 3 * quarter + 3, 30 if quarter in (1, 2) else 31)
        if on > as_of:
            ends.append(on)
        year, quarter = (year + 1, 0) if quarter == 3 else (year, quarter + 1)
    return ends


def forecast(ground: Ground, pacing: Pacing, *, as_of: date, currency: str) -> tuple[ForecastQuarter, ...]:
    """The next quarters of a holding. Of what is unfunded the year's share is called, and of what the NAV has grown to
    max(yield, (age / life) ^ bow) of a year is paid out, both taken down to a quarter by the fourth root; at the end of
    the vehicle's life all of it. Each amount is rounded half up to the currency's smallest unit."""
    with localcontext(_EXACT):
        growth = _of_quarter(pacing.growth)
        unfunded, nav = max(ground.unfunded, ZERO), max(ground.nav, ZERO)
        quarters = []
        for ends_on in list_quarter_ends(as_of):
            age = max(Decimal((ends_on - ground.begins_on).days) / DAYS, ZERO)
            calling, paying = _calling(pacing, age), _paying(pacing, age)
            called = Money.rounded(unfunded * calling, currency).amount
            grown = Money.rounded(nav * (ONE + growth), currency).amount
            paid = Money.rounded(grown * paying, currency).amount
            after = (unfunded - called, grown - paid + called)
            quarters.append(ForecastQuarter(ends_on, age, calling, growth, paying, unfunded, nav, called, paid, *after))
            unfunded, nav = after
    return tuple(quarters)


def total_forecasts(forecasts: Iterable[HoldingForecast]) -> list[ForecastTotal]:
    """What all forecasts come to per currency, by currency."""
    by_currency: dict[str, list[HoldingForecast]] = {}
    for each in forecasts:
        by_currency.setdefault(each.currency, []).append(each)
    return [
        ForecastTotal(
            currency,
            sum((each.ground.unfunded for each in own), ZERO),
            sum((each.ground.nav for each in own), ZERO),
            tuple(
                (same[0].ends_on, sum((q.called for q in same), ZERO), sum((q.distributed for q in same), ZERO))
                for same in zip(*(each.quarters for each in own), strict=True)
            ),
        )
        for currency, own in sorted(by_currency.items())
    ]


def _calling(pacing: Pacing, age: Decimal) -> Decimal:
    """The share of what is unfunded that is called in the quarter that ends at this age."""
    year = max(ceil(age) - 1, 0)  # the quarter that ends with a year belongs to it
    yearly = pacing.contributions[min(year, len(pacing.contributions) - 1)]
    return _less(yearly)


def _paying(pacing: Pacing, age: Decimal) -> Decimal:
    """The share of the NAV that is paid out in the quarter that ends at this age."""
    if age >= pacing.life:
        return ONE
    return _less(max(pacing.least_yield, (age / pacing.life) ** pacing.bow if age else ZERO))


def _of_quarter(yearly: Decimal) -> Decimal:
    return (ONE + yearly) ** QUARTER - ONE


def _less(yearly: Decimal) -> Decimal:
    """What a share of a year comes to in a quarter, so that four of them leave what the year would."""
    return ONE - (ONE - yearly) ** QUARTER if yearly < ONE else ONE
