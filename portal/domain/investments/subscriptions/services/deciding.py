"""What the firm decides: sent back, declined, accepted in full or in part, taken back."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from uuid import UUID

from portal.domain.documents.signing.services.sending import take_back
from portal.domain.identity.access.policies import require
from portal.domain.identity.access.values import Actor, Permission
from portal.domain.identity.audit.services import record_act
from portal.domain.investments.opportunities.queries.opportunities import list_reasons
from portal.domain.investments.opportunities.values.opportunities import OpportunityState
from portal.domain.investments.subscriptions.errors import NoCountersigner, NotEligible, NotNow, PreviewChanged
from portal.domain.investments.subscriptions.models import SubscriptionRecord
from portal.domain.investments.subscriptions.queries.allotments import get_allotting
from portal.domain.investments.subscriptions.queries.offers import get_setup
from portal.domain.investments.subscriptions.queries.subscriptions import get_subscription
from portal.domain.investments.subscriptions.rules.allocating import check_by_hand
from portal.domain.investments.subscriptions.services.keeping import hold_subscription, move_subscription
from portal.domain.investments.subscriptions.services.room import give_room_back, take_room
from portal.domain.investments.subscriptions.values.forms import Setup
from portal.domain.investments.subscriptions.values.subscriptions import LONGEST_NOTE, Act, SubscriptionState
from portal.platform import clock
from portal.platform.db import transactional
from portal.platform.errors import Invalid
from portal.platform.money import minor_places
from portal.platform.outbox import enqueue

DECIDED_IN = (OpportunityState.OPEN, OpportunityState.CLOSED)  # who gets how much is often decided once it is closed


@transactional
def send_subscription_back(actor: Actor, subscription_id: UUID, *, comment: str) -> None:
    """Send a subscription back to be mended: who submitted it is written to and reads why. What it held is given back.
    NotFound, NotNow, Invalid without a comment."""
    require(actor, Permission.EDIT_OFFERINGS)
    record = _hold(actor, subscription_id)
    record.comment = _noted("comment", comment)
    give_room_back(actor, record)
    move_subscription(actor, record, Act.SEND_BACK, note=record.comment)
    enqueue("subscriptions.tell", once=f"{record.id}:{clock.now().isoformat()}", subscription_id=str(record.id))
    record_act(actor.user_id, "subscription.send_back", f"subscription:{subscription_id}")


@transactional
def decline_subscription(actor: Actor, subscription_id: UUID, *, reason: str) -> None:
    """Decline a subscription; who submitted it is written to and reads why. NotFound, NotNow, Invalid."""
    require(actor, Permission.APPROVE_OFFERINGS)
    record = _hold(actor, subscription_id)
    record.comment, record.decided_at = _noted("reason", reason), clock.now()
    give_room_back(actor, record)
    move_subscription(actor, record, Act.DECLINE, note=record.comment)
    enqueue("subscriptions.tell", once=f"{record.id}:declined", subscription_id=str(record.id))
    record_act(actor.user_id, "subscription.decline", f"subscription:{subscription_id}")


@transactional
def accept_subscription(actor: Actor, subscription_id: UUID, amount: Decimal) -> None:
    """Accept a subscription for all that was asked for or less; the agreement is made and sent to be signed. NotFound,
    NotNow, FullySubscribed, NoCountersigner, Invalid for an amount that cannot be."""
    require(actor, Permission.APPROVE_OFFERINGS)
    record = _hold(actor, subscription_id)
    if record.state != SubscriptionState.SUBMITTED or record.amount is None:
        raise NotNow
    if not 0 < amount <= record.amount or amount != round(amount, minor_places(record.currency)):
        raise Invalid(fields={"amount": f"Enter an amount above 0, and at most {record.amount.normalize():,f}."})
    _accept(actor, record, amount, get_setup(actor, record.opportunity_id))


@transactional
def accept_allotments(actor: Actor, opportunity_id: UUID, given: Mapping[UUID, Decimal], *, digest: str) -> int:
    """Accept what waits for an offering, each for the amount given by its id, in one act; those given nothing go on
    waiting. How many were accepted. `digest` is that of the preview: PreviewChanged where something else waits now.
    Invalid with a message by the id of each amount that cannot be."""
    require(actor, Permission.APPROVE_OFFERINGS)
    setup = get_setup(actor, opportunity_id)
    allotting = get_allotting(actor, opportunity_id)
    if allotting.digest != digest:
        raise PreviewChanged
    made = check_by_hand(allotting.requests, given, allotting.room)
    accepted = [each for each in made if each.given > 0]
    held = [(_hold(actor, each.id), each.given) for each in sorted(accepted, key=lambda one: one.id)]
    for record, amount in held:  # all of them first: the row of the offering is held to the end
        _accept(actor, record, amount, setup)
    record_act(actor.user_id, "subscription.allot", f"opportunity:{opportunity_id}", accepted=len(accepted))
    return len(accepted)


@transactional
def cancel_subscription(actor: Actor, subscription_id: UUID, *, reason: str) -> None:
    """Take back a subscription that was accepted and is not confirmed: nobody signs its agreement any more. NotFound,
    NotNow, Invalid without a reason."""
    require(actor, Permission.APPROVE_OFFERINGS)
    record = _hold(actor, subscription_id)
    record.comment, record.decided_at = _noted("reason", reason), clock.now()
    give_room_back(actor, record)
    move_subscription(actor, record, Act.CANCEL, note=record.comment)
    if record.envelope_id is not None:
        take_back(Actor.system(actor.firm_id), record.envelope_id, reason=record.comment)
    record_act(actor.user_id, "subscription.cancel", f"subscription:{subscription_id}")


def _hold(actor: Actor, subscription_id: UUID) -> SubscriptionRecord:
    """A subscription that the actor sees, held."""
    get_subscription(actor, subscription_id)
    return hold_subscription(actor, subscription_id)


def _accept(actor: Actor, record: SubscriptionRecord, amount: Decimal, setup: Setup) -> None:
    if record.state != SubscriptionState.SUBMITTED:
        raise NotNow
    if setup.countersigner_id is None:
        raise NoCountersigner
    if reasons := list_reasons(actor, record.opportunity_id, record.account_id, record.amount):
        raise NotEligible(f"{reasons[0].because} {reasons[0].fix}")
    take_room(actor, record, amount, setup, when=DECIDED_IN)
    record.accepted, record.decided_at = amount, clock.now()
    move_subscription(actor, record, Act.ACCEPT, amount=amount)
    enqueue("subscriptions.agree", once=str(record.id), subscription_id=str(record.id))
    record_act(actor.user_id, "subscription.accept", f"subscription:{record.id}", amount=str(amount))


def _noted(field: str, text: str) -> str:
    if not 0 < len(text.strip()) <= LONGEST_NOTE:
        raise Invalid(fields={field: f"Say why in at most {LONGEST_NOTE:,} characters; the investor reads it."})
    return text.strip()
