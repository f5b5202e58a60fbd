"""The internal rate of return: right to ten places, and silent where there is none or more than one."""

from __future__ import annotations

import time
from datetime import date, timedelta
from decimal import Decimal, localcontext
from itertools import pairwise
from math import prod
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.domain.investments.returns.rules.rates import internal_rate_of_return
from portal.domain.investments.returns.values import REASONS, Flow, IrrResult

START = date(2010, 3, 31)
AMOUNT = st.decimals(min_value=1, max_value=10**8, places=2)


def flows(*rows: tuple[int, Any]) -> list[Flow]:
    return [Flow(START + timedelta(days=day), Decimal(str(amount))) for day, amount in rows]


def rate(*rows: tuple[int, Any]) -> IrrResult:
    return internal_rate_of_return(flows(*rows))


def slow_rate(rows: list[Flow]) -> Decimal:
    """Bisection on the discount per day in forty-digit decimals, for flows whose sign changes once."""
    first = min(row.on for row in rows)

    def value(discount: Decimal) -> Decimal:
        return sum((row.amount * discount ** (row.on - first).days for row in rows), Decimal(0))

    with localcontext(prec=40):
        low, high = Decimal("0.9"), Decimal("1.04")
        assert value(low) * value(high) < 0
        for _ in range(70):
            middle = (low + high) / 2
            low, high = (middle, high) if value(middle) * value(low) > 0 else (low, middle)
        return (1 / low) ** 365 - 1


def test_microsofts_documented_example() -> None:
    rows = [
        Flow(date(2008, 1, 1), Decimal(-10000)),
        Flow(date(2008, 3, 1), Decimal(2750)),
        Flow(date(2008, 10, 30), Decimal(4250)),
        Flow(date(2009, 2, 15), Decimal(3250)),
        Flow(date(2009, 4, 1), Decimal(2750)),
    ]
    result = internal_rate_of_return(rows)
    assert result.rate is not None
    assert abs(result.rate - slow_rate(rows)) <= Decimal("5e-11")
    assert str(result.rate) == "0.3733625335"
    assert (result.annualised, result.reason) == (True, None)


def test_two_roots_give_no_figure() -> None:
    result = rate((0, 100), (365, -230), (730, 132))
    assert (result.rate, result.reason) == (None, "several_roots")
    assert result.roots == (Decimal("0.1"), Decimal("0.2"))


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        ((), "no_flows"),
        (((0, 0),), "no_flows"),
        (((5, -100), (5, 100)), "no_flows"),
        (((0, -100),), "single_day"),
        (((7, -100), (7, 130)), "single_day"),
        (((0, -100), (365, -20)), "one_sided"),
        (((0, 100), (90, 20)), "one_sided"),
        (((0, 100), (365, -210), (730, 120)), "no_root"),
        (((0, -1), (365, "1001.5")), "no_root"),
        (((0, -100), (400, 50), (800, -1)), "several_roots"),
        (((0, -1000), (365, 6000), (730, -11000), (1095, 6000)), "several_roots"),
        (((0, 100), (365, -220), (730, 121)), "several_roots"),
    ],
)
def test_where_there_is_no_rate_there_is_a_reason(rows: Any, reason: str) -> None:
    result = rate(*rows)
    assert (result.rate, result.reason) == (None, reason)
    assert REASONS[reason]


@pytest.mark.parametrize(
    ("rows", "expected", "annualised"),
    [
        (((0, -100), (364, 150)), "0.5", False),
        (((0, -100), (365, 150)), "0.5", True),
        (((0, -100), (5, 250)), "1.5", False),
        (((0, -100), (10, -100), (20, 200)), "0", False),
        (((0, -100), (365, 100)), "0", True),
        (((0, -1), (365, 1000)), "999", True),
        (((0, -100000), (365, 2)), "-0.99998", True),
        (((0, 100), (365, -110)), "0.1", True),
        (((730, 121), (0, -60), (0, -40), (400, 0)), "0.1", True),
        (((0, -100), (365, 10), (730, -50), (1095, 0), (1460, 60)), None, True),
        (((0, -100), (200, 300), (400, -300), (50000, 1)), None, True),
    ],
)
def test_single_rates(rows: Any, expected: str | None, annualised: bool) -> None:
    result = rate(*rows)
    assert result.annualised is annualised
    assert result.rate is not None
    if expected is not None:
        assert result.rate == Decimal(expected)


