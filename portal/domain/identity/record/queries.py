"""Reading the record of acts, for those who may."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple
from uuid import UUID

from portal.domain.identity.access.policies import require
from portal.domain.identity.access.values import Actor, Permission
from portal.domain.identity.accounts.queries import find_user_names
from portal.domain.identity.record.values.events import Event, EventFilter, Sealing
from portal.platform import db
from portal.platform.errors import Forbidden, NotFound

SELECT = """
SELECT e.id, e.at, e.actor_id, a.name AS actor_name, e.on_behalf_of, b.name AS on_behalf_name, e.act, e.resource,
  e.result, e.address, e.agent, e.request_id, e.detail
FROM identity.audit_events e
LEFT JOIN identity.users a ON a.id = e.actor_id
LEFT JOIN identity.users b ON b.id = e.on_behalf_of
WHERE e.firm_id = %(firm)s
"""
# What narrows the list: the field of the filter, and the condition it makes.
CONDITIONS = {
    "actor_ids": "e.actor_id = ANY(%(actor_ids)s)",
    "act": "e.act = %(act)s",
    "result": "e.result = %(result)s",
    "since": "e.at >= %(since)s",
    "until": "e.at < %(until)s",
}
ONE_THING = "e.resource = %(resource)s"
ONE_KIND = "e.resource LIKE %(resource)s"
SEALING = """
SELECT b.number, b.sealed_at, open.waiting, open.oldest
FROM (SELECT count(*) AS waiting, min(e.at) AS oldest FROM identity.audit_events e
  WHERE e.firm_id = %(firm)s AND e.txid >= COALESCE((
      SELECT below_txid FROM identity.audit_seals WHERE firm_id = %(firm)s ORDER BY number DESC LIMIT 1), '0'::xid8)
    AND NOT EXISTS (SELECT FROM identity.audit_sealed s WHERE s.event_id = e.id)) open
LEFT JOIN LATERAL (
  SELECT number, sealed_at FROM identity.audit_seals WHERE firm_id = %(firm)s ORDER BY number DESC LIMIT 1) b ON true
"""
PROOF = """
SELECT s.number, b.sealed_at, encode(s.digest, 'hex') AS digest
FROM identity.audit_sealed s JOIN identity.audit_seals b ON b.firm_id = s.firm_id AND b.number = s.number
WHERE s.firm_id = %(firm)s AND s.event_id = %(id)s
"""
NEWEST = 2**63 - 1


class Proof(NamedTuple):
    """The block that seals an event, its moment, and the event's SHA-256 in hex."""

    number: int
    sealed_at: Any
    digest: str


def list_events(actor: Actor, criteria: EventFilter, *, before: int = NEWEST, most: int = 50) -> list[Event]:
    """Acts of the firm that fit, newest first, those with ids below `before`. Forbidden without SEE_AUDIT."""
    require(actor, Permission.SEE_AUDIT)
    given = {name: getattr(criteria, name) for name in CONDITIONS}
    conditions = [CONDITIONS[name] for name, value in given.items() if value is not None]
    if criteria.actor_ids is not None:
        given["actor_ids"] = list(criteria.actor_ids)
    if criteria.resource:
        whole = ":" in criteria.resource
        conditions.append(ONE_THING if whole else ONE_KIND)
        given["resource"] = criteria.resource if whole else f"{criteria.resource}:%"
    narrowed = " AND ".join(["", *conditions, "e.id < %(before)s"])
    statement = f"{SELECT}{narrowed} ORDER BY e.id DESC LIMIT %(most)s"
    rows = db.fetch_all(statement, firm=actor.firm_id, before=before, most=most, **given)
    return [Event(*row) for row in rows]


def get_event(actor: Actor, event_id: int) -> Event:
    """One act of the firm; NotFound, and Forbidden without SEE_AUDIT."""
    require(actor, Permission.SEE_AUDIT)
    row = db.fetch_one(f"{SELECT} AND e.id = %(id)s", firm=actor.firm_id, id=event_id)
    if row is None:
        raise NotFound
    return Event(*row)


def find_proof(actor: Actor, event_id: int) -> Proof | None:
    """The block that seals an act, or None while it waits for one."""
    require(actor, Permission.SEE_AUDIT)
    row = db.fetch_one(PROOF, firm=actor.firm_id, id=event_id)
    return None if row is None else Proof(*row)


def get_sealing(actor: Actor) -> Sealing:
    """How far the firm's record is sealed."""
    require(actor, Permission.SEE_AUDIT)
    row = db.fetch_one(SEALING, firm=actor.firm_id)
    assert row is not None
    return Sealing(row.number or 0, row.sealed_at, row.waiting, row.oldest)


def list_history(actor: Actor, *resources: str, most: int = 20) -> Sequence[Event]:
    """What was done to a thing, and to what it came of, newest first, for staff who may see it; Forbidden for anybody
    else."""
    if not actor.is_staff:
        raise Forbidden
    rows = db.fetch_all(
        f"{SELECT} AND e.resource = ANY(%(resources)s) ORDER BY e.id DESC LIMIT %(most)s",
        firm=actor.firm_id,
        resources=list(resources),
        most=most,
    )
    return [Event(*row) for row in rows]


def find_person_names(actor: Actor, user_ids: Sequence[UUID]) -> dict[UUID, str]:
    """The names of people of the firm, for those whose acts are read."""
    require(actor, Permission.SEE_AUDIT)
    return find_user_names(actor, user_ids)
