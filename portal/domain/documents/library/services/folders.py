"""Folders: those of vehicles, accounts, rooms and the firm, and the ones that staff make in them."""

from __future__ import annotations

from uuid import UUID

from portal.domain.documents.library.errors import FolderNotEmpty, NameTaken
from portal.domain.documents.library.queries.folders import (
    count_levels,
    exists_in_folder,
    find_root_folder,
    get_folder,
)
from portal.domain.documents.library.services.locking import lock_folder
from portal.domain.documents.library.values.folders import FolderKind
from portal.domain.identity.access.policies import require
from portal.domain.identity.access.values import Actor, Permission
from portal.domain.identity.audit.services import record_act
from portal.platform.db import execute, transactional
from portal.platform.errors import Forbidden, Invalid
from portal.platform.ids import name_key, new_id

DEEPEST = 8
LONGEST_NAME = 120
INSERT = """
INSERT INTO documents.folders (id, firm_id, parent_id, kind, subject_id, name, name_key, created_by)
VALUES (%(id)s, %(firm)s, %(parent)s, %(kind)s, %(subject)s, %(name)s, %(key)s, %(actor)s)
ON CONFLICT DO NOTHING
"""


@transactional
def open_root_folder(actor: Actor, kind: FolderKind, subject_id: UUID | None, name: str) -> UUID:
    """The folder of a vehicle, an account, a room or (without an id) the firm; it is opened as `name` where there is
    none."""
    if found := find_root_folder(actor, kind, subject_id):
        return found
    _insert(actor, new_id(), None, kind, subject_id, name)
    found = find_root_folder(actor, kind, subject_id)  # ours, or that of who came first
    assert found is not None
    return found


@transactional
def create_folder(actor: Actor, parent_id: UUID, name: str) -> UUID:
    """Make a folder in another; its id. NotFound, NameTaken, Invalid."""
    require(actor, Permission.EDIT_DOCUMENTS)
    parent = get_folder(actor, parent_id)
    _check_name(name)
    if len(parent.above) + 2 > DEEPEST:
        raise Invalid(f"Folders lie at most {DEEPEST} deep. Make it further up.", fields={"name": "Too deep."})
    folder_id = new_id()
    if not _insert(actor, folder_id, parent_id, FolderKind.FOLDER, None, name.strip()):
        raise NameTaken(fields={"name": NameTaken.message})
    record_act(actor.user_id, "folder.create", f"folder:{folder_id}")
    return folder_id


@transactional
def rename_folder(actor: Actor, folder_id: UUID, name: str) -> None:
    """Give a folder of the staff's own making another name. NotFound, Forbidden, NameTaken, Invalid."""
    require(actor, Permission.EDIT_DOCUMENTS)
    opened = get_folder(actor, folder_id)
    _check_name(name)
    if opened.folder.kind is not FolderKind.FOLDER:
        raise Forbidden("This folder is called as what it is of.")
    siblings = lock_folder(actor, opened.above[-1].id).inside
    if any(name_key(each.name) == name_key(name) and each.id != folder_id for each in siblings):
        raise NameTaken(fields={"name": NameTaken.message})
    execute(
        "UPDATE documents.folders SET name = %(name)s, name_key = %(key)s WHERE id = %(id)s",
        name=name.strip(),
        key=name_key(name),
        id=folder_id,
    )
    record_act(actor.user_id, "folder.rename", f"folder:{folder_id}")


@transactional
def move_folder(actor: Actor, folder_id: UUID, parent_id: UUID) -> None:
    """Put a folder of the staff's own making, with all that is in it, into another that is of the same vehicle,
    account, room or firm. NotFound, Forbidden, NameTaken, Invalid."""
    require(actor, Permission.EDIT_DOCUMENTS)
    moved, into = get_folder(actor, folder_id), lock_folder(actor, parent_id)
    path = (*into.above, into.folder)
    if not moved.above:
        raise Forbidden("This folder stays as long as what it is of.")
    if path[0].id != moved.above[0].id or any(each.id == folder_id for each in path):
        raise Invalid(fields={"folder": "Choose a folder that is of the same, and not in the one that is moved."})
    if len(path) + count_levels(actor, folder_id) > DEEPEST:
        raise Invalid(fields={"folder": f"Folders lie at most {DEEPEST} deep. Choose one further up."})
    if any(name_key(each.name) == name_key(moved.folder.name) and each.id != folder_id for each in into.inside):
        raise NameTaken(fields={"folder": NameTaken.message})
    execute("UPDATE documents.folders SET parent_id = %(parent)s WHERE id = %(id)s", parent=parent_id, id=folder_id)
    record_act(actor.user_id, "folder.move", f"folder:{folder_id}", folder=str(parent_id))


@transactional
def delete_folder(actor: Actor, folder_id: UUID) -> UUID:
    """Delete an empty folder of the staff's own making; the id of the one it lay in. NotFound, Forbidden,
    FolderNotEmpty."""
    require(actor, Permission.EDIT_DOCUMENTS)
    opened = lock_folder(actor, folder_id)
    if opened.folder.parent_id is None:
        raise Forbidden("This folder stays as long as what it is of.")
    if exists_in_folder(actor, folder_id):
        raise FolderNotEmpty
    execute("DELETE FROM documents.folders WHERE id = %(id)s", id=folder_id)
    record_act(actor.user_id, "folder.delete", f"folder:{folder_id}")
    return opened.folder.parent_id


def _check_name(name: str) -> None:
    if not name.strip() or len(name) > LONGEST_NAME:
        message = f"Give the folder a name of at most {LONGEST_NAME} characters."
        raise Invalid(message, fields={"name": message})


def _insert(
    actor: Actor, folder_id: UUID, parent_id: UUID | None, kind: FolderKind, subject_id: UUID | None, name: str
) -> int:
    return execute(
        INSERT,
        id=folder_id,
        firm=actor.firm_id,
        parent=parent_id,
        kind=kind.value,
        subject=subject_id,
        name=name,
        key=name_key(name),
        actor=actor.user_id,
    )
