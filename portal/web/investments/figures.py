"""Figures opened: how each came about, down to the postings behind it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import accumulate
from uuid import UUID

from flask import Blueprint, Response, request, url_for

from portal.domain.identity.access.values import Permission
from portal.domain.investments.ledger.values import HoldingFigures, PostingLine, PostingTrail
from portal.domain.investments.returns.queries import BEHIND, get_opened_figure
from portal.domain.investments.returns.values import (
    MULTIPLES,
    DiscountedFlow,
    FigureName,
    OpenedFigure,
    round_ratio,
)
from portal.platform.errors import NotFound
from portal.platform.formatting import money, percent, ratio
from portal.web.investments.holding_exports import in_minor_places
from portal.web.investments.selection import Selection, read_selection
from portal.web.toolkit.access import requires_any
from portal.web.toolkit.exports import Cell
from portal.web.toolkit.exports import export as export_rows
from portal.web.toolkit.formatting import reader_locale
from portal.web.toolkit.freshness import fresh_file
from portal.web.toolkit.page import page
from portal.web.toolkit.places import read_id
from portal.web.toolkit.session import actor

blueprint = Blueprint("figures", __name__, url_prefix="/investments/figures")
READERS = (Permission.SEE_OWN_PORTFOLIO, Permission.SEE_ALL_PORTFOLIOS)
SHOWN, ZERO = 50, Decimal(0)
# The quotients with this investor's numbers in them.
IN_NUMBERS: Mapping[FigureName, str] = {
    "dpi": "{distributed} ÷ {paid_in}",
    "rvpi": "{nav} ÷ {paid_in}",
    "tvpi": "({distributed} + {nav}) ÷ {paid_in}",
    "pic": "{paid_in} ÷ {commitment}",
}


@dataclass(frozen=True, slots=True)
class TrailLine:
    """A posting, and what the figure came to with it."""

    line: PostingLine
    holding: HoldingFigures
    running: Decimal


@dataclass(frozen=True, slots=True)
class FlowLines:
    """The dated flows of an IRR: the latest, and what the ones before come to."""

    earlier: int
    earlier_amount: Decimal
    earlier_value: Decimal
    lines: Sequence[DiscountedFlow]
    amount: Decimal
    value: Decimal


@blueprint.get("/<figure>")
@requires_any(*READERS)
def show(figure: str) -> Response:
    """The formula with the reader's numbers, the method, and what is behind it; a page or a dialog."""
    opened, selection = _open(figure, most=SHOWN)
    names = {each.id: each for each in opened.holdings}
    derivation = opened.derivation
    return page(
        "investments/figures/show.html",
        derivation=derivation,
        result=_result(derivation.value, derivation.unit, derivation.currency),
        numbers=_in_numbers(opened),
        holding=opened.holdings[0] if request.args.get("holding") else None,
        opened=opened,
        trails=[(trail, _running(trail, names)) for trail in opened.trails],
        flows=_flow_lines(opened.flows) if opened.flows else None,
        selection=selection,
        exports=[(kind.upper(), _export_address(figure, kind)) for kind in ("csv", "xlsx")],
    )


@blueprint.get("/<figure>/export.<kind>")
@requires_any(*READERS)
@fresh_file
def export(figure: str, kind: str) -> Response:
    """Everything behind the figure as a file: each posting, or for an IRR each day's flows."""
    opened, selection = _open(figure, most=None)
    columns, rows = (FLOW_COLUMNS, _flow_rows(opened)) if figure == "irr" else (COLUMNS, _posting_rows(opened))
    return export_rows(kind, f"{figure.replace('_', '-')}-{selection.as_of}", columns, rows)


def _open(figure: str, most: int | None) -> tuple[OpenedFigure, Selection]:
    selection = read_selection(request.args)
    known: FigureName | None = next((name for name in BEHIND if name == figure), None)
    if known is None:
        raise NotFound
    opened = get_opened_figure(
        actor(),
        known,
        holding_id=read_id(request.args, "holding"),
        currency=request.args.get("currency"),
        most=most,
        **selection.narrowing,
    )
    return opened, selection


