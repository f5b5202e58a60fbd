"""Reading vehicles."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from uuid import UUID

from portal.domain.identity.access.values import Actor
from portal.domain.investments.vehicles.values import (
    AccruesFrom,
    Compounding,
    DayCount,
    FeeBasis,
    FeeFrequency,
    TaxClass,
    Terms,
    Vehicle,
    Waterfall,
)
from portal.platform import db
from portal.platform.errors import NotFound
from portal.platform.ids import name_key

SELECT = """
SELECT v.id, v.name, v.currency, v.tax_class, v.strategy, v.sector, v.vintage, v.preferred_return,
  v.preferred_compounding, v.day_count, v.carry, v.catch_up, v.waterfall, v.management_fee,
  v.calendar, v.notice_days, v.late_interest, v.accrues_from, v.carry_account_id, v.escrow, v.clawback, v.fee_basis,
  v.fee_frequency, v.fee_offset
FROM investments.vehicles v WHERE v.firm_id = %(firm)s
"""


def _vehicle(row: db.AnyRow) -> Vehicle:
    terms = Terms(
        row.preferred_return,
        Compounding(row.preferred_compounding),
        DayCount(row.day_count),
        row.carry,
        row.catch_up,
        Waterfall(row.waterfall),
        row.management_fee,
        row.calendar,
        row.notice_days,
        row.late_interest,
        AccruesFrom(row.accrues_from),
        row.carry_account_id,
        row.escrow,
        row.clawback,
        FeeBasis(row.fee_basis),
        FeeFrequency(row.fee_frequency),
        row.fee_offset,
    )
    return Vehicle(
        row.id, row.name, row.currency, TaxClass(row.tax_class), row.strategy, row.sector, row.vintage, terms
    )


def list_vehicles(actor: Actor, *, search: str = "", after: str = "", most: int = 50) -> Sequence[Vehicle]:
    """Vehicles the actor may see (row security decides), by name, those after `after`."""
    rows = db.fetch_all(
        f"{SELECT} AND v.name_key > %(after)s AND v.name ILIKE %(like)s ORDER BY v.name_key LIMIT %(most)s",
        firm=actor.firm_id,
        after=name_key(after),
        like=f"%{search}%",
        most=most,
    )
    return [_vehicle(row) for row in rows]


def get_vehicle(actor: Actor, vehicle_id: UUID) -> Vehicle:
    """One vehicle the actor may see; NotFound otherwise."""
    row = db.fetch_one(f"{SELECT} AND v.id = %(id)s", firm=actor.firm_id, id=vehicle_id)
    if row is None:
        raise NotFound
    return _vehicle(row)


def find_vehicles(actor: Actor, names: Iterable[str]) -> dict[str, Vehicle]:
    """The vehicles with these names, by name key; names no vehicle has are left out."""
    keys = [name_key(name) for name in names]
    rows = db.fetch_all(f"{SELECT} AND v.name_key = ANY(%(keys)s)", firm=actor.firm_id, keys=keys)
    return {name_key(row.name): _vehicle(row) for row in rows}


def find_vehicle_names(actor: Actor, vehicle_ids: Sequence[UUID]) -> dict[UUID, str]:
    """The names of those of the vehicles that the actor may see."""
    rows = db.fetch_all(
        "SELECT id, name FROM investments.vehicles WHERE firm_id = %(firm)s AND id = ANY(%(ids)s)",
        firm=actor.firm_id,
        ids=list(vehicle_ids),
    )
    return {row.id: row.name for row in rows}
