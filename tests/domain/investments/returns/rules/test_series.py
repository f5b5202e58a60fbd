"""Chart series carry the same exact amounts as the figures they stand beside."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from portal.domain.investments.returns.rules.series import (
    allocation,
    flows_by_quarter,
    quarter_end,
    value_over_time,
)
from portal.domain.investments.returns.values import History, Mark, Movement, QuarterFlows, Slice

D = Decimal
DAY = st.dates(date(2015, 1, 1), date(2026, 12, 31))
CENTS = st.decimals(min_value=0, max_value=10**9, places=2)
MOVEMENT = st.builds(Movement, DAY, CENTS, CENTS, CENTS)
MARK = st.builds(Mark, DAY, CENTS)
HISTORY = st.builds(
    History,
    st.lists(MOVEMENT, max_size=8).map(tuple),
    st.lists(MARK, max_size=5, unique_by=lambda m: m.on).map(tuple),
)


def test_quarters_end_where_the_calendar_says() -> None:
    assert quarter_end(date(2026, 1, 1)) == date(2026, 3, 31)
    assert quarter_end(date(2026, 6, 30)) == date(2026, 6, 30)
    assert quarter_end(date(2026, 9, 1)) == date(2026, 9, 30)
    assert quarter_end(date(2026, 10, 1)) == date(2026, 12, 31)


def test_value_over_time_rolls_valuations_forward() -> None:
    history = History(
        movements=(
            Movement(date(2025, 2, 10), paid_in=D(100)),
            Movement(date(2025, 6, 30), paid_in=D(40)),
            Movement(date(2025, 8, 1), distributed=D(30), fees=D("1.50")),
        ),
        marks=(Mark(date(2025, 9, 30), D(125)), Mark(date(2025, 6, 30), D(150))),
    )
    other = History((Movement(date(2025, 7, 15), paid_in=D(10)),), (Mark(date(2025, 7, 20), D(12)),))
    points = value_over_time([history, other], until=date(2025, 11, 22))
    assert [(p.on, p.nav, p.paid_in, p.distributed, p.total_value) for p in points] == [
        (date(2025, 3, 31), 0, 100, 0, 0),
        (date(2025, 6, 30), 150, 140, 0, 150),
        (date(2025, 9, 30), 137, 150, 30, 167),
        (date(2025, 11, 22), 137, 150, 30, 167),
    ]
    mid_quarter = value_over_time([history], until=date(2025, 8, 15))[-1]
    assert mid_quarter.nav == D("118.50")


def test_no_history_no_points() -> None:
    assert value_over_time([], date(2026, 1, 1)) == ()
    assert value_over_time([History(())], date(2026, 1, 1)) == ()
    future = History((Movement(date(2026, 2, 1), D(1)),))
    assert value_over_time([future], date(2026, 1, 1)) == ()


@given(st.lists(HISTORY, min_size=1, max_size=4), DAY)
def test_the_last_point_is_the_plain_sum(histories: list[History], until: date) -> None:
    points = value_over_time(histories, until)
    movements = [each for history in histories for each in history.movements if each.on <= until]
    if not points:
        assert movements == []
        return
    assert points[-1].on == until
    assert points[-1].paid_in == sum(each.paid_in for each in movements)
    assert points[-1].distributed == sum(each.distributed for each in movements)
    days = [point.on for point in points]
    assert days == sorted(set(days))


@given(st.lists(HISTORY, min_size=1, max_size=4), DAY)
def test_histories_together_are_the_sum_of_each(histories: list[History], until: date) -> None:
    together = value_over_time(histories, until)
    if not together:
        return
    apart = [value_over_time([history], until) for history in histories]
    assert together[-1].nav == sum(points[-1].nav for points in apart if points)


def test_flows_by_quarter_fill_the_gaps() -> None:
    quarters = flows_by_quarter(
        [
            Movement(date(2026, 8, 1), distributed=D(20)),
            Movement(date(2026, 1, 5), paid_in=D(100)),
            Movement(date(2026, 3, 31), paid_in=D(5), distributed=D(2)),
        ]
    )
    assert quarters == (
        QuarterFlows(date(2026, 3, 31), D(105), D(2)),
        QuarterFlows(date(2026, 6, 30), D(0), D(0)),
        QuarterFlows(date(2026, 9, 30), D(0), D(20)),
    )
    assert [quarter.label for quarter in quarters] == ["2026 Q1", "2026 Q2", "2026 Q3"]
    assert quarters[0].net == -103
    assert flows_by_quarter([]) == ()


@given(st.lists(MOVEMENT))
def test_quarters_sum_to_the_movements(movements: list[Movement]) -> None:
    quarters = flows_by_quarter(movements)
    assert sum(each.paid_in for each in quarters) == sum(each.paid_in for each in movements)
    assert sum(each.net for each in quarters) == sum(each.distributed - each.paid_in for each in movements)


def test_allocation_merges_orders_and_leaves_out_what_is_not_above_zero() -> None:
    slices = allocation([("Venture", D(1)), ("Buyout", D(1)), ("Credit", D(-5)), ("Venture", D(1)), ("Debt", D(0))])
    assert slices == (
        Slice("Venture", D(2), D("66.7")),
        Slice("Buyout", D(1), D("33.3")),
        Slice("Debt", D(0), None),
        Slice("Credit", D(-5), None),
    )
    assert allocation([]) == ()


@given(st.lists(st.tuples(st.sampled_from("ABCDEFG"), CENTS.filter(bool)), min_size=1))
def test_percentages_sum_to_a_hundred(parts: list[tuple[str, Decimal]]) -> None:
    assert sum(each.percent or 0 for each in allocation(parts)) == 100