def test_calls_after_distributions_still_have_one_rate() -> None:
    """Several changes of sign, yet the balance is never repaid early: the usual life of a fund."""
    result = rate((0, -100), (200, -200), (700, 90), (900, -80), (1500, 300), (1600, -5), (2500, 200))
    assert result.rate is not None
    assert result.roots == (result.rate,)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(AMOUNT, min_size=1, max_size=6),
    st.lists(AMOUNT, min_size=1, max_size=6),
    st.lists(st.integers(1, 900), min_size=12, max_size=12),
)
def test_conventional_flows_agree_with_slow_decimals(calls: Any, payouts: Any, gaps: list[int]) -> None:
    amounts = [-amount for amount in calls] + payouts
    days = [sum(gaps[:place]) for place in range(len(amounts))]
    result = rate(*zip(days, amounts, strict=True))
    if days[-1] < 365 or result.reason == "no_root":
        return
    assert result.rate is not None
    expected = slow_rate(flows(*zip(days, amounts, strict=True)))
    assert abs(result.rate - expected) <= Decimal("1e-9")
    assert abs(result.rate - expected) <= Decimal("6e-11") * max(Decimal(1), 1 + expected)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.integers(-80, 300), min_size=1, max_size=4, unique=True))
def test_flows_made_from_roots_give_back_exactly_those(percents: list[int]) -> None:
    """Π (x − (1 + r)) spread over yearly flows has the roots r and no others."""
    coefficients = [Decimal(1)]
    for percent in percents:
        root = 1 + Decimal(percent) / 100
        shifted = [*coefficients, Decimal(0)]
        coefficients = [a - root * b for a, b in zip(shifted, [Decimal(0), *coefficients], strict=True)]
    result = rate(*((year * 365, amount) for year, amount in enumerate(coefficients)))
    expected = [Decimal(percent) / 100 for percent in sorted(percents)]
    nearest = min((b - a for a, b in pairwise(expected)), default=Decimal(1))
    tolerance = Decimal("1e-9") if nearest >= Decimal("0.05") else Decimal("1e-5")
    assert len(result.roots) == len(expected)
    assert all(abs(a - b) < tolerance for a, b in zip(result.roots, expected, strict=True))
    assert (result.rate is None) == (len(percents) > 1)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 4000), st.decimals(-(10**6), 10**6, places=2)), min_size=2, max_size=25))
def test_no_change_of_sign_is_missed(rows: list[tuple[int, Decimal]]) -> None:
    """Between two rates where the present value's sign differs there is a root, whatever the flows are."""
    result = rate(*rows)
    if not result.annualised or result.reason in ("no_flows", "single_day"):
        return
    first = min(day for day, amount in rows if amount)
    grid = [-0.9 + step / 50 for step in range(200)]
    present = [sum(float(a) * (1 + r) ** ((first - day) / 365) for day, a in rows) for r in grid]
    size = [sum(abs(float(a)) * (1 + r) ** ((first - day) / 365) for day, a in rows) for r in grid]
    clear = [(r, value) for r, value, whole in zip(grid, present, size, strict=True) if abs(value) > 1e-9 * whole]
    for (low, below), (high, above) in pairwise(clear):
        if below * above < 0:
            assert any(low <= root <= high for root in result.roots)


@given(st.permutations(range(6)), st.integers(2, 5))
def test_order_and_splitting_of_a_days_flows_do_not_matter(order: list[int], parts: int) -> None:
    rows = [(0, -500), (90, -300), (400, 100), (900, 250), (1300, -40), (2000, 900)]
    split = [(day, Decimal(amount) / parts) for day, amount in (rows[place] for place in order) for _ in range(parts)]
    whole, again = rate(*rows), rate(*split)
    assert whole.rate is not None
    assert again.rate is not None
    assert abs(whole.rate - again.rate) <= Decimal("1e-10")


def test_unusual_flows_by_the_hundred_are_still_quick() -> None:
    rows = [(day * 30, prod((-1, day % 7 - 3, 1000 + day))) for day in range(300)]
    began = time.perf_counter()
    result = rate(*rows)
    assert time.perf_counter() - began < 2
    assert result.roots or result.reason == "no_root"
