"""The geometry of charts: values in, coordinates out, drawn alike as SVG on a page and by reportlab in a PDF.

Coordinates are floats in units of the chosen size, y downwards as in SVG; the caller's functions
make the labels. Nothing here knows colours: series are numbered, the drawer decides how number one looks.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import pairwise
from math import ceil, floor, log10

CHARACTER = 7.8  # a wide character at the 12 units that labels are set in
LABEL_GAP = 8.0
FOOT = 24.0
TOP = 10.0


@dataclass(frozen=True, slots=True)
class Size:
    """The drawing area, labels included."""

    width: float
    height: float


WIDE = Size(800, 280)
NARROW = Size(400, 240)


@dataclass(frozen=True, slots=True)
class Series:
    """Dated values in ascending order; `stepped` holds each value until the next date (paid-in does)."""

    name: str
    points: Sequence[tuple[date, Decimal]]
    stepped: bool = False


@dataclass(frozen=True, slots=True)
class Tick:
    """A labelled place on an axis."""

    position: float
    label: str


@dataclass(frozen=True, slots=True)
class Plot:
    """The rectangle that values are drawn in, and the axes beside it; `zero` is the y of the value 0."""

    size: Size
    left: float
    top: float
    right: float
    bottom: float
    zero: float
    x_ticks: tuple[Tick, ...]
    y_ticks: tuple[Tick, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """One series as a run of corners; `stepped` corners are already in it."""

    name: str
    corners: tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class Zone:
    """A strip over the whole height that belongs to one date or category, with the exact values to show."""

    x: float
    width: float
    title: str


@dataclass(frozen=True, slots=True)
class LineChart:
    """Values over time."""

    plot: Plot
    lines: tuple[Line, ...]
    zones: tuple[Zone, ...]


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar from the zero line; `series` is 0 for the first of its category, 1 for the second."""

    x: float
    y: float
    width: float
    height: float
    series: int


@dataclass(frozen=True, slots=True)
class BarChart:
    """Amounts per category around zero."""

    plot: Plot
    names: tuple[str, str]
    bars: tuple[Bar, ...]
    zones: tuple[Zone, ...]


@dataclass(frozen=True, slots=True)
class Share:
    """One part of a whole; `length` is its bar, 0 to 1, relative to the largest part."""

    label: str
    value: Decimal
    fraction: Decimal
    length: float


def line_chart(
    series: Sequence[Series],
    *,
    size: Size,
    value_label: Callable[[Decimal], str],
    axis_label: Callable[[Decimal], str],
    day_label: Callable[[date], str],
) -> LineChart:
    """Lines over a shared time axis that includes zero; ValueError when no series has a point."""
    days = sorted({day for one in series for day, _ in one.points})
    if not days:
        raise ValueError("A chart over time needs at least one dated value; show an empty state instead.")
    scale = nice_scale([value for one in series for _, value in one.points])
    left = _label_width(scale, axis_label)
    span = max((days[-1] - days[0]).days, 1)

    def x_of(day: date) -> float:
        return left + (day - days[0]).days / span * (size.width - left - TOP)

    plot = _plot(size, scale, axis_label, x_ticks=_date_ticks(days[0], days[-1], x_of, size.width - left))
    lines = tuple(Line(one.name, _corners(one, x_of, plot, scale)) for one in series)
    return LineChart(plot, lines, _day_zones(days, x_of, plot, series, value_label, day_label))


def bar_chart(
    categories: Sequence[str],
    names: tuple[str, str],
    values: Sequence[tuple[Decimal, Decimal]],
    *,
    size: Size,
    value_label: Callable[[Decimal], str],
    axis_label: Callable[[Decimal], str],
) -> BarChart:
    """Two bars per category from a shared zero line, such as paid out (above) and called (below, negative).

    `values` holds a pair per category. ValueError when there is no category.
    """
    if not categories or len(categories) != len(values):
        raise ValueError("A bar chart needs a pair of values for each of its categories, and at least one.")
    scale = nice_scale([value for pair in values for value in pair])
    left = _label_width(scale, axis_label)
    step = (size.width - left - TOP) / len(categories)
    plot = _plot(size, scale, axis_label, x_ticks=_category_ticks(categories, left, step))
    width = min(step * 0.62, 28.0)
    bars = tuple(
        _bar(left + (place + 0.5) * step - width / 2, width, value, number, plot, scale)
        for place, pair in enumerate(values)
        for number, value in enumerate(pair)
        if value
    )
    zones = []
    for place, (category, pair) in enumerate(zip(categories, values, strict=True)):
        texts = [f"{name} {value_label(value)}" for name, value in zip(names, pair, strict=True)]
        zones.append(Zone(round(left + place * step, 1), round(step, 1), f"{category}: {', '.join(texts)}"))
    return BarChart(plot, names, bars, tuple(zones))


