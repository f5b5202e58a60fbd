"""Making rooms, saying what they are for, opening and closing them."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.exc import IntegrityError

from portal.domain.documents.library.services.folders import open_root_folder
from portal.domain.documents.library.values.folders import FolderKind
from portal.domain.documents.rooms.errors import NotReady, RoomNameTaken
from portal.domain.documents.rooms.models import RoomDescriptionRecord, RoomRecord
from portal.domain.documents.rooms.queries.members import list_groups
from portal.domain.documents.rooms.rules import find_room_faults, may_become
from portal.domain.documents.rooms.services.announcing import announce_room
from portal.domain.documents.rooms.values.rooms import RoomDetails, RoomState
from portal.domain.identity.access.policies import require
from portal.domain.identity.access.values import Actor, Permission
from portal.domain.identity.audit.services import record_act
from portal.platform.db import session, transactional
from portal.platform.errors import Conflict, Invalid, NotFound
from portal.platform.ids import name_key, new_id


@transactional
def create_room(actor: Actor, details: RoomDetails) -> UUID:
    """Make a room, with the library's folder for it; nobody comes in before it is opened. The id. Invalid,
    RoomNameTaken."""
    require(actor, Permission.EDIT_DOCUMENTS)
    room = RoomRecord(id=new_id(), firm_id=actor.firm_id, state=RoomState.DRAFT.value, created_by=actor.user_id)
    session.add(room)
    _describe(room, RoomDescriptionRecord(room_id=room.id, firm_id=actor.firm_id), details)
    open_root_folder(actor, FolderKind.ROOM, room.id, details.name.strip())
    record_act(actor.user_id, "room.create", f"room:{room.id}")
    return room.id


@transactional
def change_room(actor: Actor, room_id: UUID, details: RoomDetails) -> None:
    """Say other things of a room. Those of one that was opened are changed by who may publish. NotFound, Invalid,
    RoomNameTaken."""
    require(actor, Permission.EDIT_DOCUMENTS)
    room = lock_room(actor, room_id)
    if room.state != RoomState.DRAFT:
        require(actor, Permission.PUBLISH_DOCUMENTS)
    _describe(room, session.get_one(RoomDescriptionRecord, room_id), details)
    record_act(actor.user_id, "room.change", f"room:{room_id}")


@transactional
def open_room(actor: Actor, room_id: UUID) -> None:
    """Let the members in, and write to those who were not told yet. NotFound, NotReady, Conflict."""
    require(actor, Permission.PUBLISH_DOCUMENTS)
    room = lock_room(actor, room_id)
    if not list_groups(actor, room_id):
        raise NotReady
    _move(room, RoomState.OPEN)
    announce_room(actor, room_id)
    record_act(actor.user_id, "room.open", f"room:{room_id}")


@transactional
def close_room(actor: Actor, room_id: UUID) -> None:
    """Take the room and all that is in it from its members, at once and on every way; staff keep it. NotFound,
    Conflict."""
    require(actor, Permission.PUBLISH_DOCUMENTS)
    _move(lock_room(actor, room_id), RoomState.CLOSED)
    record_act(actor.user_id, "room.close", f"room:{room_id}")


@transactional
def lock_room(actor: Actor, room_id: UUID) -> RoomRecord:
    """The room, which nobody else changes meanwhile; NotFound."""
    room = session.get(RoomRecord, room_id, with_for_update=True, populate_existing=True)
    if room is None or room.firm_id != actor.firm_id:
        raise NotFound
    return room


def _move(room: RoomRecord, wanted: RoomState) -> None:
    if not may_become(RoomState(room.state), wanted):
        raise Conflict("The room was opened or closed meanwhile. Look at it again.")
    room.state = wanted.value
    session.flush()


def _describe(room: RoomRecord, description: RoomDescriptionRecord, details: RoomDetails) -> None:
    if faults := find_room_faults(details):
        raise Invalid(fields=faults)
    room.name, room.name_key = details.name.strip(), name_key(details.name)
    room.opens_at, room.closes_at = details.opens_at, details.closes_at
    description.introduction, description.vehicle_id = details.introduction.strip(), details.vehicle_id
    try:
        session.flush()
        session.add(description)
        session.flush()
    except IntegrityError as error:
        if "rooms_name" in str(error.orig):
            raise RoomNameTaken(fields={"name": RoomNameTaken.message}) from error
        raise NotFound from error
