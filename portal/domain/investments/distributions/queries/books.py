"""The books that a distribution is worked out from: who has paid in what and when, and what every tier paid before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from uuid import UUID

from portal.domain.identity.access.policies import require
from portal.domain.identity.access.values import Actor, Permission
from portal.domain.investments.distributions.queries.particulars import list_deals, list_withholding_rates
from portal.domain.investments.distributions.rules.clawbacks import take_as_whole, take_payback
from portal.domain.investments.distributions.rules.freezing import thaw_paid
from portal.domain.investments.distributions.rules.planning import Course, Ground, tier_terms
from portal.domain.investments.distributions.values.plans import Method, Partner, Rate
from portal.domain.investments.distributions.values.waterfalls import Drawn, Paid, PaidBack, PaidOut
from portal.domain.investments.ledger.values import DISTRIBUTIONS
from portal.domain.investments.vehicles.queries import get_vehicle
from portal.domain.investments.vehicles.values import AccruesFrom, Vehicle, Waterfall
from portal.domain.people.investor_accounts.values import AccountKind
from portal.platform import db
from portal.platform.money import minor_places

IN_PROPORTION = (Method.PAID_IN.value, Method.COMMITMENT.value)
# A journal that stands, and was not posted by a distribution of the portal: those know their tiers. Nor is it carry
# that was let go: it was counted when the tiers gave it.
STANDS = """j.reverses IS NULL AND NOT EXISTS (SELECT FROM investments.journals r WHERE r.reverses = j.id)"""
OTHERS = """NOT EXISTS (SELECT FROM investments.distributions own WHERE own.id = j.batch_id)
  AND NOT EXISTS (SELECT FROM investments.carry_releases freed WHERE freed.id = j.batch_id)"""
TOLD = f"j.kind = ANY(%(kinds)s) AND {STANDS} AND {OTHERS}"
PARTNERS = """
SELECT h.account_id, row_number() OVER (ORDER BY h.first_on, h.created_at, h.id) AS rank, h.paid_in, h.commitment,
  a.tax_residence, a.kind, COALESCE(mine.returned, 0) AS returned, COALESCE(told.amount, 0) AS told
FROM investments.holdings h JOIN people.investor_accounts a ON a.id = h.account_id
LEFT JOIN (
  SELECT s.account_id, sum(COALESCE((s.tiers -> 'capital' ->> 0)::numeric, 0) + COALESCE((
    SELECT sum((part ->> 1)::numeric) FROM jsonb_array_elements(s.components) part
    WHERE part ->> 0 = 'return_of_unused'), 0)) AS returned
  FROM investments.distributions d JOIN investments.distribution_shares s ON s.distribution_id = d.id
  WHERE d.firm_id = %(firm)s AND d.vehicle_id = %(vehicle)s AND d.state IN ('approved', 'posted')
  GROUP BY s.account_id
) mine ON mine.account_id = h.account_id
LEFT JOIN (
  SELECT j.holding_id, sum(j.amount) AS amount FROM investments.journals j
  JOIN investments.holdings w ON w.id = j.holding_id
  WHERE w.firm_id = %(firm)s AND w.vehicle_id = %(vehicle)s AND {told} GROUP BY j.holding_id
) told ON told.holding_id = h.id
WHERE h.firm_id = %(firm)s AND h.vehicle_id = %(vehicle)s AND h.first_on IS NOT NULL
ORDER BY rank
"""
# Where the agreement says so, what paid a call counts from the day the call was due, early or late as it came.
DRAWN = """
SELECT day.on, sum(j.amount) AS amount
FROM investments.journals j JOIN investments.holdings h ON h.id = j.holding_id
LEFT JOIN investments.call_payments p ON %(from_due)s AND p.receipt_id = j.batch_id AND p.undone_at IS NULL
  AND j.business_key = 'receipt:' || p.receipt_id || ':' || p.share_id
LEFT JOIN investments.call_shares s ON s.id = p.share_id
CROSS JOIN LATERAL (SELECT LEAST(COALESCE(s.due_on, j.effective_on), %(on)s::date) AS on) day
WHERE h.firm_id = %(firm)s AND h.vehicle_id = %(vehicle)s AND j.kind = 'contribution' AND {stands}
  AND h.account_id IS DISTINCT FROM %(carry)s AND j.effective_on <= %(on)s
GROUP BY day.on ORDER BY day.on
"""
TOLD_BY_DAY = """
SELECT j.effective_on,
  COALESCE(sum(j.amount) FILTER (WHERE j.kind NOT IN ('return_of_unused', 'clawback')), 0) AS shared,
  COALESCE(sum(j.amount) FILTER (WHERE j.kind = 'return_of_unused'), 0) AS unused,
  COALESCE(sum(j.amount) FILTER (WHERE j.kind = 'clawback' AND j.amount > 0), 0) AS back
FROM investments.journals j JOIN investments.holdings h ON h.id = j.holding_id
WHERE h.firm_id = %(firm)s AND h.vehicle_id = %(vehicle)s AND {told}
  AND (h.account_id IS DISTINCT FROM %(carry)s OR j.kind = 'carried_interest') AND j.effective_on <= %(on)s
GROUP BY j.effective_on ORDER BY j.effective_on
"""
OWN = """
SELECT d.pay_on, d.method, d.falls, COALESCE(sum(s.gross), 0) AS gross, COALESCE(sum((
    SELECT sum((part ->> 1)::numeric) FROM jsonb_array_elements(s.components) part
    WHERE part ->> 0 = 'return_of_unused')), 0) AS unused
FROM investments.distributions d LEFT JOIN investments.distribution_shares s
  ON s.distribution_id = d.id AND s.account_id IS DISTINCT FROM %(carry)s
