"""What the accounts of a person hold, one account in one vehicle each."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from flask import Response, url_for

from portal.api.answers import versioned
from portal.api.auth import actor, requires_any
from portal.api.openapi import described
from portal.api.parsing import AsOf, read_cursor
from portal.api.v1.investments.figures import holding_fields, holding_item
from portal.api.v1.investments.schemas import BASIS, HoldingDetail, HoldingList, HoldingsQuery
from portal.api.v1.routes import v1
from portal.domain.identity.access.values import Permission
from portal.domain.investments.ledger.queries.holdings import get_holding, list_holdings
from portal.domain.investments.ledger.values import HoldingFigures
from portal.domain.investments.returns.queries import get_fingerprint, get_portfolio_of
from portal.platform.ids import name_key
from portal.platform.pagination import Page

SEEN_BY = (Permission.SEE_OWN_PORTFOLIO, Permission.SEE_ALL_PORTFOLIOS)


@v1.get("/investments/holdings")
@requires_any(*SEEN_BY)
@described(HoldingList, refusals=(401, 403, 404))
def show_holdings(query: HoldingsQuery) -> Response:
    """The holdings you may see with their figures on a day, by account and vehicle."""
    after = read_cursor(query.cursor, str, str, UUID)
    found = list_holdings(actor(), as_of=query.as_of, after=after, most=query.limit + 1)
    page = Page(found, query.limit, _place)
    version = f"{_version(page.items, query.as_of)}|{page.next}"
    return versioned(version, lambda: _page(page, query.as_of))


@v1.get("/investments/holdings/<uuid:holding_id>")
@requires_any(*SEEN_BY)
@described(HoldingDetail, refusals=(401, 403, 404))
def show_holding(query: AsOf, holding_id: UUID) -> Response:
    """One holding with its figures on a day."""
    found = get_holding(actor(), holding_id, as_of=query.as_of)
    return versioned(_version([found], query.as_of), lambda: _detail(found, query.as_of))


def _page(page: Page[HoldingFigures], as_of: date) -> HoldingList:
    portfolio = get_portfolio_of(page.items, as_of=as_of)
    return HoldingList(as_of, [holding_item(each) for each in portfolio.holdings], page.next, BASIS)


def _detail(holding: HoldingFigures, as_of: date) -> HoldingDetail:
    returns = get_portfolio_of([holding], as_of=as_of).holdings[0]
    behind = url_for("api.show_transactions", holding=holding.id, until=as_of.isoformat())
    return HoldingDetail(**holding_fields(returns), as_of=as_of, transactions=behind, basis=BASIS)


def _place(holding: HoldingFigures) -> tuple[str, str, UUID]:
    return name_key(holding.account), name_key(holding.vehicle), holding.id


def _version(holdings: Sequence[HoldingFigures], as_of: date) -> str:
    """That of the figures, and the names beside them."""
    return f"{get_fingerprint(holdings, as_of)}|{[(each.account, each.vehicle) for each in holdings]}"
