"""What an investor owns and what it earned; for staff, what all of the firm's investors do."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, request, url_for

from portal.domain.identity.access.values import Permission
from portal.domain.investments.returns.queries import Portfolio, get_portfolio, list_series
from portal.domain.investments.returns.values import Figures
from portal.domain.investments.vehicles.queries import get_vehicle
from portal.domain.people.investor_accounts.queries import get_account, list_accounts
from portal.platform import clock
from portal.platform.errors import Invalid
from portal.web.investments.drawings import Drawings, draw
from portal.web.investments.figure_cells import Cell, FigureCells
from portal.web.investments.holding_exports import COLUMNS, list_rows
from portal.web.investments.holding_tables import PER_PAGE, SORTS, list_currencies, list_tables, sorted_holdings
from portal.web.investments.selection import Selection, preset_links, read_selection
from portal.web.toolkit.access import requires_any
from portal.web.toolkit.conditional import unless_modified
from portal.web.toolkit.exports import export as export_rows
from portal.web.toolkit.page import page
from portal.web.toolkit.session import actor

blueprint = Blueprint("portfolio", __name__, url_prefix="/investments/portfolio")
READERS = (Permission.SEE_OWN_PORTFOLIO, Permission.SEE_ALL_PORTFOLIOS)
MOST = 2000  # holdings on one page's totals; more are narrowed first
MOST_ACCOUNTS = 200


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
    portfolio = get_portfolio(actor(), most=MOST + 1, **selection.narrowing)
    subject = _subject(portfolio, selection)
    accounts = _accounts(portfolio, selection)
    names = [
        (each.holding.account, each.holding.vehicle, each.holding.strategy, each.holding.sector, each.holding.vintage)
        for each in portfolio.holdings
    ]
    return unless_modified(
        lambda: _show(portfolio, selection, subject, accounts),
        portfolio.fingerprint,
        names,
        subject,
        accounts,
        clock.today(),
    )


@blueprint.get("/export.<kind>")
@requires_any(*READERS)
def export(kind: str) -> Response:
    """The holdings with all their figures as a file."""
    selection = read_selection(request.args)
    portfolio = get_portfolio(actor(), **selection.narrowing)
    _subject(portfolio, selection)
    holdings = sorted_holdings(portfolio.holdings, request.args.get("sort", ""))
    return export_rows(kind, f"portfolio-{selection.as_of}", COLUMNS, list_rows(holdings, selection))


def _refused(error: Invalid) -> Response:
    """The page without figures: what was typed stays, with what is wrong beside it."""
    selection = Selection(clock.today())
    return page(
        "investments/portfolio/index.html", 422, faults=error.fields, portfolio=None, **_frame(selection, (), ())
    )


def _show(
    portfolio: Portfolio, selection: Selection, subject: Sequence[tuple[str, str]], accounts: Sequence[tuple[str, str]]
) -> Response:
    sort = request.args.get("sort", "")
    number = request.args.get("page", "1")
    tables = list_tables(
        portfolio,
        selection,
        sort=sort if sort.removeprefix("-") in SORTS else "",
        page=int(number) if number.isdigit() and 0 < int(number) <= MOST // PER_PAGE else 1,
    )
    held = [each.holding for each in portfolio.holdings]
    too_many = len(held) > MOST
    return page(
        "investments/portfolio/index.html",
        faults={},
        portfolio=portfolio,
        too_many=too_many,
        sole_account=held[0].account if len({each.account_id for each in held}) == 1 else None,
        totals=[] if too_many else list(_totals(portfolio, selection)),
        drawings=[] if too_many else _drawings(portfolio, selection),
        opening=any(each.opening for each in held),
        tables=tables,
        sorts=_sorts(selection, sort),
        sort=sort,
        page_address=lambda number: _address(selection, sort=sort, page=number),
        **_frame(selection, subject, accounts),
    )


def _frame(
    selection: Selection, subject: Sequence[tuple[str, str]], accounts: Sequence[tuple[str, str]]
) -> dict[str, Any]:
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
    return f"{url_for('portfolio.index')}?{selection.query(**more)}"


def _subject(portfolio: Portfolio, selection: Selection) -> list[tuple[str, str]]:
    """The names of the account and vehicle the page is narrowed to, each with the address that lifts this; NotFound
    where the actor may not see them."""
    first = portfolio.holdings[0].holding if portfolio.holdings else None
    subject = []
    if selection.account_id is not None:
        name = first.account if first else get_account(actor(), selection.account_id).name
        subject.append((name, _address(selection, account=None)))
    if selection.vehicle_id is not None:
        name = first.vehicle if first else get_vehicle(actor(), selection.vehicle_id).name
        subject.append((name, _address(selection, vehicle=None)))
    return subject


def _accounts(portfolio: Portfolio, selection: Selection) -> list[tuple[str, str]]:
    """An investor's accounts to choose from: id and name. Staff come from the list of accounts."""
    if actor().is_staff:
        return []
    if selection.is_narrowed:
        return [(str(each.id), each.name) for each in list_accounts(actor(), most=MOST_ACCOUNTS)]
    held = {str(each.holding.account_id): each.holding.account for each in portfolio.holdings}
    return list(held.items())


def _totals(portfolio: Portfolio, selection: Selection) -> Iterator[Total]:
    cells = FigureCells()
    totals = {each.currency: each for each in portfolio.totals}
    for currency in list_currencies(portfolio):
        figures = totals[currency]
        own = [each.holding for each in portfolio.holdings if each.holding.currency == currency]
        query = selection.query(currency=currency)
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
