"""Groups of a room, who is in them and until when."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy.exc import IntegrityError

from portal.domain.documents.rooms.errors import GroupAnswered, GroupNameTaken, StaffNotMember
from portal.domain.documents.rooms.models import RoomGroupRecord
from portal.domain.documents.rooms.queries.members import get_group, get_member, list_groups
from portal.domain.documents.rooms.rules import LONGEST_NAME
from portal.domain.documents.rooms.services.announcing import announce_room
from portal.domain.documents.rooms.services.rooms import lock_room
from portal.domain.documents.rooms.values.members import Invitation, Standing
from portal.domain.documents.rooms.values.rooms import RoomState
from portal.domain.identity.access.policies import require
from portal.domain.identity.access.values import STAFF_ROLES, Actor, Permission, Role
from portal.domain.identity.accounts.queries import get_user
from portal.domain.identity.audit.services import record_act
from portal.domain.identity.joining.queries import find_person_by_address
from portal.domain.people.invitations.services import invite_person
from portal.platform import clock
from portal.platform.db import execute, session, transactional
from portal.platform.errors import Invalid
from portal.platform.ids import name_key, new_id
from portal.platform.sealing import Sealer

ADD = """
INSERT INTO documents.room_members (room_id, user_id, firm_id, until, invited_by, inviter, added_at, told_until)
SELECT %(room)s, %(user)s, f.id, %(until)s, %(actor)s, COALESCE(u.name, f.name), %(now)s, %(now)s
FROM identity.firms f LEFT JOIN identity.users u ON u.id = %(actor)s WHERE f.id = %(firm)s
ON CONFLICT (room_id, user_id) DO UPDATE SET until = excluded.until,
  invited_by = CASE WHEN room_members.removed_at IS NULL THEN room_members.invited_by ELSE excluded.invited_by END,
  inviter = CASE WHEN room_members.removed_at IS NULL THEN room_members.inviter ELSE excluded.inviter END,
  added_at = CASE WHEN room_members.removed_at IS NULL THEN room_members.added_at ELSE excluded.added_at END,
  told_until = CASE WHEN room_members.removed_at IS NULL THEN room_members.told_until ELSE excluded.told_until END,
  removed_at = NULL, removed_by = NULL
