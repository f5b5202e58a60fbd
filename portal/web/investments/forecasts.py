"""What the next four quarters are expected to call and to pay out, against what is unfunded: a forecast, no figure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, request

from portal.domain.identity.access.policies import can
from portal.domain.identity.access.values import Permission
from portal.domain.investments.forecasts.queries import get_forecast, list_forecasts, list_totals
from portal.domain.investments.forecasts.values import ForecastTotal, HoldingForecast
from portal.domain.investments.vehicles.queries import get_vehicle
from portal.domain.people.investor_accounts.queries import get_account
from portal.platform import clock, formatting
from portal.web.toolkit.access import requires_any
from portal.web.toolkit.charts import Bars, bars
from portal.web.toolkit.formatting import reader_locale
from portal.web.toolkit.page import page
from portal.web.toolkit.places import read_id
from portal.web.toolkit.session import actor
from portal.web.toolkit.translation import gettext as _

blueprint = Blueprint("forecasts", __name__, url_prefix="/investments/forecasts")
READERS = (Permission.SEE_OWN_PORTFOLIO, Permission.SEE_ALL_PORTFOLIOS)
MOST = 500  # holdings on one page; more are narrowed first


@dataclass(frozen=True, slots=True)
class Table:
    """The forecasts in one currency, with their sum and its chart."""

    total: ForecastTotal
    forecasts: tuple[HoldingForecast, ...]
    drawing: Bars
    summary: str


@blueprint.get("")
@requires_any(*READERS)
def index() -> Response:
    """The coming quarters of all holdings, or of those of an account or a vehicle."""
    account_id, vehicle_id = read_id(request.args, "account"), read_id(request.args, "vehicle")
    found = list_forecasts(actor(), as_of=clock.today(), account_id=account_id, vehicle_id=vehicle_id, most=MOST + 1)
    too_many = len(found) > MOST
    return page(
        "investments/forecasts/index.html",
        tables=[] if too_many else [_table(total, found) for total in list_totals(found)],
        too_many=too_many,
        subject=_subject(account_id, vehicle_id),
        vehicle_id=vehicle_id,
        **_frame(),
    )


@blueprint.get("/<uuid:holding_id>")
@requires_any(*READERS)
def show(holding_id: UUID) -> Response:
    """How the forecast of a holding came about, quarter by quarter."""
    forecast = get_forecast(actor(), holding_id, as_of=clock.today())
    return page("investments/forecasts/show.html", forecast=forecast, **_frame())


def _frame() -> dict[str, Any]:
    return {"may_edit": can(actor(), Permission.PREPARE_MONEY), "is_staff": actor().is_staff, "today": clock.today()}


def _subject(account_id: UUID | None, vehicle_id: UUID | None) -> str:
    """What the forecasts are narrowed to; NotFound where that is not the reader's to see."""
    names = []
    if account_id is not None:
        names.append(get_account(actor(), account_id).name)
    if vehicle_id is not None:
        names.append(get_vehicle(actor(), vehicle_id).name)
    return ", ".join(names)


def _table(total: ForecastTotal, found: list[HoldingForecast]) -> Table:
    labels = [_quarter(ends_on) for ends_on, _called, _paid in total.quarters]
    pairs = [(paid, -called) for _ends_on, called, paid in total.quarters]
    drawing = bars(labels, (_("Paid out"), _("Called")), pairs, total.currency, category_heading=_("Quarter"))
    summary = _(
        "From %(first)s to %(last)s, %(called)s is expected to be called and %(paid)s to be paid out.",
        first=labels[0],
        last=labels[-1],
        called=formatting.money(total.called, total.currency, reader_locale()),
        paid=formatting.money(total.distributed, total.currency, reader_locale()),
    )
    return Table(total, tuple(each for each in found if each.currency == total.currency), drawing, summary)


def _quarter(ends_on: date) -> str:
    return f"Q{(ends_on.month - 1) // 3 + 1} {ends_on.year}"
