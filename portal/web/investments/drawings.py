"""The charts of what is held in one currency: value over time, flows by quarter, how the NAV divides."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from portal.domain.investments.ledger.values import HoldingFigures
from portal.domain.investments.returns.queries import list_allocation
from portal.domain.investments.returns.values import AllocationKey, Series, Slice
from portal.platform import charts, formatting
from portal.web.toolkit.charts import Allocation, Bars, Lines, Table, bars, lines
from portal.web.toolkit.formatting import reader_locale
from portal.web.toolkit.translation import gettext as _

PARTS_SHOWN = 8
KEYS: tuple[AllocationKey, ...] = ("vehicle", "strategy", "sector", "vintage")


@dataclass(frozen=True, slots=True)
class Division:
    """How the NAV divides by one particular; `table` has every part where the drawing shows the largest only."""

    key: AllocationKey
    drawing: Allocation
    table: Table | None


@dataclass(frozen=True, slots=True)
class Drawings:
    """The charts of one currency, with what each shows in words; None where there is too little to draw."""

    currency: str
    value: Lines | None
    value_summary: str
    flows: Bars | None
    flows_summary: str
    divisions: tuple[Division, ...]


@dataclass(frozen=True, slots=True)
class JCurve:
    """Money out less money in over time, without and with what is still there, and in words."""

    drawing: Lines
    summary: str


def draw_j_curve(series: Series) -> JCurve | None:
    """The J-curve of one currency; None where there is too little to draw."""
    if len(series.values) < 2:
        return None
    cash = [(point.on, point.distributed - point.paid_in) for point in series.values]
    whole = [(point.on, point.total_value - point.paid_in) for point in series.values]
    drawing = lines(
        [charts.Series(_("Net cash"), cash), charts.Series(_("Net cash and NAV"), whole)],
        series.currency,
        date_heading=_("Date"),
    )
    low = min(cash, key=lambda point: point[1])
    summary = _(
        "Net cash was lowest on %(day)s at %(low)s; on %(last)s it came to %(cash)s, with the NAV to %(whole)s.",
        day=formatting.day(low[0], reader_locale()),
        low=_amount(low[1], series.currency),
        last=formatting.day(cash[-1][0], reader_locale()),
        cash=_amount(cash[-1][1], series.currency),
        whole=_amount(whole[-1][1], series.currency),
    )
    return JCurve(drawing, summary)


def draw(series: Series, holdings: Sequence[HoldingFigures]) -> Drawings:
    """The charts of one currency's holdings."""
    own = [each for each in holdings if each.currency == series.currency]
    divisions = [_division(key, list_allocation(own, key), series.currency) for key in KEYS]
    flows = any(each.paid_in or each.distributed for each in series.quarters)
    return Drawings(
        series.currency,
        _value(series) if len(series.values) > 1 else None,
        _value_summary(series) if len(series.values) > 1 else "",
        _flows(series) if flows else None,
        _flows_summary(series) if flows else "",
        tuple(each for each in divisions if each),
    )


def _value(series: Series) -> Lines:
    value = charts.Series(_("Value and distributions"), [(point.on, point.total_value) for point in series.values])
    paid_in = charts.Series(_("Paid in"), [(point.on, point.paid_in) for point in series.values], stepped=True)
    return lines([value, paid_in], series.currency, date_heading=_("Date"))


def _value_summary(series: Series) -> str:
    locale, last = reader_locale(), series.values[-1]
    return _(
        "From %(first)s to %(last)s, %(paid_in)s was paid in; value and distributions together came to %(value)s.",
        first=formatting.day(series.values[0].on, locale),
        last=formatting.day(last.on, locale),
        paid_in=_amount(last.paid_in, series.currency),
        value=_amount(last.total_value, series.currency),
    )


def _flows(series: Series) -> Bars:
    labels = [each.label for each in series.quarters]
    pairs = [(each.distributed, -each.paid_in) for each in series.quarters]
    return bars(labels, (_("Paid out"), _("Paid in")), pairs, series.currency, category_heading=_("Quarter"))


def _flows_summary(series: Series) -> str:
    paid_in = sum((each.paid_in for each in series.quarters), Decimal(0))
    paid_out = sum((each.distributed for each in series.quarters), Decimal(0))
    return _(
        "From %(first)s to %(last)s, %(paid_in)s went in and %(paid_out)s came out.",
        first=series.quarters[0].label,
        last=series.quarters[-1].label,
        paid_in=_amount(paid_in, series.currency),
        paid_out=_amount(paid_out, series.currency),
    )


def _amount(value: Decimal, currency: str) -> str:
    return f"{currency} {formatting.money(value, currency, reader_locale())}"


def _division(key: AllocationKey, slices: Sequence[Slice], currency: str) -> Division | None:
    """None where nothing has a value yet, or everything is in one nameless part."""
    parts = [each for each in slices if each.amount]
    if not parts or [each.label for each in parts] == [""]:
        return None
    long = len(parts) > PARTS_SHOWN
    shown = parts[: PARTS_SHOWN - 1] if long else parts
    drawn = [_drawn(each, shown[0].amount, currency) for each in shown]
    if long:
        drawn.append(_drawn(_rest(parts[PARTS_SHOWN - 1 :]), None, currency))
    headings = (_("Part"), "NAV", _("Share"))
    table = Table(headings, tuple(_row(each, currency) for each in parts)) if long else None
    return Division(key, Allocation(tuple(drawn)), table)


def _rest(parts: Sequence[Slice]) -> Slice:
    percent = sum((each.percent or Decimal(0) for each in parts), Decimal(0))
    return Slice(_("%(count)s others", count=len(parts)), sum((each.amount for each in parts), Decimal(0)), percent)


def _row(part: Slice, currency: str) -> tuple[str, str, str]:
    locale = reader_locale()
    share = None if part.percent is None else part.percent / 100
    return (
        part.label or _("Not stated"),
        formatting.money(part.amount, currency, locale),
        formatting.percent(share, locale, places=1),
    )


def _drawn(part: Slice, largest: Decimal | None, currency: str) -> tuple[charts.Share, str, str]:
    """A part with its bar, as long as it is beside the largest; many small parts together have none."""
    label, amount, percent = _row(part, currency)
    length = round(float(part.amount / largest), 4) if largest and part.amount > 0 else 0.0
    return charts.Share(label, part.amount, part.percent or Decimal(0), length), amount, percent
