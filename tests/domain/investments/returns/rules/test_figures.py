"""Figures are taken from sums: exact multiples, pooled flows, a reason wherever there is no figure."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.domain.investments.returns.rules.figures import pool
from portal.domain.investments.returns.values import (
    Figures,
    Flow,
    Position,
    ratio_text,
    reason_sentence,
    round_ratio,
)
from portal.platform.money import MixedCurrencies

TODAY = date(2026, 9, 30)
AMOUNT = st.decimals(min_value=0, max_value=10**12, places=2)


def position(paid_in: Any, distributed: Any = 0, nav: Any = 0, **changes: Any) -> Position:
    values: dict[str, Any] = {
        "currency": "USD",
        "commitment": Decimal(paid_in),
        "unfunded": Decimal(0),
        "paid_in": Decimal(paid_in),
        "distributed": Decimal(distributed),
        "nav": Decimal(nav),
        "flows": (Flow(date(2024, 9, 30), -Decimal(paid_in)), Flow(date(2025, 9, 30), Decimal(distributed))),
        "nav_on": TODAY,
    }
    return Position(**(values | changes))


def only(one: Position) -> Figures:
    return pool([one], TODAY)


def test_pooling_adds_and_never_averages() -> None:
    total = pool([position(100, nav=200), position(300, nav=300)], TODAY)
    assert total.tvpi == Decimal("1.25")
    assert (total.paid_in, total.nav, total.commitment) == (400, 500, 400)
    assert total.irr is not None
    assert total.irr == pool([position(400, nav=500)], TODAY).irr


def test_multiples_come_from_exact_amounts() -> None:
    figures = only(position(3, 1, 1))
    assert ratio_text(figures.dpi) == "0.3333333333"
    assert ratio_text(figures.rvpi) == "0.3333333333"
    assert ratio_text(figures.tvpi) == "0.6666666667"  # not 0.6666666666, the sum of the rounded two
    assert ratio_text(figures.pic) == "1.0000000000"
    assert ratio_text(None) is None


@given(AMOUNT.filter(bool), AMOUNT, AMOUNT, AMOUNT.filter(bool))
def test_multiples_round_as_the_exact_fractions_do(
    paid_in: Decimal, distributed: Decimal, nav: Decimal, commitment: Decimal
) -> None:
    figures = only(position(paid_in, distributed, nav, commitment=commitment))
    for value, exact in (
        (figures.dpi, Fraction(distributed) / Fraction(paid_in)),
        (figures.rvpi, Fraction(nav) / Fraction(paid_in)),
        (figures.tvpi, Fraction(distributed + nav) / Fraction(paid_in)),
        (figures.pic, Fraction(paid_in) / Fraction(commitment)),
    ):
        assert value is not None
        half_up = (exact * 10**10 * 2 + 1) // 2
        assert Fraction(round_ratio(value)) == Fraction(half_up, 10**10)


def test_nothing_paid_in_leaves_the_multiples_undefined() -> None:
    figures = only(position(0, commitment=Decimal(500), flows=()))
    assert (figures.dpi, figures.rvpi, figures.tvpi, figures.irr) == (None, None, None, None)
    assert figures.pic == 0
    assert figures.reasons == dict.fromkeys(("dpi", "rvpi", "tvpi"), "no_paid_in") | {"irr": "no_flows"}


def test_no_commitment_leaves_paid_in_to_commitment_undefined() -> None:
    figures = only(position(100, nav=120, commitment=Decimal(0)))
    assert (figures.pic, figures.reasons) == (None, {"pic": "no_commitment"})


def test_the_nav_is_the_last_flow_on_the_day_it_was_valued() -> None:
    figures = only(position(100, nav=121))
    assert figures.flows[-1] == Flow(TODAY, Decimal(121))
    assert figures.irr == Decimal("0.1")
    assert figures.nav_on == TODAY


def test_an_adjusted_nav_stands_where_later_flows_rolled_it_to() -> None:
    later = Flow(date(2026, 9, 20), Decimal(-10))
    flows = (Flow(date(2024, 9, 30), Decimal(-100)), later)
    figures = only(position(110, nav=131, flows=flows, nav_on=date(2026, 6, 30), nav_adjusted=True))
    assert figures.flows[-1] == Flow(later.on, Decimal(131))
    assert (figures.nav_on, figures.nav_adjusted) == (date(2026, 6, 30), True)


def test_each_nav_keeps_its_own_date_in_a_total() -> None:
    older = position(100, nav=120, nav_on=date(2026, 3, 31))
    total = pool([position(100, nav=130), older, position(0, flows=(), nav_on=None)], TODAY)
    assert [flow for flow in total.flows if flow.amount > 0][-2:] == [
        Flow(date(2026, 3, 31), Decimal(120)),
        Flow(TODAY, Decimal(130)),
    ]
    assert total.nav_on == date(2026, 3, 31)


def test_opening_balances_leave_the_rate_undefined_in_every_total_they_are_in() -> None:
    opening = position(100, 20, 110, flows=(), opening_balances=True)
    for figures in (only(opening), pool([position(100, nav=121), opening], TODAY)):
        assert figures.irr is None
        assert figures.reasons == {"irr": "opening_balances"}
        assert figures.tvpi is not None
    assert reason_sentence("opening_balances").endswith(".")


def test_short_histories_are_not_annualised() -> None:
    figures = only(position(100, nav=105, flows=(Flow(date(2026, 6, 30), Decimal(-100)),)))
    assert (figures.irr, figures.irr_annualised) == (Decimal("0.05"), False)


def test_several_roots_are_shown_and_named() -> None:
    flows = tuple(
        Flow(day, Decimal(amount))
        for day, amount in ((date(2023, 1, 1), 100), (date(2024, 1, 1), -230), (date(2024, 12, 31), 132))
    )
    figures = only(position(230, 232, flows=flows, nav_on=None))
    assert (figures.irr, figures.reasons["irr"]) == (None, "several_roots")
    assert figures.irr_roots == (Decimal("0.1"), Decimal("0.2"))


def test_currencies_are_never_pooled() -> None:
    with pytest.raises(MixedCurrencies):
        pool([position(100), position(100, currency="EUR")], TODAY)
    with pytest.raises(ValueError, match="at least one position"):
        pool([], TODAY)


@given(st.lists(st.tuples(AMOUNT, AMOUNT, AMOUNT), min_size=1, max_size=6), st.randoms())
def test_the_order_of_positions_does_not_matter(rows: list[tuple[Decimal, ...]], chance: Any) -> None:
    positions = [position(*row) for row in rows]
    total = pool(positions, TODAY)
    chance.shuffle(positions)
    assert pool(positions, TODAY).tvpi == total.tvpi
    assert pool(positions, TODAY).irr == total.irr
