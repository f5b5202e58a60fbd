"""What waits for an offering, and what each would get."""

from __future__ import annotations

from uuid import UUID

from portal.domain.identity.access.policies import require
from portal.domain.identity.access.values import Actor, Permission
from portal.domain.investments.opportunities.queries.opportunities import get_opportunity
from portal.domain.investments.subscriptions.queries.offers import get_setup
from portal.domain.investments.subscriptions.queries.subscriptions import list_requested
from portal.domain.investments.subscriptions.rules.allocating import allot, digest_requests
from portal.domain.investments.subscriptions.values.allocations import Allotting, Room
from portal.platform.money import minor_places


def get_allotting(actor: Actor, opportunity_id: UUID) -> Allotting:
    """What waits for a decision, the room there is for it (what those who wait hold counts as free to them), and what
    each would get by the rule of the offering; for staff. NotFound, NotOffered."""
    require(actor, Permission.SEE_ALL_PORTFOLIOS)
    opportunity, setup = get_opportunity(actor, opportunity_id), get_setup(actor, opportunity_id)
    requests = list_requested(actor, opportunity_id)
    taken = opportunity.capacity.taken - sum(each.reserved for each in requests)
    seated = opportunity.capacity.places - sum(each.reserved > 0 for each in requests)
    room = Room(
        None if opportunity.cap is None else max(opportunity.cap - taken, taken * 0),
        None if setup.places is None else max(setup.places - seated, 0),
        opportunity.minimum,
        minor_places(opportunity.currency),
    )
    digest = digest_requests(requests, room, setup.allocation)
    return Allotting(tuple(requests), room, tuple(allot(requests, room, setup.allocation)), digest)
