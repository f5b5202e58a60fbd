"""Setting vehicles up."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert

from portal.domain.identity.access.policies import require
from portal.domain.identity.access.values import Actor, Permission
from portal.domain.identity.audit.services import record_act
from portal.domain.investments.vehicles.errors import VehicleNameTaken
from portal.domain.investments.vehicles.models import VehicleRecord
from portal.domain.investments.vehicles.queries import find_vehicles, get_vehicle
from portal.domain.investments.vehicles.rules import find_faults
from portal.domain.investments.vehicles.values import VehicleDescription
from portal.platform.db import session, transactional
from portal.platform.errors import Conflict, Invalid
from portal.platform.ids import name_key, new_id


def _columns(description: VehicleDescription) -> dict[str, Any]:
    terms = description.terms
    return {
        "name": description.name.strip(),
        "name_key": name_key(description.name),
        "currency": description.currency,
        "tax_class": description.tax_class.value,
        "strategy": description.strategy or None,
        "sector": description.sector or None,
        "vintage": description.vintage,
        "preferred_return": terms.preferred_return,
        "preferred_compounding": terms.preferred_compounding.value,
        "day_count": terms.day_count.value,
        "carry": terms.carry,
        "catch_up": terms.catch_up,
        "waterfall": terms.waterfall.value,
        "management_fee": terms.management_fee,
        "calendar": terms.calendar,
        "notice_days": terms.notice_days,
        "late_interest": terms.late_interest,
        "accrues_from": terms.accrues_from.value,
        "carry_account_id": terms.carry_account_id,
        "escrow": terms.escrow,
        "clawback": terms.clawback,
        "fee_basis": terms.fee_basis.value,
        "fee_frequency": terms.fee_frequency.value,
        "fee_offset": terms.fee_offset,
    }


def _check(actor: Actor, description: VehicleDescription, *, other_than: UUID | None = None) -> None:
    faults = find_faults(description)
    if faults:
        raise Invalid(fields=faults)
    same = find_vehicles(actor, [description.name])
    if any(vehicle.id != other_than for vehicle in same.values()):
        raise VehicleNameTaken(fields={"name": VehicleNameTaken.message})


@transactional
def create_vehicle(actor: Actor, description: VehicleDescription) -> UUID:
    """A new vehicle of the actor's firm; Invalid with a message per field, VehicleNameTaken. The new id."""
    require(actor, Permission.EDIT_VEHICLES)
    _check(actor, description)
    vehicle = VehicleRecord(firm_id=actor.firm_id, **_columns(description))
    session.add(vehicle)
    session.flush()
    record_act(actor.user_id, "vehicle.create", f"vehicle:{vehicle.id}")
    return vehicle.id


@transactional
def create_vehicles(actor: Actor, descriptions: Sequence[VehicleDescription], *, cause: str) -> None:
    """Set many vehicles up at once; Invalid for the first that makes no sense, and a name that is in use stays what it
    is. `cause` is what the record of the act names, such as `import:<id>`."""
    require(actor, Permission.EDIT_VEHICLES)
    for description in descriptions:
        faults = find_faults(description)
        if faults:
            raise Invalid(f"{description.name}: {next(iter(faults.values()))}")
    rows = [{"id": new_id(), "firm_id": actor.firm_id, **_columns(description)} for description in descriptions]
    session.execute(insert(VehicleRecord).on_conflict_do_nothing(constraint="vehicles_name"), rows)
    record_act(actor.user_id, "vehicle.create", cause, vehicles=len(rows))


@transactional
def change_vehicle(actor: Actor, vehicle_id: UUID, description: VehicleDescription) -> None:
    """Other particulars for a vehicle; its currency stays, since postings are in it."""
    require(actor, Permission.EDIT_VEHICLES)
    if get_vehicle(actor, vehicle_id).currency != description.currency:
        raise Conflict("The currency of a vehicle does not change.", fields={"currency": "It stays as it is."})
    _check(actor, description, other_than=vehicle_id)
    vehicle = session.get_one(VehicleRecord, vehicle_id)
    for name, value in _columns(description).items():
        setattr(vehicle, name, value)
    session.flush()
    record_act(actor.user_id, "vehicle.change", f"vehicle:{vehicle_id}")
