"""Places in an opportunity: as many as its cap allows, however many come at once."""

from __future__ import annotations

from collections.abc import Collection
from decimal import Decimal
from uuid import UUID

from portal.domain.identity.access.values import Actor
from portal.domain.investments.eligibility.values import MOST_NON_ACCREDITED
from portal.domain.investments.opportunities.errors import NoRoom, NotOpen
from portal.domain.investments.opportunities.queries.opportunities import get_opportunity
from portal.domain.investments.opportunities.rules.offering import counts_against_limit
from portal.domain.investments.opportunities.values.opportunities import OpportunityState
from portal.platform.db import execute, transactional

OPEN = OpportunityState.OPEN
# A row that somebody else holds is waited for, and judged by what they made of it.
TAKE = """
UPDATE investments.opportunity_capacities c SET taken = c.taken + %(amount)s, places = c.places + 1,
  non_accredited = c.non_accredited + %(non_accredited)s
FROM investments.opportunities o
WHERE o.id = c.opportunity_id AND c.firm_id = %(firm)s AND c.opportunity_id = %(id)s AND o.state = ANY(%(states)s)
  AND c.taken + %(amount)s <= COALESCE(o.cap, 'infinity') AND c.non_accredited + %(non_accredited)s <= %(most)s
"""
GIVE_BACK = """
UPDATE investments.opportunity_capacities SET taken = taken - %(amount)s, places = places - 1,
  non_accredited = non_accredited - %(non_accredited)s
WHERE firm_id = %(firm)s AND opportunity_id = %(id)s
"""


@transactional
def take_place(
    actor: Actor,
    opportunity_id: UUID,
    amount: Decimal,
    *,
    accredited: bool,
    when: Collection[OpportunityState] = (OPEN,),
) -> None:
    """Take `amount` of an opportunity, in the tenancy of staff or of the firm, and hold its row to the end of the
    transaction; open ones alone, unless `when` names states besides. Under rule 506(b) one who is not `accredited`
    takes one of 35 places. NotFound, NotOpen, NoRoom."""
    opportunity = get_opportunity(actor, opportunity_id)
    if opportunity.state not in when:
        raise NotOpen
    counts = counts_against_limit(opportunity.exemption, accredited=accredited)
    asked = _asked(actor, opportunity_id, amount, counts=counts)
    if not execute(TAKE, **asked, most=MOST_NON_ACCREDITED, states=[each.value for each in when]):
        raise NoRoom


@transactional
def give_place_back(actor: Actor, opportunity_id: UUID, amount: Decimal, *, accredited: bool) -> None:
    """Undo `take_place` with the same values, whatever the opportunity's state is by now. NotFound."""
    opportunity = get_opportunity(actor, opportunity_id)
    counts = counts_against_limit(opportunity.exemption, accredited=accredited)
    execute(GIVE_BACK, **_asked(actor, opportunity_id, amount, counts=counts))


def _asked(actor: Actor, opportunity_id: UUID, amount: Decimal, *, counts: bool) -> dict[str, object]:
    return {"firm": actor.firm_id, "id": opportunity_id, "amount": amount, "non_accredited": int(counts)}
