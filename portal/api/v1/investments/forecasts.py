"""What the next four quarters are expected to call and to pay out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from flask import Response

from portal.api.answers import answer
from portal.api.auth import actor, requires_any
from portal.api.openapi import described
from portal.api.parsing import Paging, read_cursor
from portal.api.v1.investments.figures import amount_text
from portal.api.v1.investments.schemas import Amount, Currency, Next
from portal.api.v1.routes import v1
from portal.domain.identity.access.values import Permission
from portal.domain.investments.forecasts.queries import list_forecasts
from portal.domain.investments.forecasts.values import HoldingForecast
from portal.domain.investments.ledger.queries.holdings import list_holdings
from portal.platform import clock
from portal.platform.ids import name_key
from portal.platform.pagination import Page

MODEL = "Takahashi and Alexander (2002) by quarters; a forecast, not a promise."


class ForecastsQuery(Paging):
    """A page of holdings."""


@dataclass(frozen=True, slots=True)
class QuarterItem:
    """A quarter to come."""

    ends_on: date
    called: Amount
    distributed: Amount
    unfunded: Amount
    nav: Amount


@dataclass(frozen=True, slots=True)
class ForecastItem:
    """The coming quarters of one holding; `unfunded` and `nav` are those of today."""

    holding_id: UUID
    account: str
    vehicle: str
    currency: Currency
    unfunded: Amount
    nav: Amount
    quarters: list[QuarterItem]


@dataclass(frozen=True, slots=True)
class ForecastList:
    """The forecasts of your holdings, by account and vehicle; those with nothing unfunded and no NAV are left out."""

    as_of: date
    model: str
    items: list[ForecastItem]
    next: Next


@v1.get("/investments/forecasts")
@requires_any(Permission.SEE_OWN_PORTFOLIO, Permission.SEE_ALL_PORTFOLIOS)
@described(ForecastList, refusals=(401, 403, 404))
def list_own_forecasts(query: ForecastsQuery) -> Response:
    """What the next four quarters are expected to call and to pay out, per holding."""
    as_of = clock.today()
    after = read_cursor(query.cursor, str, str, UUID)
    holdings = list_holdings(actor(), as_of=as_of, after=after, most=query.limit + 1)
    page = Page(holdings, query.limit, lambda each: (name_key(each.account), name_key(each.vehicle), each.id))
    found = list_forecasts(actor(), as_of=as_of, ids=[each.id for each in page.items])
    return answer(ForecastList(as_of, MODEL, [_item(each) for each in found], page.next))


def _item(forecast: HoldingForecast) -> ForecastItem:
    def amount(value: Decimal) -> str:
        return amount_text(value, forecast.currency)

    quarters = [
        QuarterItem(
            each.ends_on, amount(each.called), amount(each.distributed), amount(each.unfunded), amount(each.nav)
        )
        for each in forecast.quarters
    ]
    ground = forecast.ground
    return ForecastItem(
        forecast.holding_id, forecast.account, forecast.vehicle, forecast.currency, amount(ground.unfunded),
        amount(ground.nav), quarters,
    )  # fmt: skip
