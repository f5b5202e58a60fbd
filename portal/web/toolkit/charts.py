"""Charts for pages: the same values drawn for wide and for narrow places, with the table behind them.

Draw them with the macros of components/charts.html.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import partial

from portal.platform import charts, formatting
from portal.platform.charts import BarChart, LineChart, Series, Share
from portal.web.toolkit.formatting import reader_locale


@dataclass(frozen=True, slots=True)
class Table:
    """The figures of a chart, formatted: column headings, and rows whose first cell names the row."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Lines:
    """Values over time in both sizes."""

    wide: LineChart
    narrow: LineChart
    table: Table


@dataclass(frozen=True, slots=True)
class Bars:
    """Amounts per category around zero in both sizes."""

    wide: BarChart
    narrow: BarChart
    table: Table


@dataclass(frozen=True, slots=True)
class Allocation:
    """Parts of a whole; each row holds its share, its amount and its percentage, formatted."""

    rows: tuple[tuple[Share, str, str], ...]


def lines(series: Sequence[Series], currency: str, *, date_heading: str) -> Lines:
    """Series over time in one currency, such as value against paid-in; ValueError without any point."""
    locale = reader_locale()
    draw = partial(
        charts.line_chart,
        series,
        value_label=lambda value: formatting.money(value, currency, locale),
        axis_label=lambda value: formatting.compact(value, locale),
        day_label=lambda day: formatting.day(day, locale),
    )
    known = [dict(one.points) for one in series]
    rows = tuple(
        (
            formatting.day(day, locale),
            *(formatting.money(values.get(day), currency, locale) for values in known),
        )
        for day in _days(series)
    )
    table = Table((date_heading, *(one.name for one in series)), rows)
    return Lines(draw(size=charts.WIDE), draw(size=charts.NARROW), table)


def bars(
    categories: Sequence[str],
    names: tuple[str, str],
    values: Sequence[tuple[Decimal, Decimal]],
    currency: str,
    *,
    category_heading: str,
) -> Bars:
    """Two amounts per category, such as distributions (positive) and contributions (negative) by quarter."""
    locale = reader_locale()
    draw = partial(
        charts.bar_chart,
        categories,
        names,
        values,
        value_label=lambda value: formatting.money(value, currency, locale),
        axis_label=lambda value: formatting.compact(value, locale),
    )
    rows = tuple(
        (category, *(formatting.money(value, currency, locale) for value in pair))
        for category, pair in zip(categories, values, strict=True)
    )
    return Bars(draw(size=charts.WIDE), draw(size=charts.NARROW), Table((category_heading, *names), rows))


def allocation(parts: Sequence[tuple[str, Decimal]], currency: str) -> Allocation:
    """How a whole divides, largest part first, such as NAV by vehicle."""
    locale = reader_locale()
    rows = tuple(
        (
            share,
            formatting.money(share.value, currency, locale),
            formatting.percent(share.fraction, locale, places=1),
        )
        for share in charts.shares(parts)
    )
    return Allocation(rows)


def _days(series: Sequence[Series]) -> list[date]:
    return sorted({day for one in series for day, _ in one.points})
