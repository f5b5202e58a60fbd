"""Whom to write about rooms, and what."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from portal.domain.documents.rooms.rules import index_number
from portal.domain.documents.rooms.values.contents import News
from portal.domain.documents.rooms.values.rooms import RoomMail
from portal.domain.identity.access.values import PERMISSIONS, Actor, Permission
from portal.domain.identity.emails.values import email_of
from portal.platform import db

MEMBERS = """
SELECT m.user_id, {moment} FROM documents.room_members m
JOIN documents.rooms r ON r.id = m.room_id AND r.state = 'open'
LEFT JOIN documents.room_visits v ON v.room_id = m.room_id AND v.user_id = m.user_id
WHERE m.firm_id = %(firm)s AND m.room_id = %(room)s AND m.removed_at IS NULL {narrowed} ORDER BY m.user_id
"""
ADDRESSEE = """
SELECT u.id AS user_id, u.name, u.email_sealed, k.wrapped, f.name AS firm, r.name AS room,
  m.inviter
FROM documents.rooms r
JOIN documents.rooms_of(%(user)s) mine ON mine.room_id = r.id
JOIN documents.room_members m ON m.room_id = r.id AND m.user_id = %(user)s
JOIN identity.users u ON u.id = m.user_id AND u.active
JOIN identity.subject_keys k ON k.subject_id = u.id
JOIN identity.firms f ON f.id = r.firm_id
WHERE r.firm_id = %(firm)s AND r.id = %(room)s
"""
WANTING = " AND m.wants_digest AND (SELECT entered FROM documents.rooms_of(%(user)s) o WHERE o.room_id = r.id)"
# As a member would be shown it: published in a folder of theirs, in a room that they have entered.
NEW_DOCUMENTS = """
WITH RECURSIVE numbered AS (
  SELECT d.id, d.title, i.folder_id, ARRAY[i.number] AS path
  FROM documents.room_items i JOIN documents.documents d ON d.id = i.document_id
  JOIN documents.room_folders_of(%(user)s) mine ON mine.folder_id = d.folder_id
  WHERE i.firm_id = %(firm)s AND i.room_id = %(room)s AND d.audience = 'room' AND d.state = 'published'
    AND COALESCE(d.expires_at, 'infinity') > now() AND d.published_at > %(since)s
  UNION ALL
  SELECT n.id, n.title, i.folder_id, i.number || n.path FROM numbered n JOIN documents.room_items i
  ON i.child_id = n.folder_id)
SELECT DISTINCT ON (id) path, title FROM numbered ORDER BY id, cardinality(path) DESC
"""
NEW_ANSWERS = """
SELECT count(*) FROM documents.room_answers a JOIN documents.room_questions q ON q.id = a.question_id
WHERE a.firm_id = %(firm)s AND a.room_id = %(room)s AND a.answered_at > %(since)s AND q.asked_by <> %(user)s
  AND a.room_id IN (SELECT o.room_id FROM documents.rooms_of(%(user)s) o WHERE o.entered)
  AND CASE a.audience WHEN 'everybody' THEN true WHEN 'group' THEN a.group_id IN (
    SELECT p.group_id FROM documents.room_placements p WHERE p.user_id = %(user)s) ELSE false END
  AND COALESCE((SELECT d.folder_id IN (SELECT f.folder_id FROM documents.room_folders_of(%(user)s) f)
    AND d.state = 'published' FROM documents.documents d WHERE d.id = a.document_id), a.document_id IS NULL)
"""
ANSWERING = """
SELECT DISTINCT u.id FROM identity.users u JOIN identity.role_grants g ON g.user_id = u.id
WHERE u.firm_id = %(firm)s AND u.active AND g.role = ANY(%(roles)s) ORDER BY u.id
"""
STAFF = """
SELECT u.id AS user_id, u.name, u.email_sealed, k.wrapped, f.name AS firm, r.name AS room, '' AS inviter
FROM documents.rooms r JOIN identity.firms f ON f.id = r.firm_id
JOIN identity.users u ON u.firm_id = r.firm_id AND u.id = %(user)s AND u.active
JOIN identity.subject_keys k ON k.subject_id = u.id
WHERE r.firm_id = %(firm)s AND r.id = %(room)s
"""
WAITING = """
SELECT count(*) FROM documents.room_questions
WHERE firm_id = %(firm)s AND room_id = %(room)s AND state = 'open'
"""


def list_unannounced(actor: Actor, room_id: UUID) -> Sequence[tuple[UUID, datetime]]:
    """The members of an open room, each with when they were let in."""
    statement = MEMBERS.format(moment="m.added_at", narrowed="")
    return [(row[0], row[1]) for row in db.fetch_all(statement, firm=actor.firm_id, room=room_id)]


def list_wanting_digest(actor: Actor, room_id: UUID) -> Sequence[tuple[UUID, datetime]]:
    """The members of an open room who want to be told what is new, each with since when: they were told, or were
    there."""
    statement = MEMBERS.format(
        moment="GREATEST(m.told_until, COALESCE(v.last_at, m.told_until))", narrowed="AND m.wants_digest"
    )
    return [(row[0], row[1]) for row in db.fetch_all(statement, firm=actor.firm_id, room=room_id)]


def find_room_mail(actor: Actor, room_id: UUID, user_id: UUID, *, wanting: bool = False) -> RoomMail | None:
    """How to write to a member about a room that they may come to; None where they may not, or did not come yet. With
    `wanting` only to those who have entered and want to be told what is new."""
    statement = ADDRESSEE + (WANTING if wanting else "")
    row = db.fetch_one(statement, firm=actor.firm_id, room=room_id, user=user_id)
    return None if row is None else RoomMail(row.name, email_of(row), row.firm, row.room, row.inviter)


def find_news(actor: Actor, room_id: UUID, user_id: UUID, since: datetime) -> News:
    """What came into a room since a moment for one member: nothing for who may not come or has not signed."""
    asked = {"firm": actor.firm_id, "room": room_id, "user": user_id, "since": since}
    documents = sorted((tuple(row.path), row.title) for row in db.fetch_all(NEW_DOCUMENTS, **asked))
    return News(
        tuple((index_number(path), title) for path, title in documents),
        int(db.fetch_value(NEW_ANSWERS, **asked)),
    )


def list_answering_staff(actor: Actor) -> Sequence[UUID]:
    """Who of the staff answers questions."""
    roles = [role.value for role, allowed in PERMISSIONS.items() if Permission.PUBLISH_DOCUMENTS in allowed]
    return [row.id for row in db.fetch_all(ANSWERING, firm=actor.firm_id, roles=roles)]


def find_staff_mail(actor: Actor, room_id: UUID, user_id: UUID) -> RoomMail | None:
    """How to write to somebody of the staff about a room; None where they left."""
    row = db.fetch_one(STAFF, firm=actor.firm_id, room=room_id, user=user_id)
    return None if row is None else RoomMail(row.name, email_of(row), row.firm, row.room, row.inviter)


def count_waiting_questions(actor: Actor, room_id: UUID) -> int:
    """How many questions of a room wait for an answer."""
    return int(db.fetch_value(WAITING, firm=actor.firm_id, room=room_id))


def find_asker(actor: Actor, question_id: UUID) -> tuple[UUID, UUID] | None:
    """The room of a question, and who asked it; or None."""
    row = db.fetch_one(
        "SELECT room_id, asked_by FROM documents.room_questions WHERE firm_id = %(firm)s AND id = %(id)s",
        firm=actor.firm_id,
        id=question_id,
    )
    return None if row is None else (row.room_id, row.asked_by)
