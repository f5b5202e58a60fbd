"""Returns opened: how each came about, down to the flows it is computed from, and as a workbook that computes it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flask import Blueprint, Response, request, url_for

from portal.domain.identity.access.values import Permission
from portal.domain.investments.performance.queries import get_opened_return
from portal.domain.investments.performance.values import MEASURES, RATES, Basis, Measure, OpenedReturn
from portal.domain.investments.returns.values import round_ratio
from portal.platform.errors import NotFound
from portal.platform.formatting import places_of
from portal.web.investments.holding_exports import in_minor_places
from portal.web.investments.return_names import BASIS_NAMES, MEASURE_NAMES, PERIOD_NAMES, figure_note, figure_text
from portal.web.investments.return_requests import ReturnRequest, list_subject, read_request
from portal.web.investments.return_workbooks import write_workbook
from portal.web.toolkit.access import requires_any
from portal.web.toolkit.exports import Cell, export_workbook
from portal.web.toolkit.exports import export as export_rows
from portal.web.toolkit.freshness import fresh_file
from portal.web.toolkit.page import page
from portal.web.toolkit.session import actor
from portal.web.toolkit.translation import gettext as _

blueprint = Blueprint("return_figures", __name__, url_prefix="/investments/return-figures")
READERS = (Permission.SEE_OWN_PORTFOLIO, Permission.SEE_ALL_PORTFOLIOS)
SHOWN = 100
COLUMNS = ("date", "type", "amount", "currency")


@blueprint.get("/<measure>")
@requires_any(*READERS)
def show(measure: str) -> Response:
    """The formula, the method, and the table that the figure is computed from; a page or a dialog."""
    opened, wanted = _open(measure)
    result = opened.result
    return page(
        "investments/return_figures/show.html",
        opened=opened,
        stretch=opened.performance.stretch,
        value=figure_text(opened.measure, result.value),
        exact=None if result.value is None or opened.measure in RATES else f"{round_ratio(result.value):f}",
        name=_(MEASURE_NAMES[opened.measure]),
        reason=figure_note(opened.measure, result) if result.reason else None,
        period=PERIOD_NAMES[wanted.asked.period],
        basis=_(BASIS_NAMES[opened.performance.stretch.basis]),
        subject=list_subject(actor(), wanted.asked),
        places=places_of([each.level for each in opened.compounded[-SHOWN:]]),
        wanted=wanted,
        most=SHOWN,
        exports=[(kind.upper(), _export_address(opened.measure, kind)) for kind in ("csv", "xlsx")],
    )


@blueprint.get("/<measure>/export.<kind>")
@requires_any(*READERS)
@fresh_file
def export(measure: str, kind: str) -> Response:
    """The dated amounts as CSV, or as a workbook whose formulas give the figure."""
    opened, wanted = _open(measure)
    name = f"{measure.replace('_', '-')}-{wanted.selection.as_of}"
    if kind == "xlsx":
        return export_workbook(name, lambda book: _write(book, opened))
    return export_rows(kind, name, COLUMNS, _rows(opened))


def _write(book: Any, opened: OpenedReturn) -> None:
    write_workbook(book, opened, MEASURE_NAMES[opened.measure], BASIS_NAMES[opened.performance.stretch.basis])


def _rows(opened: OpenedReturn) -> Iterator[list[Cell]]:
    currency = opened.performance.stretch.currency
    for part in opened.performance.stretch.parts:
        yield [part.on, part.kind, in_minor_places(part.amount, currency), currency]


def _open(measure: str) -> tuple[OpenedReturn, ReturnRequest]:
    known: Measure | None = next((name for name in MEASURES if name == measure), None)
    basis = next((each for each in Basis if each.value == request.args.get("basis", "net")), None)
    if known is None or basis is None:
        raise NotFound
    wanted = read_request(actor(), request.args)
    return get_opened_return(actor(), wanted.asked, known, basis, request.args.get("currency", "")), wanted


def _export_address(measure: Measure, kind: str) -> str:
    return f"{url_for('return_figures.export', measure=measure, kind=kind)}?{request.query_string.decode()}"
