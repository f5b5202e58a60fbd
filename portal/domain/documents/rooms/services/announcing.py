"""Telling members of their rooms: that they are invited, and each morning what is new."""

from __future__ import annotations

from uuid import UUID

from portal.domain.documents.rooms.queries.news import list_unannounced, list_wanting_digest
from portal.domain.documents.rooms.rules import next_digest
from portal.domain.identity.access.values import Actor
from portal.platform import clock
from portal.platform.db import execute, transactional
from portal.platform.outbox import enqueue_many

TOLD = """
UPDATE documents.room_members SET told_until = %(now)s
WHERE firm_id = %(firm)s AND room_id = %(room)s AND user_id = ANY(%(users)s)
"""


@transactional
def announce_room(actor: Actor, room_id: UUID) -> None:
    """Write to every member of an open room who was not written to since they were let in."""
    works: list[tuple[dict[str, str], str | None]] = [
        ({"room_id": str(room_id), "user_id": str(user)}, f"{room_id}:{user}:{added.isoformat()}")
        for user, added in list_unannounced(actor, room_id)
    ]
    enqueue_many("rooms.invite", works)


@transactional
def plan_digest(room_id: UUID) -> None:
    """Have members told on the next morning of what came into the room; once a morning."""
    due = next_digest(clock.now())
    enqueue_many("rooms.digest", [({"room_id": str(room_id)}, f"{room_id}:{due.date()}")], due_at=due)


@transactional
def plan_questions_digest(room_id: UUID) -> None:
    """Have staff told on the next morning of the questions that wait; once a morning."""
    due = next_digest(clock.now())
    enqueue_many("rooms.digest_questions", [({"room_id": str(room_id)}, f"{room_id}:{due.date()}")], due_at=due)


@transactional
def start_digest(actor: Actor, room_id: UUID) -> None:
    """Have each member who wants it written to, of what came since they were told the last time."""
    now = clock.now()
    members = list_wanting_digest(actor, room_id)
    works: list[tuple[dict[str, str], str | None]] = [
        (
            {"room_id": str(room_id), "user_id": str(user), "since": since.isoformat()},
            f"{room_id}:{user}:{now.date()}",
        )
        for user, since in members
    ]
    enqueue_many("rooms.post_digest", works)
    execute(TOLD, firm=actor.firm_id, room=room_id, users=[user for user, _ in members], now=now)
