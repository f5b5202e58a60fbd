"""Where each period begins."""

from __future__ import annotations

from datetime import date

import pytest

from portal.domain.investments.performance.rules.spans import span_of
from portal.domain.investments.performance.values import Period


@pytest.mark.parametrize(
    ("period", "ends_on", "starts_on"),
    [
        (Period.MONTH, date(2026, 9, 30), date(2026, 8, 31)),
        (Period.MONTH, date(2026, 1, 15), date(2025, 12, 31)),
        (Period.QUARTER, date(2026, 9, 30), date(2026, 6, 30)),
        (Period.QUARTER, date(2026, 2, 1), date(2025, 12, 31)),
        (Period.YEAR_TO_DATE, date(2026, 9, 30), date(2025, 12, 31)),
        (Period.ONE_YEAR, date(2024, 2, 29), date(2023, 2, 28)),
        (Period.THREE_YEARS, date(2026, 9, 30), date(2023, 9, 30)),
        (Period.FIVE_YEARS, date(2026, 9, 30), date(2021, 9, 30)),
        (Period.INCEPTION, date(2026, 9, 30), None),
        (Period.FIVE_YEARS, date(5, 12, 31), None),
        (Period.MONTH, date(1, 1, 1), None),
    ],
)
def test_each_period_begins_where_the_one_before_ended(period: Period, ends_on: date, starts_on: date | None) -> None:
    assert span_of(period, ends_on).starts_on == starts_on


def test_a_span_has_a_first_day_before_its_last() -> None:
    assert span_of(Period.SPAN, date(2026, 9, 30), starts_on=date(2026, 9, 1)).starts_on == date(2026, 9, 1)
    for starts_on in (None, date(2026, 9, 30)):
        with pytest.raises(ValueError, match="before the one it ends on"):
            span_of(Period.SPAN, date(2026, 9, 30), starts_on=starts_on)
