"""What an investor owns and what it earned; for staff, what all of the firm's investors do."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, request, url_for

from portal.domain.identity.access.values import Permission
from portal.domain.investments.capital_calls.queries.shares import list_dues
from portal.domain.investments.ledger.queries.holdings import list_holdings
from portal.domain.investments.ledger.values import HoldingFigures
from portal.domain.investments.returns.queries import Portfolio, get_fingerprint, get_portfolio_of, list_series
from portal.domain.investments.returns.values import Figures
from portal.domain.investments.vehicles.queries import get_vehicle
from portal.domain.people.investor_accounts.queries import get_account
from portal.platform import clock
from portal.platform.errors import Invalid
from portal.web.investments.drawings import Drawings, draw
from portal.web.investments.figure_cells import Cell, FigureCells
from portal.web.investments.holding_exports import COLUMNS, list_rows
from portal.web.investments.holding_tables import PER_PAGE, SORTS, list_currencies, list_tables, sorted_holdings
from portal.web.investments.narrowing import MOST as MOST_LISTED
from portal.web.investments.narrowing import Offered, offer_accounts
from portal.web.investments.selection import Selection, preset_links, read_selection
from portal.web.toolkit.access import requires_any
from portal.web.toolkit.conditional import versioned_page
from portal.web.toolkit.exports import export as export_rows
from portal.web.toolkit.freshness import fresh_file
from portal.web.toolkit.page import page
from portal.web.toolkit.session import actor

blueprint = Blueprint("portfolio", __name__, url_prefix="/investments/portfolio")
READERS = (Permission.SEE_OWN_PORTFOLIO, Permission.SEE_ALL_PORTFOLIOS)
MOST = 2000  # holdings on one page's totals; more are narrowed first
MOST_DUES = 20
Named = Sequence[tuple[str, str]]  # what a choice or a link leads to, and its name


@dataclass(frozen=True, slots=True)
class Total:
    """The figures of everything in one currency, of how many holdings, and how many of these have no valuation yet."""

    figures: Figures
    cells: dict[str, Cell]
    holdings: int
    unvalued: int


@blueprint.get("")
@requires_any(*READERS)
def index() -> Response:
    """Totals, charts and holdings at a date."""
    try:
        selection = read_selection(request.args)
    except Invalid as error:
        return _refused(error)
    holdings = list_holdings(actor(), most=MOST + 1, **selection.narrowing)
    subject = _subject(holdings, selection)
    accounts = _accounts(holdings, selection)
    names = [(each.account, each.vehicle, each.strategy, each.sector, each.vintage) for each in holdings]
    owing = not actor().is_staff and any(each.called for each in holdings)
    dues = list_dues(actor(), most=MOST_DUES) if owing else []
    state = (dues, get_fingerprint(holdings, selection.as_of), names, selection.text(), _sort(), _page_number())
    return versioned_page(
        "investments/portfolio/index.html",
        lambda: {**_context(holdings, selection, subject, accounts), "dues": dues},
        *(state, subject, accounts, clock.today()),
    )


@blueprint.get("/export.<kind>")
@requires_any(*READERS)
@fresh_file
def export(kind: str) -> Response:
    """The holdings with all their figures as a file."""
    selection = read_selection(request.args)
    found = list_holdings(actor(), **selection.narrowing)
    _subject(found, selection)
    portfolio = get_portfolio_of(found, as_of=selection.as_of, known_on=selection.known_on)
    rows = list_rows(sorted_holdings(portfolio.holdings, _sort()), selection)
    return export_rows(kind, f"portfolio-{selection.as_of}", COLUMNS, rows)


def _refused(error: Invalid) -> Response:
    """The page without figures: what was typed stays, with what is wrong beside it."""
    selection = Selection(clock.today())
    return page(
        "investments/portfolio/index.html",
        422,
        faults=error.fields,
        holdings=None,
        shown=False,
        too_many=False,
        dues=[],
        **_frame(selection, (), Offered()),
    )


def _context(
    holdings: Sequence[HoldingFigures], selection: Selection, subject: Named, accounts: Offered
) -> dict[str, Any]:
    """What the page shows."""
    too_many = len(holdings) > MOST
    shown = bool(holdings) and not too_many
    return {
        "faults": {},
        "holdings": len(holdings),
        "too_many": too_many,
        "all_accounts": url_for("investor_accounts.index") if actor().is_staff else None,
        "shown": shown,
        "sole_account": holdings[0].account if len({each.account_id for each in holdings}) == 1 else None,
        "sort": _sort(),
        **_frame(selection, subject, accounts),
        **(_figures(holdings, selection) if shown else {}),
    }


def _figures(holdings: Sequence[HoldingFigures], selection: Selection) -> dict[str, Any]:
    """Everything on the page that is made of figures."""
    portfolio = get_portfolio_of(holdings, as_of=selection.as_of, known_on=selection.known_on)
    sort = _sort()
    return {
        "totals": list(_totals(portfolio, selection)),
        "drawings": _drawings(portfolio, selection),
        "opening": any(each.opening for each in holdings),
        "tables": list_tables(portfolio, selection, sort=sort, page=_page_number()),
        "sorts": _sorts(selection, sort),
        "page_address": lambda number: _address(selection, sort=sort, page=number),
    }


def _sort() -> str:
    sort = request.args.get("sort", "")
    return sort if sort.removeprefix("-") in SORTS else ""


def _page_number() -> int:
    number = request.args.get("page", "")
    return int(number) if number.isdecimal() and 0 < int(number) <= MOST // PER_PAGE else 1


def _frame(selection: Selection, subject: Named, accounts: Offered) -> dict[str, Any]:
    """What the page shows around figures."""
    return {
        "today": clock.today(),
        "selection": selection,
        "subject": subject,
        "accounts": accounts,
        "presets": preset_links(request.path, selection),
        "arguments": request.args,
    }


def _address(selection: Selection, **more: object) -> str:
    return f"{url_for('portfolio.index')}?{selection.text(**more)}"


def _subject(holdings: Sequence[HoldingFigures], selection: Selection) -> Named:
    """The account and vehicle the page is narrowed to, each with the address that lifts this; NotFound where the actor
    may not see them."""
    first = holdings[0] if holdings else None
    subject = []
    if selection.account_id is not None:
        name = first.account if first else get_account(actor(), selection.account_id).name
        subject.append((_address(selection, account=None), name))
    if selection.vehicle_id is not None:
        name = first.vehicle if first else get_vehicle(actor(), selection.vehicle_id).name
        subject.append((_address(selection, vehicle=None), name))
    return subject


def _accounts(holdings: Sequence[HoldingFigures], selection: Selection) -> Offered:
    """An investor's accounts to choose from. Staff come from the list of accounts."""
    if actor().is_staff:
        return Offered()
    held = {str(each.account_id): each.account for each in holdings}
    if selection.is_narrowed or len(held) > MOST_LISTED or "find_account" in request.args:
        return offer_accounts(selection.account_id)
    return Offered(tuple(held.items()))


