from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.platform.charts import NARROW, WIDE, Series, Size, bar_chart, line_chart, nice_scale, shares

values = st.decimals(min_value=Decimal("-1e12"), max_value=Decimal("1e12"), places=2)
sizes = st.sampled_from([WIDE, NARROW])


def labels(value: Decimal) -> str:
    return f"{value:,.0f}"


@st.composite
def series(draw: st.DrawFn) -> Series:
    first = draw(st.dates(date(1990, 1, 1), date(2026, 1, 1)))
    gaps = draw(st.lists(st.integers(1, 200), max_size=40))
    days = [first]
    for gap in gaps:
        days.append(days[-1] + timedelta(days=gap))
    return Series("Value", [(day, draw(values)) for day in days], stepped=draw(st.booleans()))


@given(drawn=series(), size=sizes)
def test_every_corner_and_tick_lies_in_the_plot(drawn: Series, size: Size) -> None:
    chart = line_chart([drawn], size=size, value_label=labels, axis_label=labels, day_label=str)
    plot = chart.plot
    for line in chart.lines:
        for x, y in line.corners:
            assert plot.left - 0.1 <= x <= plot.right + 0.1
            assert plot.top - 0.1 <= y <= plot.bottom + 0.1
    assert all(plot.left - 0.1 <= tick.position <= plot.right + 0.1 for tick in plot.x_ticks)
    assert plot.top - 0.1 <= plot.zero <= plot.bottom + 0.1
    assert len(chart.zones) == len(drawn.points)
    assert sum(zone.width for zone in chart.zones) == pytest.approx(plot.right - plot.left, abs=len(chart.zones) * 0.2)


@given(pairs=st.lists(st.tuples(values, values), min_size=1, max_size=40), size=sizes)
def test_bars_reach_from_the_zero_line_to_their_value(pairs: list[tuple[Decimal, Decimal]], size: Size) -> None:
    names = [f"Q{n}" for n in range(len(pairs))]
    chart = bar_chart(names, ("In", "Out"), pairs, size=size, value_label=labels, axis_label=labels)
    plot = chart.plot
    shown = [value for pair in pairs for value in pair if value]
    assert len(chart.bars) == len(shown)
    for bar, value in zip(chart.bars, shown, strict=True):
        assert bar.height >= 0
        near = bar.y + bar.height if value > 0 else bar.y
        assert near == pytest.approx(plot.zero, abs=0.15)
        assert plot.top - 0.2 <= bar.y <= bar.y + bar.height <= plot.bottom + 0.2


@given(st.lists(values, min_size=1, max_size=20))
def test_a_scale_spans_zero_and_all_values_in_few_even_steps(given_values: list[Decimal]) -> None:
    scale = nice_scale(given_values)
    assert scale[0] <= min(0, *given_values)
    assert scale[-1] >= max(0, *given_values)
    assert Decimal(0) in scale
    assert 2 <= len(scale) <= 7
    assert len({b - a for a, b in pairwise(scale)}) == 1


@given(st.lists(st.tuples(st.text(min_size=1), values), max_size=20))
def test_shares_of_a_whole_sum_to_it(parts: list[tuple[str, Decimal]]) -> None:
    result = shares(parts)
    positive = [share for share in result if share.value > 0]
    assert len(result) == len(parts)
    if positive:
        assert sum(share.fraction for share in positive) == pytest.approx(Decimal(1), abs=Decimal("1e-20"))
        assert max(share.length for share in positive) == 1.0
    assert all(share.fraction == 0 and share.length == 0 for share in result if share.value <= 0)


def test_a_stepped_line_holds_its_value_until_the_next_date() -> None:
    points = [(date(2025, 1, 1), Decimal(0)), (date(2026, 1, 1), Decimal(100))]
    chart = line_chart(
        [Series("Paid in", points, True)], size=WIDE, value_label=labels, axis_label=labels, day_label=str
    )
    first, held, last = chart.lines[0].corners
    assert held == (last[0], first[1])


def test_ticks_are_years_or_quarters() -> None:
    def ticks(first: date, last: date) -> list[str]:
        drawn = Series("Value", [(first, Decimal(1)), (last, Decimal(2))])
        chart = line_chart([drawn], size=WIDE, value_label=labels, axis_label=labels, day_label=str)
        return [tick.label for tick in chart.plot.x_ticks]

    assert ticks(date(2016, 6, 1), date(2026, 6, 1)) == [str(year) for year in range(2017, 2027)]
    assert ticks(date(2025, 2, 1), date(2026, 1, 31)) == ["2025-04", "2025-07", "2025-10", "2026-01"]


def test_nothing_to_draw_is_an_error() -> None:
    with pytest.raises(ValueError, match="empty state"):
        line_chart([Series("Value", [])], size=WIDE, value_label=labels, axis_label=labels, day_label=str)
    with pytest.raises(ValueError, match="at least one"):
        bar_chart([], ("In", "Out"), [], size=WIDE, value_label=labels, axis_label=labels)


def test_names_of_categories_neither_touch_nor_leave_the_drawing() -> None:
    names = [f"{2010 + n // 4} Q{n % 4 + 1}" for n in range(65)]
    pairs = [(Decimal(1), Decimal(-1))] * len(names)
    chart = bar_chart(names, ("In", "Out"), pairs, size=NARROW, value_label=labels, axis_label=labels)
    places = [tick.position for tick in chart.plot.x_ticks]
    width = 7 * 6.5  # what seven characters measure
    assert all(after - before > width for before, after in pairwise(places[:-1]))
    assert places[-1] + width / 2 <= NARROW.width
