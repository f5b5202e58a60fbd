"""The model by quarters, against figures worked out by hand and against what has to hold for any."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.domain.investments.forecasts.rules import find_faults, forecast, list_quarter_ends
from portal.domain.investments.forecasts.values import USUAL, Ground, Pacing

TODAY = date(2026, 9, 30)
AMOUNTS = st.decimals("0", "100000000", places=2)


def test_quarters_are_those_that_end_after_the_day() -> None:
    assert list_quarter_ends(date(2026, 9, 30)) == [
        date(2026, 12, 31),
        date(2027, 3, 31),
        date(2027, 6, 30),
        date(2027, 9, 30),
    ]
    assert list_quarter_ends(date(2026, 9, 29), 1) == [TODAY]


def test_four_quarters_of_a_year_call_what_the_year_would() -> None:
    """A first year at 25 % and no growth: 1,000,000 loses a quarter of itself, to the cents of four roundings."""
    pacing = Pacing((Decimal("0.25"), Decimal("0.5")), growth=Decimal(0), begins_on=date(2026, 9, 30))
    ground = Ground(Decimal(1_000_000), Decimal(0), date(2026, 10, 2))
    quarters = forecast(ground, pacing, as_of=TODAY, currency="USD")
    # 1,000,000 × (1 − 0.75^¼) = 69,395.14; then the same of what is left.
    assert [each.called for each in quarters] == [
        Decimal("69395.14"),
        Decimal("64579.46"),
        Decimal("60097.95"),
        Decimal("55927.45"),
    ]
    assert abs(sum(each.called for each in quarters) - 250_000) < Decimal("0.05")


def test_each_year_has_its_own_share_and_the_last_one_stays() -> None:
    """Quarters that end 0.75, 1, 1.25 and 2.5 years after the beginning are of the first, first, second, third year."""
    pacing = Pacing((Decimal(0), Decimal("0.5"), Decimal(1)), growth=Decimal(0))
    rates = [
        forecast(Ground(Decimal(100), Decimal(0), begins_on), pacing, as_of=TODAY, currency="USD")[0].contribution_rate
        for begins_on in (date(2026, 3, 31), date(2025, 12, 31), date(2025, 9, 30), date(2024, 6, 30), date(2001, 1, 1))
    ]
    assert [round(each, 4) for each in rates] == [0, 0, Decimal("0.1591"), 1, 1]


def test_what_is_paid_out_follows_age_and_bow() -> None:
    """Age 6 of 12 at a bow of 2 pays a quarter of the NAV in a year: 1 − 0.75^¼ = 6.9395 % in the quarter."""
    pacing = Pacing(life=12, bow=Decimal(2), growth=Decimal(0))
    begins_on = date(2020, 12, 31)  # 2,191 days before the end of 2026: 5.99863 years
    (quarter, *_rest) = forecast(Ground(Decimal(0), Decimal(1_000_000), begins_on), pacing, as_of=TODAY, currency="USD")
    assert round(quarter.age, 4) == Decimal("5.9986")
    assert abs(quarter.distributed - Decimal("69395")) < 50
    assert quarter.nav == 1_000_000 - quarter.distributed


def test_at_the_end_of_its_life_all_is_paid_out() -> None:
    ground = Ground(Decimal(0), Decimal("1000.00"), date(2010, 1, 1))
    quarters = forecast(ground, USUAL, as_of=TODAY, currency="USD")
    assert quarters[0].distributed == Decimal("1031.03")  # 1,000 × 1.13^¼
    assert [each.distributed for each in quarters[1:]] == [0, 0, 0]


@settings(max_examples=50)
@given(unfunded=AMOUNTS, nav=AMOUNTS, year=st.integers(1995, 2026), currency=st.sampled_from(["USD", "JPY", "KWD"]))
def test_money_comes_from_somewhere(unfunded: Decimal, nav: Decimal, year: int, currency: str) -> None:
    quarters = forecast(Ground(unfunded, nav, date(year, 1, 1)), USUAL, as_of=TODAY, currency=currency)
    for each in quarters:
        assert 0 <= each.called <= each.unfunded_before or each.unfunded_before < 1
        assert each.unfunded == each.unfunded_before - each.called
        assert each.nav >= each.called - 1
    assert quarters[0].unfunded_before == unfunded
    assert all(later.nav_before == sooner.nav for sooner, later in pairwise(quarters))


@pytest.mark.parametrize(
    ("pacing", "field"),
    [
        (Pacing(()), "contributions"),
        (Pacing((Decimal("1.1"),)), "contributions"),
        (Pacing(life=0), "life"),
        (Pacing(bow=Decimal(0)), "bow"),
        (Pacing(growth=Decimal(-1)), "growth"),
        (Pacing(least_yield=Decimal(2)), "least_yield"),
    ],
)
def test_what_makes_no_sense_is_told(pacing: Pacing, field: str) -> None:
    assert set(find_faults(pacing)) == {field}
    assert not find_faults(USUAL)
