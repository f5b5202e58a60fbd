"""Interest on what was paid late."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from portal.domain.investments.vehicles.values import DayCount
from portal.platform.money import Money


@dataclass(frozen=True, slots=True)
class LateInterest:
    """Interest with the numbers it is made of: `principal` × `rate` × `days` ÷ `year`, rounded half-up."""

    principal: Decimal
    rate: Decimal
    days: int
    year: int
    amount: Decimal


def late_interest(
    principal: Decimal, *, currency: str, rate: Decimal, due_on: date, paid_on: date, day_count: DayCount
) -> LateInterest | None:
    """Simple interest on `principal` from the due date to the day it was paid; None where nothing was late or is owed.
    `rate` is a fraction of a year."""
    days, year = days_between(due_on, paid_on, day_count)
    if days <= 0 or rate <= 0:
        return None
    amount = Money.rounded(principal * rate * days / year, currency).amount
    return LateInterest(principal, rate, days, year, amount) if amount else None


def days_between(start: date, end: date, day_count: DayCount) -> tuple[int, int]:
    """Days from `start` to `end`, and days of the year they count in: actual/365, or 30/360 (bond basis)."""
    if day_count is DayCount.ACTUAL_365:
        return (end - start).days, 365
    first = min(start.day, 30)
    last = 30 if end.day == 31 and first == 30 else end.day
    return 360 * (end.year - start.year) + 30 * (end.month - start.month) + last - first, 360
