"""Forecasts of holdings, made anew from what stands whenever they are read."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from portal.domain.identity.access.values import Actor
from portal.domain.investments.forecasts.rules import forecast, total_forecasts
from portal.domain.investments.forecasts.values import USUAL, ForecastTotal, Ground, HoldingForecast, Pacing
from portal.domain.investments.ledger.queries.holdings import get_holding, list_holdings
from portal.domain.investments.ledger.values import HoldingFigures
from portal.platform import db

PACINGS = """
SELECT p.vehicle_id, p.contributions, p.life, p.bow, p.growth, p.least_yield, p.begins_on
FROM investments.pacings p WHERE p.firm_id = %(firm)s AND p.vehicle_id = ANY(%(ids)s)
"""


def list_forecasts(
    actor: Actor,
    *,
    as_of: date,
    account_id: UUID | None = None,
    vehicle_id: UUID | None = None,
    ids: Sequence[UUID] | None = None,
    most: int | None = None,
) -> list[HoldingForecast]:
    """The forecasts of the holdings the actor may see, or of those of `ids`, `most` at the most, by account and
    vehicle; two statements, whatever their number. Holdings with nothing unfunded and no NAV are left out."""
    found = list_holdings(actor, as_of=as_of, account_id=account_id, vehicle_id=vehicle_id, ids=ids, most=most)
    return _forecasts(actor, [each for each in found if each.unfunded > 0 or each.nav > 0], as_of)


def get_forecast(actor: Actor, holding_id: UUID, *, as_of: date) -> HoldingForecast:
    """The forecast of one holding the actor may see; NotFound otherwise."""
    return _forecasts(actor, [get_holding(actor, holding_id, as_of=as_of)], as_of)[0]


def list_totals(forecasts: Sequence[HoldingForecast]) -> list[ForecastTotal]:
    """What forecasts that were just read come to, a total per currency."""
    return total_forecasts(forecasts)


def find_pacing(actor: Actor, vehicle_id: UUID) -> Pacing | None:
    """How staff said that a vehicle runs; None where nobody did, and USUAL holds."""
    return _pacings(actor, [vehicle_id]).get(vehicle_id)


def _pacings(actor: Actor, vehicle_ids: Sequence[UUID]) -> dict[UUID, Pacing]:
    rows = db.fetch_all(PACINGS, firm=actor.firm_id, ids=list(vehicle_ids))
    return {
        row.vehicle_id: Pacing(tuple(row.contributions), row.life, row.bow, row.growth, row.least_yield, row.begins_on)
        for row in rows
    }


def _forecasts(actor: Actor, holdings: Sequence[HoldingFigures], as_of: date) -> list[HoldingForecast]:
    pacings = _pacings(actor, list({each.vehicle_id for each in holdings}))
    return [_forecast(each, pacings.get(each.vehicle_id, USUAL), as_of) for each in holdings]


def _forecast(holding: HoldingFigures, pacing: Pacing, as_of: date) -> HoldingForecast:
    ground = Ground(holding.unfunded, holding.nav, _beginning(holding, pacing, as_of))
    quarters = forecast(ground, pacing, as_of=as_of, currency=holding.currency)
    return HoldingForecast(
        holding.id, holding.account_id, holding.account, holding.vehicle_id, holding.vehicle, holding.currency,
        as_of, holding.valued_on, ground, pacing, quarters,
    )  # fmt: skip


def _beginning(holding: HoldingFigures, pacing: Pacing, as_of: date) -> date:
    """When the vehicle's life began: as staff said, or with its vintage; where neither is known, it begins now."""
    if pacing.begins_on is not None:
        return pacing.begins_on
    return as_of if holding.vintage is None else date(holding.vintage, 1, 1)