"""
REMOVE = """
UPDATE documents.room_members SET removed_at = %(now)s, removed_by = %(actor)s
WHERE firm_id = %(firm)s AND room_id = %(room)s AND user_id = %(user)s AND removed_at IS NULL
"""
LEAVE_GROUPS = "DELETE FROM documents.room_placements WHERE room_id = %(room)s AND user_id = %(user)s"
PLACE = """
INSERT INTO documents.room_placements (group_id, user_id, room_id, firm_id)
SELECT g.id, %(user)s, g.room_id, g.firm_id FROM documents.room_groups g
WHERE g.room_id = %(room)s AND g.id = ANY(%(groups)s)
"""


@transactional
def create_group(actor: Actor, room_id: UUID, name: str) -> UUID:
    """Make a group that sees nothing yet; its id. NotFound, Invalid, GroupNameTaken."""
    require(actor, Permission.PUBLISH_DOCUMENTS)
    lock_room(actor, room_id)
    if not name.strip() or len(name) > LONGEST_NAME:
        raise Invalid(fields={"name": f"Give the group a name of at most {LONGEST_NAME} characters."})
    group = RoomGroupRecord(
        id=new_id(), firm_id=actor.firm_id, room_id=room_id, name=name.strip(), name_key=name_key(name)
    )
    session.add(group)
    try:
        session.flush()
    except IntegrityError as error:
        raise GroupNameTaken(fields={"name": GroupNameTaken.message}) from error
    record_act(actor.user_id, "room_group.create", f"room:{room_id}", group=str(group.id))
    return group.id


@transactional
def delete_group(actor: Actor, room_id: UUID, group_id: UUID) -> None:
    """End a group: who was in no other sees nothing of the room any more. NotFound, GroupAnswered."""
    require(actor, Permission.PUBLISH_DOCUMENTS)
    lock_room(actor, room_id)
    get_group(actor, room_id, group_id)
    try:
        execute("DELETE FROM documents.room_groups WHERE id = %(id)s", id=group_id)
    except IntegrityError as error:
        raise GroupAnswered from error
    record_act(actor.user_id, "room_group.delete", f"room:{room_id}", group=str(group_id))


@transactional
def invite_member(actor: Actor, sealer: Sealer, room_id: UUID, given: Invitation) -> UUID:
    """Let a person into a room: somebody of the portal by their address, anybody else by an invitation to the portal
    too; their id. Who was taken out comes in again. NotFound, Invalid, StaffNotMember, Forbidden."""
    require(actor, Permission.PUBLISH_DOCUMENTS)
    room = lock_room(actor, room_id)
    _check(actor, room_id, given.groups, given.until)
    user_id = _find_or_invite(actor, sealer, given)
    _add(actor, room_id, user_id, given.groups, given.until)
    if room.state == RoomState.OPEN:
        announce_room(actor, room_id)
    record_act(actor.user_id, "room_member.add", f"room:{room_id}", user=str(user_id))
    return user_id


@transactional
def change_member(
    actor: Actor, room_id: UUID, user_id: UUID, *, groups: Collection[UUID], until: datetime | None
) -> None:
    """Put a member into these groups alone, until a moment or as long as the room is open. NotFound, Invalid."""
    require(actor, Permission.PUBLISH_DOCUMENTS)
    lock_room(actor, room_id)
    if get_member(actor, room_id, user_id).standing is Standing.REMOVED:
        raise Invalid("This person was taken out of the room. Invite them again instead.")
    _check(actor, room_id, groups, until)
    _add(actor, room_id, user_id, groups, until)
    record_act(actor.user_id, "room_member.change", f"room:{room_id}", user=str(user_id))


@transactional
def remove_room_member(actor: Actor, room_id: UUID, user_id: UUID) -> None:
    """Take a room and all that is in it from a person, at once and on every way; nothing where they are out already.
    NotFound."""
    require(actor, Permission.PUBLISH_DOCUMENTS)
    lock_room(actor, room_id)
    get_member(actor, room_id, user_id)
    gone = execute(REMOVE, firm=actor.firm_id, room=room_id, user=user_id, actor=actor.user_id, now=clock.now())
    execute(LEAVE_GROUPS, room=room_id, user=user_id)
    if gone:
        record_act(actor.user_id, "room_member.remove", f"room:{room_id}", user=str(user_id))


def _find_or_invite(actor: Actor, sealer: Sealer, given: Invitation) -> UUID:
    person = find_person_by_address(actor, given.email)
    if person is not None and get_user(actor, person.id).roles & STAFF_ROLES:
        raise StaffNotMember(fields={"email": StaffNotMember.message})
    if person is None or person.is_waiting:
        if not given.name.strip():
            raise Invalid(fields={"name": "This person is not known here yet. Say how they are called."})
        return invite_person(actor, sealer, email=given.email, name=given.name, roles=[Role.INVESTOR])
    if not person.active:
        raise Invalid(fields={"email": "This person may not sign in any more. Ask an administrator."})
    return UUID(str(person.id))


def _check(actor: Actor, room_id: UUID, groups: Collection[UUID], until: datetime | None) -> None:
    if not groups or not set(groups) <= {each.id for each in list_groups(actor, room_id)}:
        raise Invalid(fields={"groups": "Choose at least one group of the room."})
    if until is not None and until <= clock.now():
        raise Invalid(fields={"until": "Choose a day to come, or leave it empty."})


def _add(actor: Actor, room_id: UUID, user_id: UUID, groups: Collection[UUID], until: datetime | None) -> None:
    execute(
        ADD,
        room=room_id,
        user=user_id,
        firm=actor.firm_id,
        until=until,
        actor=actor.user_id,
        now=clock.now(),
    )
    execute(LEAVE_GROUPS, room=room_id, user=user_id)
    execute(PLACE, room=room_id, user=user_id, groups=list(groups))