WHERE d.firm_id = %(firm)s AND d.vehicle_id = %(vehicle)s AND d.state IN ('approved', 'posted') AND d.pay_on <= %(on)s
GROUP BY d.id ORDER BY d.pay_on, d.approved_at, d.number
"""


def get_ground(actor: Actor, vehicle_id: UUID, *, on: date) -> Ground:
    """Everything that a distribution of a vehicle on a day is worked out from; for staff who see all portfolios. Six
    statements, however many hold it."""
    require(actor, Permission.SEE_ALL_PORTFOLIOS)
    vehicle = get_vehicle(actor, vehicle_id)
    partners = _list_partners(actor, vehicle)
    by_deal = vehicle.terms.waterfall is Waterfall.DEAL_BY_DEAL
    rates = [
        Rate(each.residence, each.kind, each.source, each.rate, each.basis)
        for each in list_withholding_rates(actor, vehicle_id)
    ]
    return Ground(
        currency=vehicle.currency,
        terms=tier_terms(vehicle.terms),
        partners=partners,
        courses=_list_deal_courses(actor, vehicle, partners, on) if by_deal else {None: get_course(actor, vehicle, on)},
        rates=rates,
        carry_account=vehicle.terms.carry_account_id,
        escrow=vehicle.terms.escrow,
    )


def _list_partners(actor: Actor, vehicle: Vehicle) -> list[Partner]:
    kinds = [kind.value for kind in DISTRIBUTIONS]
    rows = db.fetch_all(PARTNERS.format(told=TOLD), firm=actor.firm_id, vehicle=vehicle.id, kinds=kinds)
    carry = vehicle.terms.carry_account_id
    return [
        Partner(
            row.account_id, row.rank, max(row.paid_in, Decimal(0)), row.commitment,
            row.returned + min(row.told, row.paid_in), row.account_id == carry, row.tax_residence,
            AccountKind(row.kind),
        )
        for row in rows
    ]  # fmt: skip


def get_course(actor: Actor, vehicle: Vehicle, on: date) -> Course:
    """All capital of a vehicle's partners that bear carry, and all that was paid out, to the day, as the whole vehicle
    sees it. What was recorded without tiers comes as one amount."""
    given = {"firm": actor.firm_id, "vehicle": vehicle.id, "carry": vehicle.terms.carry_account_id, "on": on}
    from_due = vehicle.terms.accrues_from is AccruesFrom.DUE
    rows = db.fetch_all(DRAWN.format(stands=STANDS), **given, from_due=from_due)
    drawn = [Drawn(row.on, row.amount) for row in rows]
    paid_out: list[PaidOut] = []
    paid_back: list[PaidBack] = []
    for row in db.fetch_all(TOLD_BY_DAY.format(told=TOLD), **given, kinds=[kind.value for kind in DISTRIBUTIONS]):
        paid_out += [*_unused(row.effective_on, row.unused), PaidOut(row.effective_on, row.shared)]
        paid_back += [PaidBack(row.effective_on, row.back)] if row.back else []
    for row in db.fetch_all(OWN, **given):
        paid_out += _unused(row.pay_on, row.unused)
        paid_out += [PaidOut(row.pay_on, Decimal(each["amount"]), thaw_paid(each["paid"])) for each in row.falls]
        if row.method in IN_PROPORTION:
            paid_out.append(PaidOut(row.pay_on, row.gross - row.unused))
    paid_out.sort(key=lambda each: each.on)
    return Course(vehicle.name, drawn, _as_whole(vehicle, drawn, paid_out, paid_back))


def _as_whole(
    vehicle: Vehicle, drawn: Sequence[Drawn], paid_out: list[PaidOut], paid_back: Sequence[PaidBack]
) -> list[PaidOut]:
    """What was paid out as the whole vehicle sees it, with what history has of carry paid back."""
    terms, by_deal = tier_terms(vehicle.terms), vehicle.terms.waterfall is Waterfall.DEAL_BY_DEAL
    found = take_as_whole(terms, drawn, paid_out) if by_deal else paid_out
    for back in paid_back:
        found = take_payback(terms, drawn, found, back, places=minor_places(vehicle.currency))
        found = take_as_whole(terms, drawn, found) if by_deal else found
    return found


def _unused(on: date, amount: Decimal) -> list[PaidOut]:
    """Capital that came back because it was not needed: capital, whatever is due."""
    return [PaidOut(on, amount, Paid(capital=Fraction(amount)))] if amount else []


def _list_deal_courses(
    actor: Actor, vehicle: Vehicle, partners: Sequence[Partner], on: date
) -> Mapping[UUID | None, Course]:
    """Each deal with what it cost those who bear carry, by their part of what was paid in, and what it paid before."""
    whole = sum((partner.paid_in for partner in partners), Decimal(0))
    charged = sum((partner.paid_in for partner in partners if not partner.carries), Decimal(0))
    part = Fraction(charged) / Fraction(whole) if whole else Fraction(1)
    given = {"firm": actor.firm_id, "vehicle": vehicle.id, "carry": vehicle.terms.carry_account_id, "on": on}
    falls = [(row.pay_on, each) for row in db.fetch_all(OWN, **given) for each in row.falls]
    return {
        deal.id: Course(
            deal.name,
            [Drawn(cost.on, Fraction(cost.amount) * part) for cost in deal.costs if cost.on <= on],
            [
                PaidOut(day, Decimal(fall["amount"]), thaw_paid(fall["paid"]))
                for day, fall in falls
                if fall["deal"] == str(deal.id)
            ],
        )
        for deal in list_deals(actor, vehicle.id)
    }
