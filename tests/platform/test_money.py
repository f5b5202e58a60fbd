"""Money is exact, keeps its currency, and is divided without losing or inventing a unit."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.platform.money import (
    InvalidAmount,
    MixedCurrencies,
    Money,
    NothingToShareBy,
    UnknownCurrency,
    allocate,
    minor_places,
)

CENTS = st.decimals(min_value=-(10**12), max_value=10**12, places=2)
WEIGHT = st.decimals(min_value=0, max_value=10**9, places=4)
WEIGHTS = st.lists(WEIGHT, min_size=1, max_size=30).filter(any)


def whole(*numbers: int) -> list[Decimal]:
    return [Decimal(number) for number in numbers]


@pytest.mark.parametrize(("currency", "places"), [("JPY", 0), ("USD", 2), ("EUR", 2), ("KWD", 3)])
def test_places_follow_the_currency(currency: str, places: int) -> None:
    assert minor_places(currency) == places


@pytest.mark.parametrize("currency", ["usd", "US", "ZZZ", ""])
def test_unknown_currencies_are_refused(currency: str) -> None:
    with pytest.raises(UnknownCurrency):
        minor_places(currency)


@pytest.mark.parametrize(
    ("text", "currency", "shown"),
    [
        ("24096354", "USD", "24096354.00"),
        ("1.2300", "USD", "1.23"),
        ("-0.00", "USD", "0.00"),
        ("+7", "JPY", "7"),
        ("0.005", "KWD", "0.005"),
    ],
)
def test_money_is_written_in_its_currencys_places(text: str, currency: str, shown: str) -> None:
    assert Money.parse(text, currency).to_string() == shown


@pytest.mark.parametrize(
    "value",
    [
        1.5, True, "NaN", "Infinity", "1e400", "1e2", "1_000", "1,000.00", " 1", "", "1.", ".5", "٣", "1.001",
        "10000000000000000", Decimal("NaN"), Decimal("-Infinity"), Decimal("1e400"), Decimal("0.001"),
    ],
)  # fmt: skip
def test_what_is_no_exact_amount_is_refused(value: Any) -> None:
    with pytest.raises(InvalidAmount):
        Money.parse(value, "USD")


@pytest.mark.parametrize("amount", [1.5, 1, "1", Decimal("sNaN")])
def test_money_itself_takes_finite_decimals_only(amount: Any) -> None:
    with pytest.raises(InvalidAmount):
        Money(amount, "USD")


@pytest.mark.parametrize(
    ("amount", "currency", "shown"),
    [
        ("0.005", "USD", "0.01"),
        ("-0.005", "USD", "-0.01"),
        ("0.0049999", "USD", "0.00"),
        ("24096353.999999998", "USD", "24096354.00"),
        ("2.5", "JPY", "3"),
        ("1.23450", "KWD", "1.235"),
    ],
)
def test_rounding_is_half_up_and_mirrors(amount: str, currency: str, shown: str) -> None:
    assert Money.rounded(Decimal(amount), currency).to_string() == shown


@given(CENTS, CENTS)
def test_adding_and_taking_away_are_exact(one: Decimal, other: Decimal) -> None:
    a, b = Money(one, "USD"), Money(other, "USD")
    assert a + b - b == a
    assert Money.total([a, b], "USD").amount == one + other
    assert -a + a == Money.zero("USD")
    assert (a < b) == (one < other)


def test_nothing_sums_to_zero_of_the_currency() -> None:
    assert Money.total([], "JPY") == Money.zero("JPY")
    assert not Money.zero("JPY")


def test_currencies_never_mix() -> None:
    dollars, euros = Money.parse("1", "USD"), Money.parse("1", "EUR")
    for mix in (
        lambda: dollars + euros,
        lambda: dollars - euros,
        lambda: dollars < euros,
        lambda: dollars <= euros,
        lambda: Money.total([euros], "USD"),
    ):
        with pytest.raises(MixedCurrencies):
            mix()
    assert dollars != euros


@pytest.mark.parametrize(
    ("total", "weights", "parts"),
    [
        ("101", whole(3, 7), whole(30, 71)),
        ("5", whole(7, 3), whole(4, 1)),
        ("-5", whole(7, 3), whole(-4, -1)),
        ("15", whole(80, 8, 12), whole(12, 1, 2)),
        ("0", whole(1, 2), whole(0, 0)),
        ("2", whole(0, 1, 1, 1), whole(0, 1, 1, 0)),
    ],
)
def test_worked_divisions(total: str, weights: list[Decimal], parts: list[Decimal]) -> None:
    assert allocate(Decimal(total), weights, places=0) == parts


def test_parts_carry_the_currencys_places() -> None:
    assert [str(part) for part in allocate(Decimal("10"), whole(1, 1, 1), places=2)] == [
        "3.34",
        "3.33",
        "3.33",
    ]


@given(CENTS, WEIGHTS)
def test_parts_sum_to_the_total(total: Decimal, weights: list[Decimal]) -> None:
    assert sum(allocate(total, weights, places=2)) == total


@given(CENTS, WEIGHTS)
def test_nobody_is_a_unit_off_their_quota(total: Decimal, weights: list[Decimal]) -> None:
    basis = sum(map(Fraction, weights))
    for part, weight in zip(allocate(total, weights, places=2), weights, strict=True):
        assert abs(Fraction(part) - Fraction(total) * Fraction(weight) / basis) < Fraction(1, 100)


@given(CENTS, WEIGHTS, st.randoms())
def test_the_order_given_does_not_matter_when_ranks_say_who_came_first(
    total: Decimal, weights: list[Decimal], chance: Any
) -> None:
    ranks = list(range(len(weights)))
    before = allocate(total, weights, places=2, ranks=ranks)
    chance.shuffle(ranks)
    after = allocate(total, [weights[rank] for rank in ranks], places=2, ranks=ranks)
    assert after == [before[rank] for rank in ranks]


@given(CENTS, st.integers(2, 30))
def test_ties_go_to_the_earliest_admitted(total: Decimal, holders: int) -> None:
    ranks = list(reversed(range(holders)))
    parts = allocate(abs(total), [Decimal(1)] * holders, places=2, ranks=ranks)
    assert parts == sorted(parts)


@given(CENTS, WEIGHTS)
def test_a_zero_basis_gets_zero(total: Decimal, weights: list[Decimal]) -> None:
    assert allocate(total, [Decimal(0), *weights, Decimal(0)], places=2)[:: len(weights) + 1] == whole(0, 0)


@given(CENTS, WEIGHTS)
def test_a_reversal_mirrors_every_part(total: Decimal, weights: list[Decimal]) -> None:
    there, back = allocate(total, weights, places=2), allocate(-total, weights, places=2)
    assert [a + b for a, b in zip(there, back, strict=True)] == [0] * len(weights)


@given(CENTS, st.integers(0, 5))
def test_an_all_zero_basis_is_an_error(total: Decimal, holders: int) -> None:
    with pytest.raises(NothingToShareBy):
        allocate(total, [Decimal(0)] * holders, places=2)


def test_nonsense_is_refused() -> None:
    with pytest.raises(InvalidAmount):
        allocate(Decimal(1), [Decimal(-1), Decimal(2)], places=2)
    with pytest.raises(InvalidAmount):
        allocate(Decimal("0.001"), [Decimal(1)], places=2)
    with pytest.raises(ValueError, match="rank of its own"):
        allocate(Decimal(1), whole(1, 1), places=2, ranks=[4, 4])
