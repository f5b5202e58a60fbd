"""Subscriptions held while something happens to them: one thing at a time, each noted in their history."""

from __future__ import annotations

from decimal import Decimal
from uuid import UUID

from portal.domain.identity.access.values import Actor
from portal.domain.investments.subscriptions.models import EventRecord, SubscriptionRecord
from portal.domain.investments.subscriptions.rules.progress import move
from portal.domain.investments.subscriptions.values.subscriptions import Act, SubscriptionState
from portal.platform.db import session, transactional
from portal.platform.errors import NotFound


@transactional
def hold_subscription(actor: Actor, subscription_id: UUID) -> SubscriptionRecord:
    """The subscription as it stands now that others have done with it; nobody else changes it in this operation.
    NotFound."""
    record = session.get(SubscriptionRecord, subscription_id, with_for_update=True, populate_existing=True)
    if record is None or record.firm_id != actor.firm_id:
        raise NotFound
    return record


@transactional
def move_subscription(
    actor: Actor, record: SubscriptionRecord, act: Act, *, note: str = "", amount: Decimal | None = None
) -> None:
    """Let an act happen to a held subscription: its state, and a line in its history. NotNow."""
    if act is not Act.BEGIN:
        record.state = move(SubscriptionState(record.state), act).value
    session.flush()
    event = EventRecord(
        firm_id=record.firm_id,
        subscription_id=record.id,
        account_id=record.account_id,
        act=act.value,
        actor_id=actor.user_id,
        note=note,
        amount=amount,
    )
    session.add(event)
    session.flush()
