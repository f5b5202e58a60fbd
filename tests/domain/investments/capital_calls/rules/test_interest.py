"""Interest on days: actual/365 and 30/360, rounded half-up."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest

from portal.domain.investments.capital_calls.rules.interest import simple_interest, year_part
from portal.domain.investments.vehicles.values import DayCount

ACTUAL, THIRTY = DayCount.ACTUAL_365, DayCount.THIRTY_360


@pytest.mark.parametrize(
    ("since", "until", "count", "part"),
    [
        ("2025-01-01", "2026-01-01", ACTUAL, Fraction(1)),
        ("2024-01-01", "2025-01-01", ACTUAL, Fraction(366, 365)),
        ("2025-01-31", "2025-03-31", THIRTY, Fraction(60, 360)),
        ("2025-02-15", "2025-05-31", THIRTY, Fraction(106, 360)),
        ("2025-02-15", "2025-02-15", ACTUAL, Fraction(0)),
        ("2025-02-15", "2025-02-14", THIRTY, Fraction(0)),
    ],
)
def test_part_of_a_year(since: str, until: str, count: DayCount, part: Fraction) -> None:
    assert year_part(date.fromisoformat(since), date.fromisoformat(until), count) == part


def test_interest_is_rounded_to_the_smallest_unit() -> None:
    def days(amount: str, count: int, places: int) -> Decimal:
        until = date.fromordinal(date(2025, 1, 1).toordinal() + count)
        return simple_interest(Decimal(amount), Decimal("0.10"), date(2025, 1, 1), until, ACTUAL, places=places)

    assert days("10000", 73, 2) == Decimal("200.00")
    assert days("1000", 1, 2) == Decimal("0.27")  # 0.2739…
    assert days("18.25", 1, 2) == Decimal("0.01")  # 0.005 goes up
    assert days("1000", 1, 0) == Decimal(0)
    assert days("1000", 0, 2) == Decimal(0)
