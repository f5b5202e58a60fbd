"""Reading what lies in rooms, in the order of the index."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from portal.domain.documents.library.queries.documents import FOUND
from portal.domain.documents.library.queries.visibility import (
    IN_FORCE,
    visible_as_view_only,
    visible_documents,
    visible_parameters,
)
from portal.domain.documents.reading.values.archives import Filed
from portal.domain.documents.rooms.policies import can_see_rooms
from portal.domain.documents.rooms.queries.visibility import visible_folders
from portal.domain.documents.rooms.rules import index_number
from portal.domain.documents.rooms.values.contents import IndexLine
from portal.domain.identity.access.values import Actor
from portal.platform import db
from portal.platform.errors import NotFound

INDEX = """
WITH RECURSIVE tree AS (
  SELECT f.id, f.parent_id, f.name, '{{}}'::integer[] AS path, NULL::uuid AS item_id FROM documents.folders f
  WHERE f.firm_id = %(firm)s AND f.kind = 'room' AND f.subject_id = %(room)s AND {folders}
  UNION ALL
  SELECT f.id, f.parent_id, f.name, t.path || i.number, i.id FROM documents.folders f
  JOIN tree t ON f.parent_id = t.id JOIN documents.room_items i ON i.child_id = f.id WHERE {folders}),
lines AS (
  SELECT item_id, path, name, parent_id AS folder_id, id AS child_id, NULL::uuid AS document_id, NULL AS state,
    NULL::timestamptz AS published_at, NULL AS kind, NULL::integer AS pages, false AS view_only
  FROM tree WHERE parent_id IS NOT NULL AND NOT %(documents_alone)s
  UNION ALL
  SELECT i.id, t.path || i.number, d.title, d.folder_id, NULL, d.id, d.state, d.published_at, v.kind, v.pages,
    {view_only}
  FROM tree t JOIN documents.room_items i ON i.folder_id = t.id JOIN documents.documents d ON d.id = i.document_id
  LEFT JOIN documents.versions v ON v.document_id = d.id AND v.number = COALESCE(d.published_version, d.latest_version)
  WHERE {documents})
SELECT * FROM lines ORDER BY path LIMIT %(most)s
"""
MOST_LINES = 2_000
NUMBER = """
WITH RECURSIVE above AS (
  SELECT i.folder_id, ARRAY[i.number] AS path FROM documents.room_items i
  WHERE i.firm_id = %(firm)s AND i.document_id = %(document)s
  UNION ALL
  SELECT i.folder_id, i.number || a.path FROM documents.room_items i JOIN above a ON i.child_id = a.folder_id)
SELECT path FROM above ORDER BY cardinality(path) DESC LIMIT 1
"""
ROOM_NAME = """
SELECT r.name FROM documents.rooms r JOIN documents.room_items i ON i.room_id = r.id
WHERE i.firm_id = %(firm)s AND i.document_id = %(document)s
"""
ROOM_OF = "SELECT room_id FROM documents.room_items WHERE firm_id = %(firm)s AND document_id = %(document)s"
ITEM = """
SELECT i.folder_id, i.document_id, i.child_id, i.number FROM documents.room_items i
WHERE i.firm_id = %(firm)s AND i.room_id = %(room)s AND i.id = %(item)s
"""


def list_index(
    actor: Actor, room_id: UUID, *, group_id: UUID | None = None, since: datetime | None = None, words: str = ""
) -> Sequence[IndexLine]:
    """What the actor may see in a room, in the order of its index: for a member the folders of their groups and the
    documents published in them; for staff everything, drafts too, or what one group sees. `since`: what was published
    later is new. With `words` only documents whose titles have them."""
    staff = can_see_rooms(actor) and group_id is None
    documents = visible_documents(actor)
    documents += " AND d.state <> 'deleted'" if staff else f" AND {IN_FORCE} AND d.audience = 'room'"
    if words.strip():
        documents += f" AND {FOUND.format(weights='A')}"
    statement = INDEX.format(
        folders=visible_folders(actor, group_id), documents=documents, view_only=_view_only(actor, group_id)
    )
    parameters: dict[str, Any] = {
        "room": room_id,
        "viewer": actor.user_id,
        "group": group_id,
        "words": words,
        "documents_alone": bool(words.strip()),
        "most": MOST_LINES,
    }
    return [_line(row, since) for row in db.fetch_all(statement, **parameters, **visible_parameters(actor))]


def _view_only(actor: Actor, group_id: UUID | None) -> str:
    if group_id is None:
        return visible_as_view_only(actor)
    return (
        "(d.view_only OR NOT EXISTS (SELECT FROM documents.room_permissions p WHERE p.group_id = %(group)s"
        " AND p.folder_id = d.folder_id AND p.permission = 'download'))"
    )


def _line(row: db.AnyRow, since: datetime | None) -> IndexLine:
    return IndexLine(
        item_id=row.item_id,
        number=index_number(row.path),
        depth=len(row.path) - 1,
        position=row.path[-1],
        name=row.name,
        folder_id=row.child_id or row.folder_id,
        is_folder=row.child_id is not None,
        document_id=row.document_id,
        state=row.state,
        published_at=row.published_at,
        kind=row.kind,
        pages=row.pages,
        view_only=row.view_only,
        is_new=bool(since and row.published_at and row.published_at > since),
    )


def find_index_number(actor: Actor, document_id: UUID) -> str | None:
    """The number that a document which the actor may see has in its room, as in archives; None outside of rooms."""
    path = db.fetch_value(NUMBER, firm=actor.firm_id, document=document_id)
    return index_number(path) if path else None


def find_room_of(actor: Actor, document_id: UUID) -> UUID | None:
    """The room in which a document that the actor may see lies, or None."""
    found: UUID | None = db.fetch_value(ROOM_OF, firm=actor.firm_id, document=document_id)
    return found


def get_filed_by_number(actor: Actor, document_id: UUID, filed: Filed) -> Filed:
    """A document as it goes into an archive of the actor's: where they see it in a room, its number there stands before
    its name ("1.2 Title.pdf"), in a folder called as the room; else as it is."""
    number = find_index_number(actor, document_id)
    room = db.fetch_value(ROOM_NAME, firm=actor.firm_id, document=document_id)
    return replace(filed, folders=(room,), name=f"{number} {filed.name}") if number and room else filed


def find_item(actor: Actor, room_id: UUID, item_id: UUID) -> db.AnyRow | None:
    """Where something of a room lies: `folder_id`, `document_id` or `child_id`, and its `number` there; or None."""
    return db.fetch_one(ITEM, firm=actor.firm_id, room=room_id, item=item_id)


def get_index_line(actor: Actor, room_id: UUID, item_id: UUID) -> IndexLine:
    """One line of a room's index that the actor may see; NotFound."""
    for line in list_index(actor, room_id):
        if line.item_id == item_id:
            return line
    raise NotFound
