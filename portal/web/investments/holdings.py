"""One account's part in one vehicle."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from flask import Blueprint, Response, current_app, request, url_for

from portal.domain.identity.access.values import Permission
from portal.domain.identity.record.queries import list_history
from portal.domain.identity.record.values.events import Event
from portal.domain.investments.ledger.queries.holdings import list_batches
from portal.domain.investments.ledger.queries.transactions import list_transactions
from portal.domain.investments.ledger.values import HoldingFigures, Transaction, TransactionFilter
from portal.domain.investments.returns.queries import get_holding_returns, list_series
from portal.domain.investments.vehicles.queries import get_vehicle
from portal.platform import clock
from portal.platform.errors import Invalid, NotFound
from portal.web.investments.drawings import draw
from portal.web.investments.figure_cells import FigureCells
from portal.web.investments.holding_tables import valued
from portal.web.investments.selection import Selection, preset_links, read_selection
from portal.web.toolkit.access import requires_any
from portal.web.toolkit.page import page
from portal.web.toolkit.session import actor

blueprint = Blueprint("holdings", __name__, url_prefix="/investments/holdings")
LATEST = 10


@blueprint.get("/<uuid:holding_id>")
@requires_any(Permission.SEE_OWN_PORTFOLIO, Permission.SEE_ALL_PORTFOLIOS)
def show(holding_id: UUID) -> Response:
    """A holding's figures, the vehicle's terms, value over time and the latest transactions."""
    faults: dict[str, str] = {}
    try:
        selection = read_selection(request.args)
    except Invalid as error:
        selection, faults = Selection(clock.today()), error.fields
    try:
        returns = get_holding_returns(actor(), holding_id, as_of=selection.as_of, known_on=selection.known_on)
    except NotFound:
        return _show_before(holding_id, selection)
    held = returns.holding
    (series,) = list_series([held], as_of=selection.as_of, known_on=selection.known_on)
    return page(
        "investments/holdings/show.html",
        422 if faults else 200,
        faults=faults,
        held=held,
        returns=returns.figures,
        cells=FigureCells().of(returns.figures, f"holding={held.id}&{selection.moment()}"),
        valued=valued(held),
        vehicle=get_vehicle(actor(), held.vehicle_id),
        drawings=draw(series, [held]),
        transactions=_latest_transactions(held, selection),
        selection=selection,
        presets=preset_links(request.path, selection),
        arguments=request.args,
        statements_address=_statements(held.account_id, held.vehicle_id),
        history=_history(held.id),
    )


def _history(holding_id: UUID) -> Sequence[Event] | None:
    """What was done to a holding, for staff: by name, and by what was posted."""
    if not actor().is_staff:
        return None
    batches = [f"batch:{each}" for each in list_batches(actor(), holding_id)]
    return list_history(actor(), f"holding:{holding_id}", *batches)


def _latest_transactions(held: HoldingFigures, selection: Selection) -> Sequence[Transaction]:
    """The newest up to the day of the figures, of those known at the moment of the figures."""
    criteria = TransactionFilter(
        holding_id=held.id, account_id=held.account_id, until=selection.as_of, known_on=selection.known_on
    )
    return list_transactions(actor(), criteria, most=LATEST)


def _statements(account_id: UUID, vehicle_id: UUID) -> str | None:
    """Where the statements of the holding are, if this portal has any."""
    if "statements.index" not in current_app.view_functions:
        return None
    return url_for("statements.index", account=account_id, vehicle=vehicle_id)


def _show_before(holding_id: UUID, selection: Selection) -> Response:
    """A holding on a day before its first transaction; NotFound where the actor has no such holding on any day."""
    held = get_holding_returns(actor(), holding_id, as_of=clock.today()).holding
    return page(
        "investments/holdings/before.html",
        held=held,
        selection=selection,
        presets=preset_links(request.path, selection),
        arguments=request.args,
        faults={},
    )