def _export_address(figure: str, kind: str) -> str:
    return f"{url_for('figures.export', figure=figure, kind=kind)}?{request.query_string.decode()}"


def _result(value: Decimal | None, unit: str, currency: str) -> str:
    locale = reader_locale()
    if unit == "money":
        return money(value, currency, locale)
    return percent(value, locale) if unit == "rate" else ratio(value, locale)


def _in_numbers(opened: OpenedFigure) -> str | None:
    """A quotient with the numbers in it and its value to ten places; None where nothing is divided."""
    pattern, value = IN_NUMBERS.get(opened.derivation.figure), opened.derivation.value
    if pattern is None:
        return None
    figures, invested, given = opened.figures, ZERO, ZERO
    if opened.derivation.figure in MULTIPLES:
        invested, given = max(figures.transferred, ZERO), max(-figures.transferred, ZERO)
    numbers = {
        "commitment": _sum((figures.commitment,), figures.currency),
        "paid_in": _sum((figures.paid_in, invested), figures.currency),
        "distributed": _sum((figures.distributed, given, -figures.carried), figures.currency),
        "nav": _sum((figures.nav,), figures.currency),
    }
    return pattern.format(**numbers) + (f" = {round_ratio(value):f}" if value is not None else "")


def _sum(amounts: Sequence[Decimal], currency: str) -> str:
    """The first amount, and those of the others that are not zero, as one writes it."""
    locale = reader_locale()
    text = money(amounts[0], currency, locale)
    rest = [f"{'−' if each < 0 else '+'} {money(abs(each), currency, locale)}" for each in amounts[1:] if each]
    return f"({' '.join([text, *rest])})" if rest else text


def _running(trail: PostingTrail, holdings: Mapping[UUID, HoldingFigures]) -> list[TrailLine]:
    sums = list(accumulate((line.amount for line in trail.lines), initial=trail.brought_forward))[1:]
    return [TrailLine(line, holdings[line.holding_id], total) for line, total in zip(trail.lines, sums, strict=True)]


def _flow_lines(flows: Sequence[DiscountedFlow]) -> FlowLines:
    earlier, lines = flows[:-SHOWN], flows[-SHOWN:]

    def amount(part: Sequence[DiscountedFlow]) -> Decimal:
        return sum((each.cash + each.nav for each in part), Decimal(0))

    def value(part: Sequence[DiscountedFlow]) -> Decimal:
        return sum((each.present_value or Decimal(0) for each in part), Decimal(0))

    return FlowLines(len(earlier), amount(earlier), value(earlier), lines, amount(flows), value(flows))


COLUMNS = (
    "part", "date", "posted_at", "type", "opening_balance", "reversal", "reference", "account", "vehicle", "currency",
    "amount", "running_total", "journal",
)  # fmt: skip
FLOW_COLUMNS = ("date", "days", "cash", "nav", "present_value", "currency")


def _posting_rows(opened: OpenedFigure) -> Iterator[list[Cell]]:
    names = {each.id: each for each in opened.holdings}
    for trail in opened.trails:
        for each in _running(trail, names):
            line = each.line
            yield [
                trail.bucket.value, line.effective_on, line.posted_at.isoformat(), line.kind.value, _yes(line.opening),
                _yes(line.reversal), line.reference, each.holding.account, each.holding.vehicle, line.currency,
                in_minor_places(line.amount, line.currency), in_minor_places(each.running, line.currency),
                str(line.journal_id),
            ]  # fmt: skip


def _flow_rows(opened: OpenedFigure) -> Iterator[list[Cell]]:
    currency = opened.figures.currency
    for each in opened.flows:
        value = None if each.present_value is None else in_minor_places(each.present_value, currency)
        cash, nav = in_minor_places(each.cash, currency), in_minor_places(each.nav, currency)
        yield [each.on, each.days, cash, nav, value, currency]


def _yes(flag: bool) -> str:
    return "yes" if flag else "no"
