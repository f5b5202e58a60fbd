"""The calendar periods that statements are of."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from portal.platform.errors import Invalid


class Frequency(StrEnum):
    """How long a statement's period is."""

    MONTH = "month"
    QUARTER = "quarter"

    @property
    def months(self) -> int:
        """Months in a period."""
        return 1 if self is Frequency.MONTH else 3


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """A calendar month or quarter, told by its last day."""

    ends_on: date
    frequency: Frequency

    @classmethod
    def containing(cls, day: date, frequency: Frequency) -> Period:
        """The period that `day` lies in."""
        month = (day.month - 1) // frequency.months * frequency.months + frequency.months
        return cls(date(day.year, month, monthrange(day.year, month)[1]), frequency)

    @classmethod
    def last_ended(cls, today: date, frequency: Frequency) -> Period:
        """The latest period that was over before `today`."""
        return cls.containing(today, frequency).preceding()

    @classmethod
    def parse(cls, key: str) -> Period:
        """The period of a key such as "2026-Q3" or "2026-09"; Invalid for any other text."""
        year, _, part = key.partition("-")
        quarter = part.startswith("Q")
        try:
            month = int(part[1:]) * 3 if quarter else int(part)
            return cls.containing(date(int(year), month, 1), Frequency.QUARTER if quarter else Frequency.MONTH)
        except ValueError as error:
            raise Invalid(fields={"period": "Choose a quarter (2026-Q3) or a month (2026-09)."}) from error

    @property
    def starts_on(self) -> date:
        """The first day."""
        return date(self.ends_on.year, self.ends_on.month - self.frequency.months + 1, 1)

    @property
    def year_starts_on(self) -> date:
        """The first day of the year to date."""
        return date(self.ends_on.year, 1, 1)

    @property
    def key(self) -> str:
        """The period as addresses and forms carry it: "2026-Q3", "2026-09"."""
        if self.frequency is Frequency.QUARTER:
            return f"{self.ends_on.year}-Q{self.ends_on.month // 3}"
        return f"{self.ends_on:%Y-%m}"

    @property
    def label(self) -> str:
        """The period as people name it: "Q3 2026", "September 2026"."""
        if self.frequency is Frequency.QUARTER:
            return f"Q{self.ends_on.month // 3} {self.ends_on.year}"
        return f"{self.ends_on:%B %Y}"

    def preceding(self) -> Period:
        """The period before, of the same length."""
        return Period(self.starts_on - timedelta(days=1), self.frequency)
