"""Reading what became of the carry of a vehicle."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from uuid import UUID

from portal.domain.identity.access.policies import require
from portal.domain.identity.access.values import Actor, Permission
from portal.domain.investments.distributions.queries.books import get_course, get_ground
from portal.domain.investments.distributions.rules.clawbacks import judge_clawback
from portal.domain.investments.distributions.rules.planning import tier_terms
from portal.domain.investments.distributions.rules.releasing import withhold_from_release
from portal.domain.investments.distributions.values.carries import Carry, HeldBack, Release
from portal.domain.investments.distributions.values.plans import Component
from portal.domain.investments.ledger.queries.holdings import list_holdings
from portal.domain.investments.vehicles.queries import get_vehicle
from portal.platform import db
from portal.platform.money import minor_places

# What is to be paid back counts from when it is approved, so that it is not let go meanwhile.
HELD = """
SELECT id, number, pay_on, carry, escrow FROM investments.distributions
WHERE firm_id = %(firm)s AND vehicle_id = %(vehicle)s AND carry <> 0
  AND (state = 'posted' OR state = 'approved' AND method = 'clawback') ORDER BY pay_on, number
"""
RELEASES = """
SELECT d.id, d.number, a.name, d.pay_on, s.gross, s.withheld, d.note, m.name AS asked_by
FROM investments.distributions d JOIN investments.distribution_shares s ON s.distribution_id = d.id
JOIN people.investor_accounts a ON a.id = s.account_id LEFT JOIN identity.users m ON m.id = d.created_by
WHERE d.firm_id = %(firm)s AND d.vehicle_id = %(vehicle)s AND d.method = 'release'
  AND d.state IN ('approved', 'posted')
UNION ALL
SELECT NULL, NULL, a.name, r.released_on, r.amount, r.withheld, r.reason, m.name
FROM investments.carry_releases r JOIN people.investor_accounts a ON a.id = r.account_id
JOIN identity.users m ON m.id = r.asked_by
WHERE r.firm_id = %(firm)s AND r.vehicle_id = %(vehicle)s
ORDER BY pay_on, number NULLS FIRST
"""
LEFT = """
SELECT COALESCE((SELECT sum(d.escrow) FROM investments.distributions d
    WHERE d.firm_id = %(firm)s AND d.vehicle_id = %(vehicle)s
      AND (d.state = 'posted' OR d.state = 'approved' AND d.escrow < 0)), 0)
  - COALESCE((SELECT sum(r.amount) FROM investments.carry_releases r
    WHERE r.firm_id = %(firm)s AND r.vehicle_id = %(vehicle)s), 0)
"""


def get_carry(actor: Actor, vehicle_id: UUID, *, on: date) -> Carry:
    """The carry of a vehicle as the books have it, with the clawback tested as if all ended on the day at the net asset
    value of then; for staff who see all portfolios."""
    require(actor, Permission.SEE_ALL_PORTFOLIOS)
    vehicle = get_vehicle(actor, vehicle_id)
    given = {"firm": actor.firm_id, "vehicle": vehicle_id}
    course, account_id = get_course(actor, vehicle, on), vehicle.terms.carry_account_id
    held = list_holdings(actor, as_of=on, vehicle_id=vehicle_id)
    value = sum((each.nav for each in held if each.account_id != account_id), Decimal(0))
    places = minor_places(vehicle.currency)
    clawback = judge_clawback(
        tier_terms(vehicle.terms), course.drawn, course.paid_out, on=on, value_left=value, places=places
    )
    return Carry(
        vehicle_id=vehicle_id,
        vehicle=vehicle.name,
        currency=vehicle.currency,
        account_id=account_id,
        held=tuple(HeldBack(*row) for row in db.fetch_all(HELD, **given)),
        releases=tuple(Release(*row) for row in db.fetch_all(RELEASES, **given)),
        clawback=clawback,
        claws_back=vehicle.terms.clawback,
        value_left=value,
    )


def get_release_part(actor: Actor, vehicle_id: UUID, amount: Decimal, *, on: date) -> Component:
    """What letting so much go comes to for the account that receives the carry, with what is withheld from it; for
    staff who see all portfolios."""
    ground = get_ground(actor, vehicle_id, on=on)
    account = next((each for each in ground.partners if each.account_id == ground.carry_account), None)
    return withhold_from_release(amount, account, ground.rates, ground.currency)


def get_escrow_left(actor: Actor, vehicle_id: UUID) -> Decimal:
    """What of the carry of a vehicle is held back still, inside the operation that holds the vehicle; negative where
    more was let go than the distributions in the books held back."""
    left: Decimal = db.fetch_value(LEFT, firm=actor.firm_id, vehicle=vehicle_id)
    return left
