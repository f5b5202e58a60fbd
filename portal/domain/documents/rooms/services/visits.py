"""That members were in a room, and whether they want to be told what is new."""

from __future__ import annotations

from uuid import UUID

from portal.domain.documents.rooms.queries.rooms import get_gate
from portal.domain.documents.rooms.rules import PAUSE
from portal.domain.identity.access.values import Actor
from portal.platform import clock
from portal.platform.db import execute, transactional
from portal.platform.tenancy import acting_as

VISIT = """
INSERT INTO documents.room_visits (room_id, user_id, firm_id, began_at, last_at)
VALUES (%(room)s, %(user)s, %(firm)s, %(now)s, %(now)s)
ON CONFLICT (room_id, user_id) DO UPDATE SET last_at = excluded.last_at,
  before_at = CASE WHEN room_visits.last_at < %(paused)s THEN room_visits.last_at ELSE room_visits.before_at END,
  began_at = CASE WHEN room_visits.last_at < %(paused)s THEN excluded.began_at ELSE room_visits.began_at END,
  visits = room_visits.visits + (room_visits.last_at < %(paused)s)::integer
"""
WANT = """
UPDATE documents.room_members SET wants_digest = %(wanted)s
WHERE firm_id = %(firm)s AND room_id = %(room)s AND user_id = %(user)s
"""


def note_visit(actor: Actor, room_id: UUID) -> None:
    """Note that a member is in a room; a pause of half an hour ends a visit. Nothing while staff view the portal as
    them. In a transaction of its own, after the page was made."""
    if actor.user_id is not None and not actor.read_only:
        with acting_as(Actor.system(actor.firm_id).tenancy):
            record_visit(actor, room_id)


@transactional
def record_visit(actor: Actor, room_id: UUID) -> None:
    """Record it."""
    now = clock.now()
    execute(VISIT, room=room_id, user=actor.user_id, firm=actor.firm_id, now=now, paused=now - PAUSE)


@transactional
def choose_digest(actor: Actor, room_id: UUID, *, wanted: bool) -> None:
    """Be told each morning by mail of what is new in a room, or not. NotFound."""
    get_gate(actor, room_id)
    execute(WANT, firm=actor.firm_id, room=room_id, user=actor.user_id, wanted=wanted)
