"""Reading rooms: as staff, at the gate, and as a member who entered."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from portal.domain.documents.rooms.errors import AgreementNeeded
from portal.domain.documents.rooms.queries.visibility import (
    visible_room_contents,
    visible_rooms,
    visible_rooms_parameters,
)
from portal.domain.documents.rooms.rules import seen_until
from portal.domain.documents.rooms.values.rooms import EnteredRoom, Gate, Room, RoomDetails, RoomState, RoomText
from portal.domain.identity.access.policies import require
from portal.domain.identity.access.values import Actor, Permission
from portal.platform import clock, db
from portal.platform.errors import NotFound

ROOMS = """
SELECT r.*, d.introduction, d.vehicle_id, COALESCE(v.name, '') AS vehicle, f.id AS folder_id,
  (SELECT count(*) FROM documents.room_members m WHERE m.room_id = r.id AND m.removed_at IS NULL) AS members,
  (SELECT count(*) FROM documents.room_items i JOIN documents.documents d ON d.id = i.document_id
    WHERE i.room_id = r.id AND d.state = 'published') AS documents,
  (SELECT count(*) FROM documents.room_questions q WHERE q.room_id = r.id AND q.state = 'open') AS questions
FROM documents.rooms r
JOIN documents.room_descriptions d ON d.room_id = r.id
JOIN documents.folders f ON f.firm_id = r.firm_id AND f.kind = 'room' AND f.subject_id = r.id
LEFT JOIN investments.vehicles v ON v.id = d.vehicle_id
WHERE r.firm_id = %(firm)s
"""
GATES = """
SELECT r.id, r.name, m.inviter, mine.entered, r.nda_version, m.until
FROM documents.rooms r
JOIN documents.rooms_of(%(viewer)s) mine ON mine.room_id = r.id
JOIN documents.room_members m ON m.room_id = r.id AND m.user_id = %(viewer)s
WHERE {visible}
"""
ENTERED = """
SELECT d.introduction, COALESCE(v.name, '') AS vehicle, m.wants_digest, s.before_at, s.last_at
FROM documents.rooms r
JOIN documents.room_descriptions d ON d.room_id = r.id
JOIN documents.room_members m ON m.room_id = r.id AND m.user_id = %(viewer)s
LEFT JOIN documents.room_visits s ON s.room_id = r.id AND s.user_id = %(viewer)s
LEFT JOIN investments.vehicles v ON v.id = d.vehicle_id
WHERE {visible} AND r.id = %(room)s
"""
TEXTS = """
SELECT t.version, t.body, t.digest, COALESCE(u.name, '') AS writer, t.written_at
FROM documents.room_texts t LEFT JOIN identity.users u ON u.id = t.written_by
WHERE t.firm_id = %(firm)s AND t.room_id = %(room)s ORDER BY t.version DESC
"""


def _room(row: db.AnyRow) -> Room:
    details = RoomDetails(row.name, row.introduction, row.vehicle_id, row.opens_at, row.closes_at)
    return Room(
        row.id,
        details,
        row.vehicle,
        RoomState(row.state),
        row.nda_version,
        row.folder_id,
        row.members,
        row.documents,
        row.questions,
        row.created_at,
    )


def list_rooms(actor: Actor) -> Sequence[Room]:
    """Every room of the firm, as staff see them: open ones first, then by name."""
    require(actor, Permission.SEE_ALL_DOCUMENTS)
    order = "array_position(ARRAY['open', 'draft', 'closed'], r.state), r.name_key"
    return [_room(row) for row in db.fetch_all(f"{ROOMS} ORDER BY {order}", firm=actor.firm_id)]


def get_room(actor: Actor, room_id: UUID) -> Room:
    """A room as staff see it; NotFound."""
    require(actor, Permission.SEE_ALL_DOCUMENTS)
    row = db.fetch_one(f"{ROOMS} AND r.id = %(room)s", firm=actor.firm_id, room=room_id)
    if row is None:
        raise NotFound
    return _room(row)


def list_gates(actor: Actor) -> Sequence[Gate]:
    """The rooms that the actor is a member of and may come to now, by name. Nothing in them is told."""
    rows = db.fetch_all(
        f"{GATES.format(visible=visible_rooms(actor))} ORDER BY r.name_key, r.id", **visible_rooms_parameters(actor)
    )
    return [Gate(*row) for row in rows]


def get_gate(actor: Actor, room_id: UUID) -> Gate:
    """What the actor knows of a room they are a member of, entered or not; NotFound."""
    row = db.fetch_one(
        f"{GATES.format(visible=visible_rooms(actor))} AND r.id = %(room)s",
        room=room_id,
        **visible_rooms_parameters(actor),
    )
    if row is None:
        raise NotFound
    return Gate(*row)


def get_entered_room(actor: Actor, room_id: UUID) -> EnteredRoom:
    """A room that the actor has entered; NotFound, and AgreementNeeded before they signed."""
    gate = get_gate(actor, room_id)
    if not gate.entered:
        raise AgreementNeeded
    statement = ENTERED.format(visible=visible_room_contents(actor))
    row = db.fetch_one(statement, room=room_id, **visible_rooms_parameters(actor))
    if row is None:
        raise NotFound
    seen = seen_until(row.before_at, row.last_at, clock.now())
    return EnteredRoom(gate, row.introduction, row.vehicle, row.wants_digest, seen)


def list_room_texts(actor: Actor, room_id: UUID) -> Sequence[RoomText]:
    """Every version of what is signed for a room, latest first; staff's."""
    require(actor, Permission.SEE_ALL_DOCUMENTS)
    return [RoomText(*row) for row in db.fetch_all(TEXTS, firm=actor.firm_id, room=room_id)]


def get_asked_text(actor: Actor, room_id: UUID) -> RoomText:
    """What a member has to sign for a room now; NotFound where there is nothing to sign."""
    gate = get_gate(actor, room_id)
    for row in db.fetch_all(TEXTS, firm=actor.firm_id, room=room_id):
        if row.version == gate.nda_version:
            return RoomText(row.version, row.body, row.digest, "", row.written_at)
    raise NotFound
