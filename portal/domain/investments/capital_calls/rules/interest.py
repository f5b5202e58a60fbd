"""Interest on what is paid late, and on what those who come late owe those who came first."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction
from math import floor

from portal.domain.investments.vehicles.values import DayCount

DAYS = {DayCount.ACTUAL_365: 365, DayCount.THIRTY_360: 360}


def year_part(since: date, until: date, day_count: DayCount) -> Fraction:
    """The part of a year from `since` to `until`: actual days over 365, or 30/360 (bond basis: the 31st is the 30th);
    nothing where `until` is not after `since`."""
    return Fraction(interest_days(since, until, day_count), DAYS[day_count])


def interest_days(since: date, until: date, day_count: DayCount) -> int:
    """The days that count between two dates; none where `until` is not after `since`."""
    if until <= since:
        return 0
    if day_count is DayCount.ACTUAL_365:
        return (until - since).days
    first = min(since.day, 30)
    last = 30 if until.day == 31 and first == 30 else until.day
    days = (until.year - since.year) * 360 + (until.month - since.month) * 30 + last - first
    return max(days, 0)


def simple_interest(
    amount: Decimal, rate: Decimal, since: date, until: date, day_count: DayCount, *, places: int
) -> Decimal:
    """amount × rate × part of the year, rounded half-up to the smallest unit; `rate` is a fraction (0.08 is 8 %)."""
    exact = Fraction(amount) * Fraction(rate) * year_part(since, until, day_count) * 10**places
    return Decimal(floor(exact + Fraction(1, 2))).scaleb(-places)
