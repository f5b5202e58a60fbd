"""A line divided call after call: the sum is exact, nobody drifts, and the order given does not matter."""

from __future__ import annotations

from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.domain.investments.capital_calls.rules.sharing import Weight, share_line
from portal.platform.money import NothingToShareBy, allocate

COMMITMENTS = st.lists(st.integers(0, 10**9).map(Decimal), min_size=1, max_size=12).filter(any)


def weights_of(commitments: list[Decimal], carried: dict[UUID, Decimal] | None = None) -> list[Weight]:
    kept = carried or {}
    ids = [UUID(int=place) for place in range(len(commitments))]
    return [
        Weight(each, place, weight, kept.get(each, Decimal(0)))
        for place, (each, weight) in enumerate(zip(ids, commitments, strict=True))
    ]


@given(COMMITMENTS, st.lists(st.integers(1, 10**8), min_size=40, max_size=40))
@settings(max_examples=30, deadline=None)
def test_nobody_drifts_over_forty_calls(commitments: list[Decimal], cents: list[int]) -> None:
    carried: dict[UUID, Decimal] = {}
    called, total = dict.fromkeys((UUID(int=place) for place in range(len(commitments))), Decimal(0)), Decimal(0)
    for amount in (Decimal(each).scaleb(-2) for each in cents):
        parts = share_line(amount, weights_of(commitments, carried), places=2)
        assert sum(each.amount for each in parts.values()) == amount
        assert all(each.amount >= 0 for each in parts.values())
        total += amount
        carried = {key: each.carried for key, each in parts.items()}
        called = {key: before + parts[key].amount for key, before in called.items()}
        for key, weight in zip(called, commitments, strict=True):
            assert abs(called[key] - total * weight / sum(commitments)) < Decimal("0.02")
            assert (called[key] == 0) or weight


@given(COMMITMENTS.filter(lambda each: min(each) > 100), st.lists(st.integers(10**6, 10**8), min_size=3, max_size=3))
@settings(max_examples=50, deadline=None)
def test_is_the_cumulative_amount_less_what_was_called_before(commitments: list[Decimal], cents: list[int]) -> None:
    carried: dict[UUID, Decimal] = {}
    called = [Decimal(0)] * len(commitments)
    for amount in (Decimal(each).scaleb(-2) for each in cents):
        parts = share_line(amount, weights_of(commitments, carried), places=2)
        carried = {key: each.carried for key, each in parts.items()}
        called = [before + each.amount for before, each in zip(called, parts.values(), strict=True)]
    whole = sum((Decimal(each).scaleb(-2) for each in cents), Decimal(0))
    assert called == allocate(whole, commitments, places=2)


@given(COMMITMENTS, st.integers(0, 10**9), st.randoms())
@settings(max_examples=50, deadline=None)
def test_the_order_given_does_not_matter(commitments: list[Decimal], cents: int, chance: object) -> None:
    given_so = weights_of(commitments)
    otherwise = list(given_so)
    chance.shuffle(otherwise)  # type: ignore[attr-defined]
    amount = Decimal(cents).scaleb(-2)
    assert share_line(amount, given_so, places=2) == share_line(amount, otherwise, places=2)


def test_says_who_got_the_unit_that_rounding_left() -> None:
    first, second, third = share_line(Decimal("100.00"), weights_of([Decimal(1)] * 3), places=2).values()
    assert [first.amount, second.amount, third.amount] == [Decimal("33.34"), Decimal("33.33"), Decimal("33.33")]
    assert (first.rounded_up, second.rounded_up) == (True, False)
    assert first.carried < 0 < second.carried
    assert first.exact.quantize(Decimal("0.000001")) == Decimal("33.333333")


def test_who_was_due_less_than_nothing_gets_nothing() -> None:
    weights = [Weight(UUID(int=0), 0, Decimal(1), Decimal("-0.9")), Weight(UUID(int=1), 1, Decimal(99), Decimal("0.9"))]
    parts = share_line(Decimal("0.02"), weights, places=2)
    assert [each.amount for each in parts.values()] == [Decimal(0), Decimal("0.02")]


def test_nobody_to_share_among_is_refused() -> None:
    with pytest.raises(NothingToShareBy):
        share_line(Decimal(1), weights_of([Decimal(0)]), places=2)
