"""Returns of what one holds over any period, on each basis, beside an index, and what each vehicle adds."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from flask import Blueprint, Response, request, url_for

from portal.domain.identity.access.values import Permission
from portal.domain.investments.index_series.queries import list_index_series
from portal.domain.investments.ledger.values import HoldingFigures
from portal.domain.investments.performance.errors import TooManyHoldings
from portal.domain.investments.performance.queries import Asked, list_asked_holdings, list_returns
from portal.domain.investments.performance.values import MEASURES, Basis, Measure, Period, Returns, Share
from portal.domain.investments.returns.queries import list_series
from portal.domain.investments.vehicles.queries import get_vehicle
from portal.domain.people.investor_accounts.queries import get_account
from portal.platform import clock
from portal.platform.errors import Invalid
from portal.web.investments.drawings import JCurve, draw_j_curve
from portal.web.investments.narrowing import Offered, offer_accounts
from portal.web.investments.return_names import (
    BASIS_NAMES,
    MEASURE_NAMES,
    PERIOD_NAMES,
    figure_note,
    figure_text,
)
from portal.web.investments.return_requests import ReturnRequest, read_request
from portal.web.investments.selection import Selection, preset_links
from portal.web.toolkit.access import requires_any
from portal.web.toolkit.page import page
from portal.web.toolkit.session import actor
from portal.web.toolkit.translation import gettext as _

blueprint = Blueprint("returns", __name__, url_prefix="/investments/returns")
READERS = (Permission.SEE_OWN_PORTFOLIO, Permission.SEE_ALL_PORTFOLIOS)
MOST = 2000  # holdings in one total; more are narrowed first
MOST_ACCOUNTS = 200
SHARED: tuple[Measure, Measure] = ("tvpi", "irr")


class Cell(NamedTuple):
    """A figure with the address of its derivation, and what it needs beside it."""

    text: str
    href: str
    note: str


class ShareCells(NamedTuple):
    """What opens of a vehicle's line: its gain to the flows behind its multiple, what it adds to the capital of all,
    its IRR."""

    gain: str
    added: Cell
    rate: Cell


@dataclass(frozen=True, slots=True)
class Table:
    """The returns of one currency: a line per measure, a column per basis. `opened` is where the amounts above them
    open, to the flows that they add up."""

    returns: Returns
    bases: tuple[str, ...]
    lines: tuple[tuple[str, tuple[Cell, ...]], ...]
    opened: str
    shares: tuple[ShareCells, ...]
    nav_age: int | None
    curve: JCurve | None


@blueprint.get("")
@requires_any(*READERS)
def index() -> Response:
    """The figures of everything, an account, a vehicle, or both, over a period."""
    try:
        wanted = read_request(actor(), request.args)
    except Invalid as error:
        wanted = ReturnRequest(Selection(clock.today()), Asked(as_of=clock.today()))
        faults = {} if _is_span_just_chosen() and list(error.fields) == ["since"] else error.fields
        status = 422 if faults else 200
        return page("investments/returns/index.html", status, faults=faults, tables=None, **_frame(wanted, ()))
    try:
        holdings = list_asked_holdings(actor(), wanted.asked)
    except TooManyHoldings:
        return page("investments/returns/index.html", faults={}, tables=[], too_many=True, **_frame(wanted, ()))
    return page(
        "investments/returns/index.html",
        faults={},
        tables=list(_tables(holdings, wanted)),
        too_many=False,
        **_frame(wanted, _subject(holdings, wanted)),
    )


def _is_span_just_chosen() -> bool:
    """Whether a span is asked for by a form that had no field for its first day yet."""
    return request.args.get("period") == Period.SPAN.value and "since" not in request.args


def _frame(wanted: ReturnRequest, subject: Sequence[tuple[str, str]]) -> dict[str, Any]:
    """What the page shows around figures."""
    index = wanted.asked.index_id
    return {
        "wanted": wanted,
        "selection": wanted.selection,
        "subject": subject,
        "accounts": Offered() if actor().is_staff else offer_accounts(wanted.selection.account_id),
        "indices": [("", _("None"))] + [(str(each.id), each.name) for each in list_index_series(actor())],
        "index_id": "" if index is None else str(index),
        "periods": [(each.value, _(name)) for each, name in PERIOD_NAMES.items()],
        "is_span": wanted.asked.period is Period.SPAN or request.args.get("period") == Period.SPAN.value,
        "presets": preset_links(request.path, wanted.selection),
        "arguments": request.args,
        "is_staff": actor().is_staff,
    }


def _subject(holdings: Sequence[HoldingFigures], wanted: ReturnRequest) -> list[tuple[str, str]]:
    """The account and vehicle the page is narrowed to, each with the address that lifts this; NotFound where the
    reader may not see them."""
    asked, first = wanted.asked, holdings[0] if holdings else None
    subject = []
    if asked.account_id is not None:
        name = first.account if first else get_account(actor(), asked.account_id).name
        subject.append((f"{url_for('returns.index')}?{wanted.text(account=None)}", name))
    if asked.vehicle_id is not None:
        name = first.vehicle if first else get_vehicle(actor(), asked.vehicle_id).name
        subject.append((f"{url_for('returns.index')}?{wanted.text(vehicle=None)}", name))
    return subject


def _tables(holdings: Sequence[HoldingFigures], wanted: ReturnRequest) -> Iterator[Table]:
    if not holdings:
        return
    series = {each.currency: each for each in list_series(holdings, as_of=wanted.asked.as_of)}
    for found in list_returns(actor(), wanted.asked, holdings):
        nav_on = found.net.stretch.nav_on
        yield Table(
            found,
            tuple(_(BASIS_NAMES[basis]) for basis in found.by_basis),
            tuple(_lines(found, wanted)),
            _address("tvpi", Basis.NET, found, wanted),
            tuple(_share_cells(share, found, wanted) for share in found.shares),
            None if nav_on is None else _age(nav_on, wanted.asked.as_of),
            draw_j_curve(series[found.currency]),
        )


def _lines(found: Returns, wanted: ReturnRequest) -> Iterator[tuple[str, tuple[Cell, ...]]]:
    for name in MEASURES:
        if name in found.net.measured:
            yield _(MEASURE_NAMES[name]), tuple(_cell(name, basis, found, wanted) for basis in found.by_basis)


def _cell(name: Measure, basis: Basis, found: Returns, wanted: ReturnRequest) -> Cell:
    measured = found.by_basis[basis].measured[name]
    return Cell(figure_text(name, measured.value), _address(name, basis, found, wanted), figure_note(name, measured))


def _share_cells(share: Share, found: Returns, wanted: ReturnRequest) -> ShareCells:
    gain, rate = (_address(name, Basis.NET, found, wanted, vehicle=share.vehicle_id) for name in SHARED)
    weighed, whole = _address("modified_dietz", Basis.NET, found, wanted), found.net.measured["modified_dietz"]
    added = figure_note("modified_dietz", whole) if share.added is None else ""
    return ShareCells(
        gain,
        Cell(figure_text("modified_dietz", share.added), weighed, added),
        Cell(figure_text("irr", share.irr.value), rate, figure_note("irr", share.irr)),
    )


def _address(name: Measure, basis: Basis, found: Returns, wanted: ReturnRequest, **more: object) -> str:
    """Where a figure opens."""
    query = wanted.text(currency=found.currency, basis=basis.value, **more)
    return f"{url_for('return_figures.show', measure=name)}?{query}"


def _age(nav_on: date, as_of: date) -> int:
    return max((as_of - nav_on).days, 0)
