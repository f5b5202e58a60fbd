"""Saying how a vehicle is expected to run."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.dialects.postgresql import insert

from portal.domain.identity.access.policies import require
from portal.domain.identity.access.values import Actor, Permission
from portal.domain.identity.audit.services import record_act
from portal.domain.investments.forecasts.models import PacingRecord
from portal.domain.investments.forecasts.rules import find_faults
from portal.domain.investments.forecasts.values import Pacing
from portal.domain.investments.vehicles.queries import get_vehicle
from portal.platform import clock
from portal.platform.db import session, transactional
from portal.platform.errors import Invalid


@transactional
def set_pacing(actor: Actor, vehicle_id: UUID, pacing: Pacing) -> None:
    """Say how a vehicle is expected to run, in place of what was said before; forecasts follow at once. NotFound,
    Invalid with a message per field."""
    require(actor, Permission.PREPARE_MONEY)
    vehicle = get_vehicle(actor, vehicle_id)
    faults = find_faults(pacing)
    if faults:
        raise Invalid(fields=faults)
    said = {
        "contributions": list(pacing.contributions),
        "life": pacing.life,
        "bow": pacing.bow,
        "growth": pacing.growth,
        "least_yield": pacing.least_yield,
        "begins_on": pacing.begins_on,
        "changed_at": clock.now(),
    }
    row = insert(PacingRecord).values(vehicle_id=vehicle.id, firm_id=actor.firm_id, **said)
    session.execute(row.on_conflict_do_update(index_elements=[PacingRecord.vehicle_id], set_=said))
    record_act(actor.user_id, "forecast.pace", f"vehicle:{vehicle_id}")