def _totals(portfolio: Portfolio, selection: Selection) -> Iterator[Total]:
    cells = FigureCells()
    totals = {each.currency: each for each in portfolio.totals}
    for currency in list_currencies(portfolio):
        figures = totals[currency]
        own = [each.holding for each in portfolio.holdings if each.holding.currency == currency]
        query = selection.text(currency=currency)
        yield Total(figures, cells.of(figures, query), len(own), sum(each.valued_on is None for each in own))


def _drawings(portfolio: Portfolio, selection: Selection) -> list[Drawings]:
    held = [each.holding for each in portfolio.holdings]
    found = list_series(held, as_of=selection.as_of, known_on=selection.known_on)
    by_currency = {series.currency: series for series in found}
    return [draw(by_currency[currency], held) for currency in list_currencies(portfolio)]


def _sorts(selection: Selection, sort: str) -> dict[str, tuple[str, str | None]]:
    """Per column: the address that sorts by it (figures largest first, names from A), and how it is sorted now."""
    sorts: dict[str, tuple[str, str | None]] = {}
    for name in SORTS:
        first, second = (name, f"-{name}") if name == "vehicle" else (f"-{name}", name)
        now = {name: "ascending", f"-{name}": "descending"}.get(sort)
        sorts[name] = (_address(selection, sort=second if sort == first else first), now)
    return sorts
