"""Whom an opportunity is for, as the staff are told: by which vehicles, and how many that are now."""

from __future__ import annotations

from uuid import UUID

from portal.domain.identity.access.policies import require
from portal.domain.identity.access.values import Actor, Permission
from portal.domain.investments.opportunities.values.opportunities import OfferedReach, OfferedVehicle
from portal.platform import db

VEHICLES = """
SELECT v.id, v.name FROM investments.opportunity_vehicles o JOIN investments.vehicles v ON v.id = o.vehicle_id
WHERE o.firm_id = %(firm)s AND o.opportunity_id = %(id)s ORDER BY v.name_key
"""
# The other way round of investments.offered_to(): a test holds them together.
REACH = """
WITH reached AS (
  SELECT a.id FROM investments.opportunities o JOIN people.investor_accounts a ON a.firm_id = o.firm_id
  WHERE o.firm_id = %(firm)s AND o.id = %(id)s AND o.audience = 'everybody'
  UNION
  SELECT n.account_id FROM investments.opportunities o
  JOIN investments.opportunity_accounts n ON n.opportunity_id = o.id
  WHERE o.firm_id = %(firm)s AND o.id = %(id)s AND o.audience <> 'everybody'
  UNION
  SELECT h.account_id FROM investments.opportunities o
  JOIN investments.opportunity_vehicles v ON v.opportunity_id = o.id
  JOIN investments.holdings h ON h.vehicle_id = v.vehicle_id
  WHERE o.firm_id = %(firm)s AND o.id = %(id)s AND o.audience = 'vehicle')
SELECT count(DISTINCT r.id) AS accounts, count(DISTINCT u.id) AS people FROM reached r
LEFT JOIN people.account_members m ON m.account_id = r.id AND m.granted_at < COALESCE((
  SELECT o.opened_at FROM investments.opportunities o WHERE o.id = %(id)s AND o.exemption = '506b'), 'infinity')
LEFT JOIN identity.users u ON u.id = m.user_id AND u.active
"""


def list_offered_vehicles(actor: Actor, opportunity_id: UUID) -> list[OfferedVehicle]:
    """The vehicles to whose investors an opportunity is shown, by name; for staff."""
    require(actor, Permission.SEE_ALL_PORTFOLIOS)
    rows = db.fetch_all(VEHICLES, firm=actor.firm_id, id=opportunity_id)
    return [OfferedVehicle(*row) for row in rows]


def get_offered_reach(actor: Actor, opportunity_id: UUID) -> OfferedReach:
    """How many accounts an opportunity is for now, and how many people who can sign in see it by them, or would if it
    were open; for staff."""
    require(actor, Permission.SEE_ALL_PORTFOLIOS)
    row = db.fetch_one(REACH, firm=actor.firm_id, id=opportunity_id)
    assert row is not None, "an aggregate is always one row"
    return OfferedReach(row.accounts, row.people)
