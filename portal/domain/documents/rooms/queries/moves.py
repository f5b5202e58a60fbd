"""Reading what a move in a room would change, before it is done."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from portal.domain.documents.rooms.queries.members import get_matrix
from portal.domain.documents.rooms.rules import find_below, permit_moved
from portal.domain.documents.rooms.values.contents import IndexLine
from portal.domain.documents.rooms.values.members import FolderPermission, Foresight, Matrix, MatrixFolder, Sight
from portal.domain.identity.access.values import Actor
from portal.platform.errors import NotFound


def list_destinations(actor: Actor, room_id: UUID, line: IndexLine, folder_id: UUID) -> list[MatrixFolder]:
    """The folders of a room into which something that lies in `folder_id` can be moved, in the order of the index;
    staff's."""
    folders = get_matrix(actor, room_id).folders
    shut = {each.id for each in find_below(folders, line.folder_id)} if line.is_folder else set()
    return [each for each in folders if each.id not in {*shut, folder_id}]


def get_foresight(actor: Actor, room_id: UUID, line: IndexLine, folder_id: UUID, to_id: UUID) -> Foresight:
    """What groups may do with something that lies in `folder_id`, and with the folders in it, before it is moved into
    the folder `to_id` and after; staff's. NotFound."""
    matrix = get_matrix(actor, room_id)
    to = next((each for each in matrix.folders if each.id == to_id), None)
    if to is None or to not in list_destinations(actor, room_id, line, folder_id):
        raise NotFound
    if line.is_folder:
        after = permit_moved(matrix, line.folder_id, to_id)
        below = find_below(matrix.folders, line.folder_id)
        sights = [Sight(each.name, _row(matrix, matrix.cells, each.id), _row(matrix, after, each.id)) for each in below]
    else:
        sights = [Sight(line.name, _row(matrix, matrix.cells, folder_id), _row(matrix, matrix.cells, to_id))]
    return Foresight(to, matrix.groups, tuple(sights), matrix.fingerprint)


def _row(
    matrix: Matrix, cells: Mapping[tuple[UUID, UUID], FolderPermission], folder_id: UUID
) -> tuple[FolderPermission, ...]:
    return tuple(cells.get((group.id, folder_id), FolderPermission.NONE) for group in matrix.groups)
