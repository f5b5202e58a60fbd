"""Reading what staff keep for distributions: deals with their cost, and rates of withholding."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from portal.domain.identity.access.policies import require
from portal.domain.identity.access.values import Actor, Permission
from portal.domain.investments.distributions.rules.freezing import thaw_costs
from portal.domain.investments.distributions.values.distributions import Deal, WithholdingRate
from portal.domain.investments.distributions.values.plans import Source
from portal.domain.people.investor_accounts.values import AccountKind
from portal.platform import db

DEALS = """
SELECT id, vehicle_id, name, costs FROM investments.deals
WHERE firm_id = %(firm)s AND vehicle_id = %(vehicle)s ORDER BY name
"""
RATES = """
SELECT id, vehicle_id, residence, holder_kind, source, rate, basis FROM investments.withholding_rates
WHERE firm_id = %(firm)s AND vehicle_id = %(vehicle)s ORDER BY residence, source, holder_kind NULLS FIRST
"""


def list_deals(actor: Actor, vehicle_id: UUID) -> Sequence[Deal]:
    """The deals of a vehicle with what they cost, by name; for staff who see all portfolios."""
    require(actor, Permission.SEE_ALL_PORTFOLIOS)
    rows = db.fetch_all(DEALS, firm=actor.firm_id, vehicle=vehicle_id)
    return [Deal(row.id, row.vehicle_id, row.name, thaw_costs(row.costs)) for row in rows]


def list_withholding_rates(actor: Actor, vehicle_id: UUID) -> Sequence[WithholdingRate]:
    """The rates of a vehicle by country and source; for staff who see all portfolios."""
    require(actor, Permission.SEE_ALL_PORTFOLIOS)
    return [
        WithholdingRate(
            row.id, row.vehicle_id, row.residence, AccountKind(row.holder_kind) if row.holder_kind else None,
            Source(row.source), row.rate, row.basis,
        )
        for row in db.fetch_all(RATES, firm=actor.firm_id, vehicle=vehicle_id)
    ]  # fmt: skip
