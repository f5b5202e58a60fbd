"""Reading subscriptions: investors those of the accounts they act for, staff what was submitted to the firm."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from portal.domain.identity.access.policies import can
from portal.domain.identity.access.values import Actor, Permission
from portal.domain.investments.subscriptions.values.allocations import Requested
from portal.domain.investments.subscriptions.values.subscriptions import (
    Act,
    Draft,
    Subscription,
    SubscriptionEvent,
    SubscriptionRow,
    SubscriptionState,
)
from portal.platform import db
from portal.platform.errors import NotFound

COLUMNS = """
SELECT s.id, s.opportunity_id, s.close_id, s.account_id, a.name AS account, s.vehicle_id, s.currency, s.state, s.amount,
  s.answers, s.agreed, s.has_read, s.form_version, s.accepted, s.comment, s.envelope_id, s.submitted_by, s.submitted_at,
  s.decided_at, s.confirmed_on, s.created_at
FROM investments.subscriptions s JOIN people.investor_accounts a ON a.id = s.account_id
WHERE {visible} AND s.id = %(id)s
"""
ROWS = """
SELECT s.id, s.opportunity_id, COALESCE(o.name, '') AS opportunity, a.name AS account, s.currency, s.state, s.amount,
  s.accepted, s.created_at AS at
FROM investments.subscriptions s JOIN people.investor_accounts a ON a.id = s.account_id
LEFT JOIN investments.opportunities o ON o.id = s.opportunity_id
WHERE {visible} AND (%(at)s::timestamptz IS NULL OR (s.created_at, s.id) < (%(at)s, %(id)s::uuid))
  AND (%(states)s::text[] IS NULL OR s.state = ANY(%(states)s))
  AND (%(opportunity)s::uuid IS NULL OR s.opportunity_id = %(opportunity)s)
ORDER BY s.created_at DESC, s.id DESC LIMIT %(most)s
"""
COUNTS = """
SELECT s.state, count(*) AS found FROM investments.subscriptions s
WHERE {visible} AND (%(opportunity)s::uuid IS NULL OR s.opportunity_id = %(opportunity)s) GROUP BY s.state
"""
EVENTS = """
SELECT e.act, e.at, COALESCE(u.name, '') AS name, e.note, e.amount FROM investments.subscription_events e
LEFT JOIN identity.users u ON u.id = e.actor_id
WHERE e.firm_id = %(firm)s AND e.subscription_id = %(id)s ORDER BY e.id
"""
REQUESTED = """
SELECT s.id, s.amount, row_number() OVER (ORDER BY s.submitted_at, s.id) AS rank, a.name AS account, s.reserved
FROM investments.subscriptions s JOIN people.investor_accounts a ON a.id = s.account_id
WHERE s.firm_id = %(firm)s AND s.opportunity_id = %(opportunity)s AND s.state = 'submitted'
ORDER BY s.submitted_at, s.id
"""
UNDER_WAY = """
SELECT id FROM investments.subscriptions WHERE firm_id = %(firm)s AND opportunity_id = %(opportunity)s
  AND account_id = %(account)s AND state IN ('draft', 'submitted', 'sent_back', 'accepted', 'signed')
"""
BY_ENVELOPE = "SELECT id FROM investments.subscriptions WHERE firm_id = %(firm)s AND envelope_id = %(envelope)s"
Place = tuple[datetime, UUID]


def visible_subscriptions(actor: Actor) -> str:
    """The condition that leaves the subscriptions (alias `s`) that the actor may see: staff those that were submitted
    once, others those of the accounts they act for."""
    if actor.user_id is None:
        return "s.firm_id = %(firm)s"
    if actor.is_staff and can(actor, Permission.SEE_ALL_PORTFOLIOS):
        return "s.firm_id = %(firm)s AND s.submitted_at IS NOT NULL"
    return "s.firm_id = %(firm)s AND s.account_id = ANY ((SELECT people.my_accounts_for('members'))::uuid[])"


def get_subscription(actor: Actor, subscription_id: UUID) -> Subscription:
    """One subscription that the actor may see; NotFound."""
    row = db.fetch_one(COLUMNS.format(visible=visible_subscriptions(actor)), firm=actor.firm_id, id=subscription_id)
    if row is None:
        raise NotFound
    return Subscription(
        row.id, row.opportunity_id, row.close_id, row.account_id, row.account, row.vehicle_id, row.currency,
        SubscriptionState(row.state), Draft(row.amount, row.answers, frozenset(row.agreed), row.has_read),
        row.form_version, row.accepted, row.comment, row.envelope_id, row.submitted_by, row.submitted_at,
        row.decided_at, row.confirmed_on, row.created_at,
    )  # fmt: skip


def list_subscriptions(
    actor: Actor,
    *,
    before: Place | None = None,
    most: int,
    states: Sequence[SubscriptionState] = (),
    opportunity_id: UUID | None = None,
) -> list[SubscriptionRow]:
    """The subscriptions that the actor may see, latest first, those before the (time, id) pair, narrowed to states and
    an offering."""
    rows = db.fetch_all(
        ROWS.format(visible=visible_subscriptions(actor)),
        firm=actor.firm_id,
        at=before and before[0],
        id=before and before[1],
        most=most,
        states=[each.value for each in states] or None,
        opportunity=opportunity_id,
    )
    return [
        SubscriptionRow(
            row.id, row.opportunity_id, row.opportunity, row.account, row.currency, SubscriptionState(row.state),
            row.amount, row.accepted, row.at,
        )
        for row in rows
    ]  # fmt: skip


def count_subscriptions(actor: Actor, opportunity_id: UUID | None = None) -> dict[SubscriptionState, int]:
    """How many of the subscriptions that the actor may see stand where."""
    statement = COUNTS.format(visible=visible_subscriptions(actor))
    rows = db.fetch_all(statement, firm=actor.firm_id, opportunity=opportunity_id)
    return {SubscriptionState(row.state): row.found for row in rows}


def list_history(actor: Actor, subscription_id: UUID) -> list[SubscriptionEvent]:
    """What happened to a subscription that the actor may see, in order; NotFound. Investors are not told which of the
    staff it was."""
    get_subscription(actor, subscription_id)
    rows = db.fetch_all(EVENTS, firm=actor.firm_id, id=subscription_id)
    return [SubscriptionEvent(Act(row.act), row.at, row.name, row.note, row.amount) for row in rows]


def list_requested(actor: Actor, opportunity_id: UUID) -> list[Requested]:
    """What was submitted for an offering and waits for a decision, in the order in which it came; for staff."""
    rows = db.fetch_all(REQUESTED, firm=actor.firm_id, opportunity=opportunity_id)
    return [Requested(row.id, row.amount, row.rank, row.account, row.reserved) for row in rows]


def find_under_way(actor: Actor, opportunity_id: UUID, account_id: UUID) -> UUID | None:
    """The subscription of an account to an offering that is under way, or None."""
    found: UUID | None = db.fetch_value(UNDER_WAY, firm=actor.firm_id, opportunity=opportunity_id, account=account_id)
    return found


def find_by_envelope(actor: Actor, envelope_id: UUID) -> UUID | None:
    """The subscription whose agreement is signed in an envelope, or None; for the firm's machinery."""
    found: UUID | None = db.fetch_value(BY_ENVELOPE, firm=actor.firm_id, envelope=envelope_id)
    return found
