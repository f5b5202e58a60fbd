"""An index of a market, as staff uploaded it."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cached_property
from uuid import UUID

OLDEST = timedelta(days=31)  # how long a value of an index stands for the days after it
MOST_LEVELS = 20_000
Level = tuple[date, Decimal]  # the value of an index on a day


@dataclass(frozen=True, slots=True)
class IndexSeries:
    """An index in the list: its latest upload, and how many there were."""

    id: UUID
    name: str
    currency: str
    version: int
    levels: int
    first_on: date
    last_on: date
    uploaded_at: datetime
    uploaded_by: str


@dataclass(frozen=True, slots=True)
class IndexVersion:
    """An upload of an index, with what it changed of the one before."""

    version: int
    levels: int
    first_on: date
    last_on: date
    added: int
    changed: int
    removed: int
    reason: str
    digest: str
    uploaded_at: datetime
    uploaded_by: str


@dataclass(frozen=True)
class IndexLevels:
    """The values of an index by day, ascending."""

    series_id: UUID
    name: str
    version: int
    levels: tuple[Level, ...]
    currency: str

    @cached_property
    def _days(self) -> list[date]:
        return [day for day, _ in self.levels]

    def at(self, day: date) -> Decimal | None:
        """The last value on or before a day; None where that is more than a month old, or there is none."""
        place = bisect_right(self._days, day)
        if not place or day - self._days[place - 1] > OLDEST:
            return None
        return self.levels[place - 1][1]
