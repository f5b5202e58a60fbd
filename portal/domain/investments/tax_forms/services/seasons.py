"""When a vehicle's forms are expected, as holders are told."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from portal.domain.identity.access.policies import require
from portal.domain.identity.access.values import Actor, Permission
from portal.domain.identity.audit.services import record_act
from portal.domain.investments.vehicles.queries import get_vehicle
from portal.platform import clock
from portal.platform.db import execute, transactional
from portal.platform.errors import Invalid

EXPECT = """
INSERT INTO investments.tax_seasons (vehicle_id, tax_year, firm_id, expected_on, changed_by, changed_at)
VALUES (%(vehicle)s, %(year)s, %(firm)s, %(on)s, %(by)s, %(now)s)
ON CONFLICT (vehicle_id, tax_year) DO UPDATE
  SET expected_on = EXCLUDED.expected_on, changed_by = EXCLUDED.changed_by, changed_at = EXCLUDED.changed_at
"""
OLDEST = 1990


@transactional
def expect_tax_forms(actor: Actor, vehicle_id: UUID, tax_year: int, *, on: date) -> None:
    """Tell holders by when they may expect the forms of a vehicle and year, instead of what they were told before.
    NotFound, Invalid."""
    require(actor, Permission.PREPARE_MONEY)
    get_vehicle(actor, vehicle_id)
    if not OLDEST <= tax_year <= clock.today().year:
        raise Invalid(fields={"expected_on": "Forms are expected of a year that has begun."})
    if not date(tax_year, 12, 31) <= on <= date(tax_year + 2, 12, 31):
        raise Invalid(fields={"expected_on": "Enter a day after the tax year, within the two years after it."})
    given = {"vehicle": vehicle_id, "year": tax_year, "firm": actor.firm_id, "by": actor.user_id}
    execute(EXPECT, **given, on=on, now=clock.now())
    record_act(actor.user_id, "tax_season.expect", f"vehicle:{vehicle_id}", year=tax_year, on=on.isoformat())
