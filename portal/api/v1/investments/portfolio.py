"""Everything the person may see, in one total per currency."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from flask import Response

from portal.api.answers import versioned
from portal.api.auth import actor, requires_any
from portal.api.openapi import described
from portal.api.parsing import AsOf
from portal.api.v1.investments.figures import figure_set
from portal.api.v1.investments.schemas import BASIS, Portfolio
from portal.api.v1.routes import v1
from portal.domain.identity.access.values import Permission
from portal.domain.investments.ledger.queries.holdings import list_holdings
from portal.domain.investments.ledger.values import HoldingFigures
from portal.domain.investments.returns.queries import get_fingerprint, get_portfolio_of


@v1.get("/investments/portfolio")
@requires_any(Permission.SEE_OWN_PORTFOLIO, Permission.SEE_ALL_PORTFOLIOS)
@described(Portfolio)
def show_portfolio(query: AsOf) -> Response:
    """The total per currency of everything you may see, on a day."""
    holdings = list_holdings(actor(), as_of=query.as_of)
    return versioned(get_fingerprint(holdings, query.as_of), lambda: _portfolio(holdings, query.as_of))


def _portfolio(holdings: Sequence[HoldingFigures], as_of: date) -> Portfolio:
    totals = get_portfolio_of(holdings, as_of=as_of).totals
    return Portfolio(as_of, [figure_set(each) for each in totals], BASIS)
