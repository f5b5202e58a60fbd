"""What groups may see, and the order of a room's index."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from uuid import UUID

from portal.domain.documents.library.services.describing import move_document
from portal.domain.documents.library.services.folders import create_folder, move_folder
from portal.domain.documents.rooms.errors import MatrixChanged
from portal.domain.documents.rooms.queries.contents import find_item
from portal.domain.documents.rooms.queries.members import get_matrix
from portal.domain.documents.rooms.rules import close_below, permit_moved
from portal.domain.documents.rooms.services.rooms import lock_room
from portal.domain.documents.rooms.values.members import FolderPermission, Matrix
from portal.domain.identity.access.policies import require
from portal.domain.identity.access.values import Actor, Permission
from portal.domain.identity.audit.services import record_act
from portal.platform.db import execute, take_turns, transactional
from portal.platform.errors import Invalid, NotFound

CLEAR = """
DELETE FROM documents.room_permissions p USING documents.room_groups g
WHERE g.id = p.group_id AND g.firm_id = %(firm)s AND g.room_id = %(room)s
"""
ALLOW = """
INSERT INTO documents.room_permissions (group_id, folder_id, firm_id, permission)
SELECT group_id, folder_id, %(firm)s, permission
FROM unnest(%(groups)s::uuid[], %(folders)s::uuid[], %(permissions)s::text[]) given (group_id, folder_id, permission)
"""
INHERIT = """
INSERT INTO documents.room_permissions (group_id, folder_id, firm_id, permission)
SELECT p.group_id, %(folder)s, p.firm_id, p.permission FROM documents.room_permissions p
WHERE p.firm_id = %(firm)s AND p.folder_id = %(parent)s AND p.group_id = ANY(%(groups)s)
"""
# What was deleted keeps its number until something is moved; then it stands last.
RENUMBER = """
WITH others AS (
  SELECT i.id, row_number() OVER (ORDER BY COALESCE(d.state = 'deleted', false), i.number) AS place
  FROM documents.room_items i LEFT JOIN documents.documents d ON d.id = i.document_id
  WHERE i.folder_id = %(folder)s AND i.id <> %(item)s),
places AS (
  SELECT id, CASE WHEN place >= %(to)s THEN place + 1 ELSE place END AS place FROM others
  UNION ALL
  SELECT %(item)s, LEAST(%(to)s, 1 + (SELECT count(*) FROM others)))
UPDATE documents.room_items i SET number = p.place FROM places p
WHERE i.id = p.id AND i.folder_id = %(folder)s AND i.number <> p.place
"""


@transactional
def set_permissions(
    actor: Actor, room_id: UUID, wanted: Mapping[tuple[UUID, UUID], FolderPermission], *, seen: str
) -> None:
    """Let groups see what lies in folders, by (group, folder); what is not named is not to be seen, nor what lies in a
    folder that is not. `seen`: the fingerprint of the matrix that was changed. NotFound, MatrixChanged."""
    require(actor, Permission.PUBLISH_DOCUMENTS)
    lock_room(actor, room_id)
    matrix = _get_matrix_as_seen(actor, room_id, seen)
    _permit(actor, room_id, close_below(matrix.folders, [group.id for group in matrix.groups], wanted))
    record_act(actor.user_id, "room.permit", f"room:{room_id}")


@transactional
def create_room_folder(
    actor: Actor, room_id: UUID, parent_id: UUID, name: str, *, groups: Collection[UUID] = ()
) -> UUID:
    """Make a folder in one of a room; it gets the next number there. Those of `groups` that see that one may do the
    same in it; nobody else outside the staff sees it. NotFound, NameTaken, Invalid."""
    require(actor, Permission.EDIT_DOCUMENTS)
    lock_room(actor, room_id)
    _require_folder(actor, room_id, parent_id)
    folder_id = create_folder(actor, parent_id, name)
    execute(INHERIT, firm=actor.firm_id, folder=folder_id, parent=parent_id, groups=list(groups))
    return folder_id


@transactional
def move_item(actor: Actor, room_id: UUID, item_id: UUID, *, to: int) -> None:
    """Give a document or folder another number among those it lies with, which are numbered anew from 1; past the end
    it comes last. NotFound, Invalid."""
    require(actor, Permission.EDIT_DOCUMENTS)
    if not 1 <= to <= 1_000_000:
        raise Invalid(fields={"to": "Numbers begin at 1."})
    item = find_item(actor, room_id, item_id)
    if item is None:
        raise NotFound
    take_turns("documents.room_items", str(item.folder_id))
    execute(RENUMBER, folder=item.folder_id, item=item_id, to=to)
    record_act(actor.user_id, "room.renumber", f"room:{room_id}", item=str(item.document_id or item.child_id), to=to)


@transactional
def place_item(actor: Actor, room_id: UUID, item_id: UUID, folder_id: UUID, *, seen: str) -> None:
    """Put a document or a folder into another folder of the room, as its last. Who sees that one sees the document from
    now on; a folder is kept from the groups that do not, and shown to none that did not see it. `seen`: the
    fingerprint of the matrix from which it was told who will see what (`get_foresight`). Moving changes who sees what,
    so that it is for who may publish. NotFound, MatrixChanged, NameTaken, Invalid."""
    require(actor, Permission.PUBLISH_DOCUMENTS)
    lock_room(actor, room_id)
    matrix, item = _get_matrix_as_seen(actor, room_id, seen), find_item(actor, room_id, item_id)
    if item is None:
        raise NotFound
    _require_folder(actor, room_id, folder_id)
    if item.child_id is None:
        move_document(actor, item.document_id, folder_id)
    else:
        move_folder(actor, item.child_id, folder_id)
        _permit(actor, room_id, permit_moved(matrix, item.child_id, folder_id))


def _get_matrix_as_seen(actor: Actor, room_id: UUID, seen: str) -> Matrix:
    matrix = get_matrix(actor, room_id)
    if matrix.fingerprint != seen:
        raise MatrixChanged
    return matrix


def _permit(actor: Actor, room_id: UUID, cells: Mapping[tuple[UUID, UUID], FolderPermission]) -> None:
    execute(CLEAR, firm=actor.firm_id, room=room_id)
    execute(
        ALLOW,
        firm=actor.firm_id,
        groups=[group for group, _ in cells],
        folders=[folder for _, folder in cells],
        permissions=[permission.value for permission in cells.values()],
    )


def _require_folder(actor: Actor, room_id: UUID, folder_id: UUID) -> None:
    if all(each.id != folder_id for each in get_matrix(actor, room_id).folders):
        raise NotFound