def shares(parts: Sequence[tuple[str, Decimal]]) -> tuple[Share, ...]:
    """Parts of a whole, largest first, ties by label; parts of zero or less are left out of the bars' whole.

    A negative part has no share in a whole: it is listed last with a fraction of 0 and no bar.
    """
    ordered = sorted(parts, key=lambda part: (-part[1], part[0]))
    whole = sum((value for _, value in ordered if value > 0), Decimal(0))
    largest = max((value for _, value in ordered), default=Decimal(0))
    return tuple(
        Share(label, value, value / whole, round(float(value / largest), 4))
        if value > 0
        else Share(label, value, Decimal(0), 0.0)
        for label, value in ordered
    )


def nice_scale(values: Sequence[Decimal]) -> tuple[Decimal, ...]:
    """Round ticks, steps of 1, 2, 2.5 or 5 times a power of ten, that span zero and all `values`."""
    low, high = min(Decimal(0), *values), max(Decimal(0), *values)
    if low == high:
        return (Decimal(0), Decimal(1))
    rough = (high - low) / 4
    power = Decimal(10) ** floor(log10(rough))
    step = next(
        power * m for m in (Decimal(1), Decimal(2), Decimal("2.5"), Decimal(5), Decimal(10)) if power * m >= rough
    )
    return tuple(step * n for n in range(floor(low / step), ceil(high / step) + 1))


def _label_width(scale: Sequence[Decimal], axis_label: Callable[[Decimal], str]) -> float:
    return round(max(len(axis_label(value)) for value in scale) * CHARACTER + LABEL_GAP, 1)


def _plot(
    size: Size, scale: Sequence[Decimal], axis_label: Callable[[Decimal], str], *, x_ticks: tuple[Tick, ...]
) -> Plot:
    left, bottom = _label_width(scale, axis_label), size.height - FOOT
    ticks = tuple(Tick(_y(value, scale, TOP, bottom), axis_label(value)) for value in scale)
    zero = _y(Decimal(0), scale, TOP, bottom)
    return Plot(size, left, TOP, size.width - TOP, bottom, zero, x_ticks, ticks)


def _y(value: Decimal, scale: Sequence[Decimal], top: float, bottom: float) -> float:
    return round(bottom - float((value - scale[0]) / (scale[-1] - scale[0])) * (bottom - top), 1)


def _corners(
    series: Series, x_of: Callable[[date], float], plot: Plot, scale: Sequence[Decimal]
) -> tuple[tuple[float, float], ...]:
    corners: list[tuple[float, float]] = []
    for day, value in series.points:
        x, y = round(x_of(day), 1), _y(value, scale, plot.top, plot.bottom)
        if series.stepped and corners:
            corners.append((x, corners[-1][1]))
        corners.append((x, y))
    return tuple(corners)


def _category_ticks(categories: Sequence[str], left: float, step: float) -> tuple[Tick, ...]:
    """The categories' names under their bars, leaving some out where they would touch or reach past the edge."""
    longest = max(len(name) for name in categories) * CHARACTER
    every = max(ceil(longest * 1.4 / step), 1)
    furthest = left + len(categories) * step + TOP - longest / 2
    return tuple(
        Tick(round(min(left + (place + 0.5) * step, furthest), 1), name)
        for place, name in enumerate(categories)
        if place % every == 0
    )


def _bar(x: float, width: float, value: Decimal, series: int, plot: Plot, scale: Sequence[Decimal]) -> Bar:
    y = _y(value, scale, plot.top, plot.bottom)
    return Bar(round(x, 1), min(y, plot.zero), round(width, 1), round(abs(y - plot.zero), 1), series)


def _date_ticks(first: date, last: date, x_of: Callable[[date], float], width: float) -> tuple[Tick, ...]:
    """January firsts, as many as fit; within two years, the first days of quarters."""
    room = max(int(width // 64), 1)
    quarterly = (last - first).days < 2 * 366
    months = (1, 4, 7, 10) if quarterly else (1,)
    starts = [date(year, month, 1) for year in range(first.year, last.year + 1) for month in months]
    inside = [day for day in starts if first <= day <= last]
    every = max(ceil(len(inside) / room), 1)
    return tuple(Tick(round(x_of(day), 1), f"{day:%Y-%m}" if quarterly else f"{day:%Y}") for day in inside[::every])


def _day_zones(
    days: Sequence[date],
    x_of: Callable[[date], float],
    plot: Plot,
    series: Sequence[Series],
    value_label: Callable[[Decimal], str],
    day_label: Callable[[date], str],
) -> tuple[Zone, ...]:
    """One strip per date, reaching halfway to its neighbours, with each series' value on that date."""
    edges = [plot.left, *((x_of(a) + x_of(b)) / 2 for a, b in pairwise(days)), plot.right]
    known = [dict(one.points) for one in series]
    zones = []
    for place, day in enumerate(days):
        texts = [f"{one.name} {value_label(known[n][day])}" for n, one in enumerate(series) if day in known[n]]
        start, end = edges[place], edges[place + 1]
        zones.append(Zone(round(start, 1), round(end - start, 1), f"{day_label(day)}: {', '.join(texts)}"))
    return tuple(zones)
