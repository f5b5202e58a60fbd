"""Present values of the flows behind a rate add up to zero, whatever cancels among them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from itertools import chain

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.domain.investments.returns.rules.discounting import discount, sum_by_day
from portal.domain.investments.returns.rules.rates import internal_rate_of_return
from portal.domain.investments.returns.values import DiscountedFlow, Flow

START = date(2024, 2, 28)


def opened(flows: Sequence[Flow], navs: Sequence[Flow] = ()) -> tuple[DiscountedFlow, ...]:
    found = internal_rate_of_return([*flows, *navs])
    return discount(sum_by_day(flows), sum_by_day(navs), found.rate, annualised=found.annualised)


def on(day: int, amount: int) -> Flow:
    return Flow(START + timedelta(days=day), Decimal(amount))


@pytest.mark.parametrize("cancelled", [(on(0, -70), on(0, 70)), (on(600, 70), on(600, -70))], ids=["first", "last"])
def test_time_runs_between_the_days_on_which_flows_do_not_cancel(cancelled: tuple[Flow, Flow]) -> None:
    rows = {row.on: row for row in opened([*cancelled, on(100, -100)], [on(190, 110)])}
    last = rows[START + timedelta(days=190)]
    assert (last.days, last.present_value) == (90, 100)
    assert sum(row.present_value or 0 for row in rows.values()) == 0


@given(st.lists(st.tuples(st.integers(0, 2000), st.integers(-(10**6), 10**6)), max_size=12), st.integers(0, 10**6))
def test_present_values_add_up_to_nothing(rows: list[tuple[int, int]], nav: int) -> None:
    flows = [on(day, amount) for day, amount in rows]
    told = opened(flows, [on(2000, nav)])
    worth = [row.present_value for row in told if row.present_value is not None]
    assert abs(sum(worth)) <= Decimal("1e-6") * sum(map(abs, worth))
    assert sum(chain.from_iterable((row.cash, row.nav) for row in told)) == sum(flow.amount for flow in flows) + nav


def test_without_a_rate_there_are_no_present_values() -> None:
    assert discount({}, {}, None, annualised=True) == ()
    assert [row.present_value for row in opened([on(0, -1), on(400, -1)])] == [None, None]
