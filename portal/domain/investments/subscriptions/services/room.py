"""Room of an offering, taken and given back. Its row is held to the end of the operation, so that it comes last."""

from __future__ import annotations

from collections.abc import Collection
from decimal import Decimal

from portal.domain.identity.access.values import Actor
from portal.domain.investments.eligibility.queries import get_candidate
from portal.domain.investments.eligibility.rules import is_accredited
from portal.domain.investments.opportunities.queries.opportunities import get_opportunity
from portal.domain.investments.opportunities.services.places import give_place_back, take_place
from portal.domain.investments.opportunities.values.opportunities import OpportunityState
from portal.domain.investments.subscriptions.errors import FullySubscribed
from portal.domain.investments.subscriptions.models import SubscriptionRecord
from portal.domain.investments.subscriptions.values.forms import Setup
from portal.platform import clock
from portal.platform.db import session, transactional


@transactional
def take_room(
    actor: Actor, record: SubscriptionRecord, amount: Decimal, setup: Setup, *, when: Collection[OpportunityState]
) -> None:
    """Hold an amount of the offering for a subscription instead of what it holds, as long as the offering is in one of
    these states; NoRoom where there is less, FullySubscribed where as many accounts as may be have theirs, NotOpen."""
    if amount == record.reserved:
        return
    give_room_back(actor, record)
    accredited = is_accredited(get_candidate(actor, record.account_id).accreditation, today=clock.today())
    take_place(actor, record.opportunity_id, amount, accredited=accredited, when=when)
    if setup.places is not None and get_opportunity(actor, record.opportunity_id).capacity.places > setup.places:
        raise FullySubscribed
    record.reserved, record.accredited = amount, accredited
    session.flush()


@transactional
def give_room_back(actor: Actor, record: SubscriptionRecord) -> None:
    """Give back what a subscription holds; nothing where it holds nothing."""
    if record.reserved:
        give_place_back(actor, record.opportunity_id, record.reserved, accredited=record.accredited)
        record.reserved = Decimal(0)
