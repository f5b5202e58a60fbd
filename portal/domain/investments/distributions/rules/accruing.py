"""How a preferred return grows, in exact fractions.

It runs on unreturned contributions, from day to day. Compounding adds what has grown to what it runs on, on each
anniversary (or quarter) of the first contribution; within a period growth is linear. What is paid goes first against
what was compounded.
"""

from __future__ import annotations

import calendar
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction

from portal.domain.investments.distributions.values.waterfalls import Accrual, WaterfallTerms
from portal.domain.investments.vehicles.values import Compounding, DayCount

ZERO = Fraction(0)
YEAR = {DayCount.ACTUAL_365: 365, DayCount.THIRTY_360: 360}
MONTHS = {Compounding.ANNUAL: 12, Compounding.QUARTERLY: 3}


def count_days(since: date, until: date, day_count: DayCount) -> int:
    """Days between two dates as the agreement counts them. 30/360 is the one of ISDA 2006 §4.16(g), 30E/360: days are
    at most the 30th, so that a stretch counts the same however it is cut."""
    if day_count is DayCount.ACTUAL_365:
        return (until - since).days
    return 360 * (until.year - since.year) + 30 * (until.month - since.month) + min(until.day, 30) - min(since.day, 30)


def add_months(day: date, months: int) -> date:
    """The same day so many months later, or the last of that month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def _boundaries(anchor: date, compounding: Compounding) -> Iterator[date]:
    step = MONTHS[compounding]
    place = 1
    while True:
        yield add_months(anchor, step * place)
        place += 1


@dataclass(slots=True)
class Growth:
    """Capital and preferred return as they stand on a day. `compounded` is preferred return that itself earns, `fresh`
    what has grown since it was last compounded; both unpaid."""

    terms: WaterfallTerms
    on: date
    unreturned: Fraction = ZERO
    compounded: Fraction = ZERO
    fresh: Fraction = ZERO
    accrued: Fraction = ZERO
    steps: list[Accrual] = field(default_factory=list)
    _next: date | None = None
    _coming: Iterator[date] | None = None

    def __post_init__(self) -> None:
        if self.terms.compounding is not Compounding.SIMPLE:
            self._coming = _boundaries(self.on, self.terms.compounding)
            self._next = next(self._coming)

    @property
    def unpaid(self) -> Fraction:
        """Preferred return that has grown and is not paid."""
        return self.compounded + self.fresh

    def advance(self, until: date) -> None:
        """Let time pass."""
        while self._coming is not None and self._next is not None and self._next <= until:
            self._grow(self._next)
            self.compounded, self.fresh = self.compounded + self.fresh, ZERO
            self._next = next(self._coming)
        self._grow(until)

    def _grow(self, until: date) -> None:
        days = count_days(self.on, until, self.terms.day_count)
        base = max(ZERO, self.unreturned) + max(ZERO, self.compounded)
        if days and base and self.terms.preferred_return:
            added = base * Fraction(self.terms.preferred_return) * days / YEAR[self.terms.day_count]
            self.fresh, self.accrued = self.fresh + added, self.accrued + added
            self.steps.append(Accrual(self.on, until, days, base, added))
        self.on = until

    def pay(self, capital: Fraction, preferred: Fraction) -> None:
        """Take payments off: of the preferred return, what earns itself goes first. Preferred return below zero is due
        again: what was paid counts as capital."""
        self.unreturned -= capital
        of_compounded = min(max(ZERO, preferred), max(ZERO, self.compounded))
        self.compounded -= of_compounded
        self.fresh -= preferred - of_compounded
