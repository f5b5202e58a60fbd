"""From which day on a period counts."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta

from portal.domain.investments.performance.values import Period, Span

_YEARS = {Period.ONE_YEAR: 1, Period.THREE_YEARS: 3, Period.FIVE_YEARS: 5}


def span_of(period: Period, ends_on: date, *, starts_on: date | None = None) -> Span:
    """The span that ends with a day. Months, quarters and the year so far begin with the last day of the one before;
    years are counted back to the same day, 29 February to the 28th. `starts_on` is that of `Period.SPAN`: the day at
    whose end the value is the one compared with. Raises ValueError where a span has none, or one after its end."""
    if period is Period.SPAN and (starts_on is None or starts_on >= ends_on):
        raise ValueError("A span begins on a day before the one it ends on.")
    return Span(period, starts_on if period is Period.SPAN else _start(period, ends_on), ends_on)


def _start(period: Period, day: date) -> date | None:
    if day.year <= max(_YEARS.values()):
        return None  # the calendar begins in year 1, and nothing was held before
    if period in _YEARS:
        year = day.year - _YEARS[period]
        return date(year, day.month, min(day.day, monthrange(year, day.month)[1]))
    firsts = {
        Period.MONTH: date(day.year, day.month, 1),
        Period.QUARTER: date(day.year, (day.month - 1) // 3 * 3 + 1, 1),
        Period.YEAR_TO_DATE: date(day.year, 1, 1),
    }
    return firsts[period] - timedelta(days=1) if period in firsts else None
