"""What-if waterfalls: worked out and shown, never kept."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from uuid import UUID

from portal.domain.identity.access.policies import require
from portal.domain.identity.access.values import Actor, Permission
from portal.domain.investments.distributions.queries.books import get_course
from portal.domain.investments.distributions.rules.clawbacks import judge_clawback
from portal.domain.investments.distributions.rules.planning import tier_terms
from portal.domain.investments.distributions.rules.trying import try_waterfall
from portal.domain.investments.distributions.values.distributions import Trial
from portal.domain.investments.distributions.values.waterfalls import Drawn, PaidOut, WaterfallTerms
from portal.domain.investments.vehicles.queries import get_vehicle
from portal.platform.money import minor_places


def get_starting_point(
    actor: Actor, vehicle_id: UUID, *, on: date
) -> tuple[WaterfallTerms, Sequence[Drawn], Sequence[PaidOut]]:
    """What a trial for a vehicle begins with: its terms, the capital drawn and what was paid out to the day; for staff
    who see all portfolios."""
    require(actor, Permission.SEE_ALL_PORTFOLIOS)
    vehicle = get_vehicle(actor, vehicle_id)
    course = get_course(actor, vehicle, on)
    return tier_terms(vehicle.terms), course.drawn, course.paid_out


def get_trial(
    terms: WaterfallTerms,
    drawn: Sequence[Drawn],
    payments: Sequence[PaidOut],
    *,
    value_left: Decimal = Decimal(0),
    currency: str,
) -> Trial:
    """What these amounts and dates would come to, payment by payment, and whether carry would have to come back if all
    ended with `value_left` on the last day."""
    places = minor_places(currency)
    falls, kept = try_waterfall(terms, drawn, payments, places=places)
    last = max((*(each.on for each in drawn), *(each.on for each in payments)), default=date.min)
    clawback = judge_clawback(terms, drawn, kept, on=last, value_left=value_left, places=places)
    return Trial(tuple(falls), clawback, last)
