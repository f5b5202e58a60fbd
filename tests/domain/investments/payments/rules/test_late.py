"""Interest on what was paid late."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from portal.domain.investments.payments.rules.late import days_between, late_interest
from portal.domain.investments.vehicles.values import DayCount

DUE = date(2026, 3, 31)


def asked(principal: str, paid_on: date, *, rate: str = "0.10", currency: str = "USD") -> Decimal | None:
    found = late_interest(
        Decimal(principal), currency=currency, rate=Decimal(rate), due_on=DUE, paid_on=paid_on,
        day_count=DayCount.ACTUAL_365,
    )  # fmt: skip
    return None if found is None else found.amount


def test_interest_runs_from_the_due_date_to_the_day_of_payment() -> None:
    assert asked("100000", date(2026, 4, 10)) == Decimal("273.97")  # 100,000 × 10 % × 10/365 = 273.9726…
    assert asked("100000", date(2027, 3, 31)) == Decimal("10000.00")
    assert asked("36500", date(2026, 4, 1), currency="JPY") == Decimal(10)


def test_nothing_is_owed_in_time_or_without_a_rate_or_below_the_smallest_unit() -> None:
    assert asked("100000", DUE) is None
    assert asked("100000", date(2026, 3, 1)) is None
    assert asked("100000", date(2026, 4, 10), rate="0") is None
    assert asked("1", date(2026, 4, 1)) is None


def test_days_count_as_the_vehicle_says() -> None:
    assert days_between(date(2026, 1, 31), date(2026, 3, 31), DayCount.THIRTY_360) == (60, 360)
    assert days_between(date(2026, 1, 15), date(2026, 3, 31), DayCount.THIRTY_360) == (76, 360)
    assert days_between(date(2024, 2, 28), date(2024, 3, 1), DayCount.ACTUAL_365) == (2, 365)
