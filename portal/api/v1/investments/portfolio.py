"""Everything the person may see, in one total per currency."""

from __future__ import annotations

from flask import Response

from portal.api.answers import versioned
from portal.api.auth import actor, requires_any
from portal.api.openapi import described
from portal.api.parsing import AsOf
from portal.api.v1.investments.figures import figure_set
from portal.api.v1.investments.schemas import BASIS, Portfolio
from portal.api.v1.routes import v1
from portal.domain.identity.access.values import Permission
from portal.domain.investments.returns.queries import get_portfolio


@v1.get("/investments/portfolio")
@requires_any(Permission.SEE_OWN_PORTFOLIO, Permission.SEE_ALL_PORTFOLIOS)
@described(Portfolio)
def show_portfolio(query: AsOf) -> Response:
    """The total per currency of everything you may see, on a day."""
    found = get_portfolio(actor(), as_of=query.as_of)
    return versioned(
        found.fingerprint, lambda: Portfolio(found.as_of, [figure_set(each) for each in found.totals], BASIS)
    )
