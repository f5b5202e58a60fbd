"""The series behind the charts: value over time, flows by quarter, allocation. Exact, in one currency."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal
from itertools import accumulate
from typing import Any

from portal.domain.investments.returns.values import (
    History,
    Mark,
    Movement,
    QuarterFlows,
    Series,
    Slice,
    ValuePoint,
)
from portal.platform.money import allocate


def quarter_end(day: date) -> date:
    """The last day of the calendar quarter that `day` is in."""
    month = (day.month - 1) // 3 * 3 + 3
    return date(day.year, month, 30 if month in (6, 9) else 31)


def value_over_time(histories: Iterable[History], until: date) -> tuple[ValuePoint, ...]:
    """NAV, paid-in and distributed of all histories together, at each quarter's end and on `until`.

    Begins with the quarter of the first movement or valuation; nothing after `until` counts. NAV between
    valuations is the last one rolled forward by later movements; before the first it is zero.
    """
    lines = [_Line(history) for history in histories]
    starts = [line.first for line in lines if line.first and line.first <= until]
    if not starts:
        return ()
    return tuple(_point(lines, day) for day in _days(min(starts), until))


def flows_by_quarter(movements: Iterable[Movement]) -> tuple[QuarterFlows, ...]:
    """Paid in and paid out per calendar quarter, from the first with any to the last, gaps as zeros."""
    sums: dict[date, tuple[Decimal, Decimal]] = {}
    for each in movements:
        paid_in, distributed = sums.get(quarter_end(each.on), (Decimal(0), Decimal(0)))
        sums[quarter_end(each.on)] = (paid_in + each.paid_in, distributed + each.distributed)
    if not sums:
        return ()
    quarters = _days(min(sums), max(sums))
    return tuple(QuarterFlows(end, *sums.get(end, (Decimal(0), Decimal(0)))) for end in quarters)


def allocation(parts: Iterable[tuple[str, Decimal]]) -> tuple[Slice, ...]:
    """Amounts by label, largest first, with percentages of one place that sum to 100.0 (largest remainder).

    Parts under one label are added. A label whose amount is not above zero is listed without a percentage.
    """
    sums: defaultdict[str, Decimal] = defaultdict(Decimal)
    for label, amount in parts:
        sums[label] += amount
    ordered = sorted(sums.items(), key=lambda item: (-item[1], item[0]))
    weights = [amount for _, amount in ordered if amount > 0]
    percents = allocate(Decimal(100), weights, places=1) if weights else []
    unmeasured = [None] * (len(ordered) - len(percents))
    pairs = zip(ordered, [*percents, *unmeasured], strict=True)
    return tuple(Slice(label, amount, percent) for (label, amount), percent in pairs)


def write_series(series: Series) -> list[Any]:
    """The series as values that JSON takes: days, and amounts as texts."""
    values = [[point.on, *map(str, (point.nav, point.paid_in, point.distributed))] for point in series.values]
    quarters = [[each.ends_on, str(each.paid_in), str(each.distributed)] for each in series.quarters]
    return [series.currency, values, quarters]


def read_series(currency: str, values: list[list[str]], quarters: list[list[str]]) -> Series:
    """The series that `write_series` wrote."""
    return Series(
        currency,
        tuple(ValuePoint(date.fromisoformat(on), *map(Decimal, amounts)) for on, *amounts in values),
        tuple(QuarterFlows(date.fromisoformat(on), *map(Decimal, amounts)) for on, *amounts in quarters),
    )


class _Line:
    """One history as running sums, so that any day is two look-ups away."""

    def __init__(self, history: History) -> None:
        movements = sorted(history.movements, key=_day)
        marks = sorted(history.marks, key=_day)
        self.days = [each.on for each in movements]
        self.paid_in = _running(each.paid_in for each in movements)
        self.distributed = _running(each.distributed for each in movements)
        self.into_nav = _running(each.paid_in + each.transferred - each.distributed - each.fees for each in movements)
        self.mark_days = [each.on for each in marks]
        self.marks = marks
        self.first = min([*self.days[:1], *self.mark_days[:1]], default=None)

    def at(self, day: date) -> tuple[Decimal, Decimal, Decimal]:
        """NAV, paid-in and distributed at the end of a day."""
        now = bisect_right(self.days, day)
        valued = bisect_right(self.mark_days, day)
        if not valued:
            return Decimal(0), self.paid_in[now], self.distributed[now]
        mark = self.marks[valued - 1]
        nav = mark.nav + self.into_nav[now] - self.into_nav[bisect_right(self.days, mark.on)]
        return nav, self.paid_in[now], self.distributed[now]


def _point(lines: Sequence[_Line], day: date) -> ValuePoint:
    navs, paid_in, distributed = zip(*(line.at(day) for line in lines), strict=True)
    return ValuePoint(day, sum(navs, Decimal(0)), sum(paid_in, Decimal(0)), sum(distributed, Decimal(0)))


def _running(amounts: Iterable[Decimal]) -> list[Decimal]:
    """Sums of the first 0, 1, 2 … amounts."""
    return list(accumulate(amounts, initial=Decimal(0)))


def _days(start: date, until: date) -> Iterator[date]:
    """Each quarter's end from `start` on, then `until` itself."""
    end = quarter_end(start)
    while end < until:
        yield end
        end = quarter_end(end + timedelta(days=1))
    yield until


def _day(each: Movement | Mark) -> date:
    return each.on
