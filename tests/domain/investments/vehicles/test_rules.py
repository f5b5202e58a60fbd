"""Business days by the vehicle's country, and terms that make no sense."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.domain.investments.vehicles.rules import (
    business_days_after,
    business_days_before,
    find_faults,
    is_business_day,
)
from portal.domain.investments.vehicles.values import Terms, VehicleDescription


@pytest.mark.parametrize(
    ("due", "days", "calendar", "notice"),
    [
        ("2026-12-11", 11, "US", "2026-11-25"),  # two weekends and Thanksgiving
        ("2026-12-11", 11, "DE", "2026-11-26"),
        ("2026-11-28", 0, "US", "2026-11-27"),  # due on a Saturday
        ("2026-11-27", 0, "US", "2026-11-27"),
        ("2027-01-04", 1, "GB", "2026-12-31"),
    ],
)
def test_notice_is_given_before_so_many_business_days(due: str, days: int, calendar: str, notice: str) -> None:
    assert business_days_before(date.fromisoformat(due), days, calendar) == date.fromisoformat(notice)


@settings(max_examples=50, deadline=None)
@given(
    st.dates(date(2024, 1, 1), date(2027, 12, 31)), st.integers(1, 30), st.sampled_from(["US", "DE", "GB", "JP", "AE"])
)
def test_so_many_business_days_lie_between_notice_and_due_date(due: date, days: int, calendar: str) -> None:
    notice = business_days_before(due, days, calendar)
    assert is_business_day(notice, calendar)
    between = (notice + timedelta(days=n) for n in range(1, (due - notice).days))
    left = sum(is_business_day(day, calendar) for day in between)
    assert left == days - 1
    if is_business_day(due, calendar):
        assert business_days_after(notice, days, calendar) == due


@pytest.mark.parametrize(
    ("terms", "field"),
    [
        (Terms(calendar="QQ"), "calendar"),
        (Terms(calendar="USA"), "calendar"),
        (Terms(notice_days=-1), "notice_days"),
        (Terms(notice_days=400), "notice_days"),
        (Terms(escrow=Decimal("1.5")), "escrow"),
        (Terms(late_interest=Decimal(-1)), "late_interest"),
        (Terms(carry=Decimal("0.2"), catch_up=Decimal("0.2")), "catch_up"),
    ],
)
def test_terms_that_make_no_sense_are_named(terms: Terms, field: str) -> None:
    assert list(find_faults(VehicleDescription("Fund", "USD", terms=terms))) == [field]
    assert find_faults(VehicleDescription("Fund", "USD")) == {}
