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
from portal.api.v1.investments.figures import amount_text
from portal.api.v1.investments.schemas import Amount, Currency
from portal.api.v1.routes import v1
from portal.domain.identity.access.values import Permission
from portal.domain.investments.forecasts.queries import list_forecasts
from portal.domain.investments.forecasts.values import HoldingForecast
from portal.platform import clock

MODEL = "Takahashi and Alexander (2002) by quarters; a forecast, not a promise."
MOST = 500


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
    """The forecasts of your holdings, by account and vehicle, 500 at the most."""

    as_of: date
    model: str
    items: list[ForecastItem]


@v1.get("/investments/forecasts")
@requires_any(Permission.SEE_OWN_PORTFOLIO, Permission.SEE_ALL_PORTFOLIOS)
@described(ForecastList)
def list_own_forecasts() -> Response:
    """What the next four quarters are expected to call and to pay out, per holding."""
    as_of = clock.today()
    found = list_forecasts(actor(), as_of=as_of, most=MOST)
    return answer(ForecastList(as_of, MODEL, [_item(each) for each in found]))


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
