"""Reading who read what in a room, and how long on which page; staff's alone."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from portal.domain.documents.rooms.queries.contents import list_index
from portal.domain.documents.rooms.queries.rooms import get_room
from portal.domain.documents.rooms.values.activity import PageActivity, ReaderActivity
from portal.domain.documents.rooms.values.contents import IndexLine
from portal.domain.identity.access.values import Actor
from portal.platform import db

OF_MEMBERS = """
FROM documents.reads r
JOIN documents.room_members m ON m.room_id = %(room)s AND m.user_id = r.user_id
JOIN identity.users u ON u.id = r.user_id
"""
HERE = "WHERE r.firm_id = %(firm)s AND r.document_id = ANY(%(documents)s)"
READERS = f"""
SELECT r.user_id, u.name, r.document_id, count(DISTINCT p.page) AS pages, COALESCE(sum(p.seconds), 0) AS seconds,
  bool_or(r.way <> 'viewed') AS taken, max(r.last_at) AS last_at
{OF_MEMBERS} LEFT JOIN documents.page_views p ON p.read_id = r.id
{HERE} GROUP BY r.user_id, u.name, r.document_id ORDER BY max(r.last_at) DESC, r.user_id, r.document_id
"""
PAGES = f"""
SELECT u.name, r.document_id, v.number AS version, p.page, sum(p.times) AS times, sum(p.seconds) AS seconds,
  max(p.last_at) AS last_at
{OF_MEMBERS} JOIN documents.versions v ON v.id = r.version_id JOIN documents.page_views p ON p.read_id = r.id
{HERE} GROUP BY r.user_id, u.name, r.document_id, v.number, p.page
ORDER BY u.name, r.user_id, r.document_id, v.number, p.page
"""


def list_reader_activity(actor: Actor, room_id: UUID) -> Sequence[ReaderActivity]:
    """What members did with each document that lies in a room now, the latest first. NotFound."""
    lines = _documents_of(actor, room_id)
    rows = db.fetch_all(READERS, firm=actor.firm_id, room=room_id, documents=list(lines))
    return [
        ReaderActivity(
            row.user_id,
            row.name,
            lines[row.document_id].number,
            lines[row.document_id].name,
            row.pages,
            int(row.seconds),
            row.taken,
            row.last_at,
        )
        for row in rows
    ]


def list_page_activity(actor: Actor, room_id: UUID) -> Sequence[PageActivity]:
    """The same page by page, by reader. NotFound."""
    lines = _documents_of(actor, room_id)
    rows = db.fetch_all(PAGES, firm=actor.firm_id, room=room_id, documents=list(lines))
    return [
        PageActivity(
            row.name,
            lines[row.document_id].number,
            lines[row.document_id].name,
            row.version,
            row.page,
            int(row.times),
            int(row.seconds),
            row.last_at,
        )
        for row in rows
    ]


def _documents_of(actor: Actor, room_id: UUID) -> dict[UUID, IndexLine]:
    get_room(actor, room_id)  # staff's alone
    return {line.document_id: line for line in list_index(actor, room_id) if line.document_id}
