"""Months and quarters of the calendar."""

from __future__ import annotations

from datetime import date

import pytest

from portal.domain.investments.statements.values.periods import Frequency, Period
from portal.platform.errors import Invalid


@pytest.mark.parametrize(
    ("key", "starts_on", "ends_on", "label"),
    [
        ("2026-Q1", date(2026, 1, 1), date(2026, 3, 31), "Q1 2026"),
        ("2026-Q4", date(2026, 10, 1), date(2026, 12, 31), "Q4 2026"),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29), "February 2024"),
        ("2026-12", date(2026, 12, 1), date(2026, 12, 31), "December 2026"),
    ],
)
def test_a_key_names_a_period(key: str, starts_on: date, ends_on: date, label: str) -> None:
    period = Period.parse(key)
    assert (period.starts_on, period.ends_on, period.label, period.key) == (starts_on, ends_on, label, key)


@pytest.mark.parametrize("key", ["", "2026", "2026-Q5", "2026-Q0", "2026-13", "x-Q1", "2026-Qx", "-Q1"])
def test_other_texts_are_refused(key: str) -> None:
    with pytest.raises(Invalid) as refused:
        Period.parse(key)
    assert "period" in refused.value.fields


@pytest.mark.parametrize(
    ("today", "quarter", "month"),
    [
        (date(2026, 11, 23), "2026-Q3", "2026-10"),
        (date(2026, 10, 1), "2026-Q3", "2026-09"),
        (date(2026, 9, 30), "2026-Q2", "2026-08"),
        (date(2026, 1, 1), "2025-Q4", "2025-12"),
    ],
)
def test_the_period_that_ended_last(today: date, quarter: str, month: str) -> None:
    assert Period.last_ended(today, Frequency.QUARTER).key == quarter
    assert Period.last_ended(today, Frequency.MONTH).key == month
