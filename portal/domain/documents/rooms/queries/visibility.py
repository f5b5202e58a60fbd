"""Which rooms exist for whom, and which folders of them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from portal.domain.documents.rooms.policies import can_see_rooms
from portal.domain.identity.access.values import Actor

WHOLE_FIRM = "r.firm_id = %(firm)s"
OF_MEMBERS = "r.firm_id = %(firm)s AND r.id IN (SELECT mine.room_id FROM documents.rooms_of(%(viewer)s) mine)"
OF_ENTERED = "r.firm_id = %(firm)s AND r.id IN (SELECT m.room_id FROM documents.rooms_of(%(viewer)s) m WHERE m.entered)"
FOLDERS_OF_MEMBER = "f.id IN (SELECT mine.folder_id FROM documents.room_folders_of(%(viewer)s) mine)"
FOLDERS_OF_GROUP = "f.id IN (SELECT p.folder_id FROM documents.room_permissions p WHERE p.group_id = %(group)s)"


def visible_rooms(actor: Actor) -> str:
    """The condition that leaves the rooms (alias `r`) that the actor may know of; its parameters are
    `visible_rooms_parameters(actor)`. Of a room that they have not entered a member knows what their gate says."""
    return WHOLE_FIRM if can_see_rooms(actor) else OF_MEMBERS


def visible_room_contents(actor: Actor) -> str:
    """The same for rooms whose contents the actor may know of."""
    return WHOLE_FIRM if can_see_rooms(actor) else OF_ENTERED


def visible_rooms_parameters(actor: Actor) -> dict[str, Any]:
    """What the conditions are asked with."""
    return {"firm": actor.firm_id, "viewer": actor.user_id}


def visible_folders(actor: Actor, group_id: UUID | None) -> str:
    """The condition that leaves the folders (alias `f`) that the actor may see, or a group for somebody who sees every
    room; asked with `viewer` and `group`."""
    if not can_see_rooms(actor):
        return FOLDERS_OF_MEMBER
    return "true" if group_id is None else FOLDERS_OF_GROUP
