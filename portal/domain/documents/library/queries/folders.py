"""Reading folders: staff's alone."""

from __future__ import annotations

from uuid import UUID

from portal.domain.documents.library.values.folders import Folder, FolderKind, OpenedFolder
from portal.domain.identity.access.policies import require
from portal.domain.identity.access.values import Actor, Permission
from portal.platform import db
from portal.platform.errors import NotFound

SELECT = "SELECT f.id, f.parent_id, f.kind, f.subject_id, f.name FROM documents.folders f WHERE f.firm_id = %(firm)s"
ABOVE = """
WITH RECURSIVE above AS (
  SELECT f.*, 0 AS height FROM documents.folders f WHERE f.firm_id = %(firm)s AND f.id = %(id)s
  UNION ALL
  SELECT f.*, height + 1 FROM documents.folders f JOIN above ON f.id = above.parent_id)
SELECT id, parent_id, kind, subject_id, name FROM above ORDER BY height DESC
"""
LEVELS = """
WITH RECURSIVE below AS (
  SELECT f.id, 1 AS level FROM documents.folders f WHERE f.firm_id = %(firm)s AND f.id = %(id)s
  UNION ALL
  SELECT f.id, level + 1 FROM documents.folders f JOIN below ON f.parent_id = below.id)
SELECT max(level) FROM below
"""


def _folder(row: db.AnyRow) -> Folder:
    return Folder(row.id, row.parent_id, FolderKind(row.kind), row.subject_id, row.name)


def list_root_folders(
    actor: Actor, kind: FolderKind, *, search: str = "", after: tuple[str, UUID] | None = None, most: int = 50
) -> list[Folder]:
    """The folders of the firm's vehicles, accounts or rooms by name, those whose name has `search` in it, after the
    (name as sorted, id) given."""
    require(actor, Permission.SEE_ALL_DOCUMENTS)
    place = " AND (f.name_key, f.id) > (%(after_key)s, %(after_id)s)" if after else ""
    key, folder_id = after or ("", None)
    rows = db.fetch_all(
        f"{SELECT} AND f.kind = %(kind)s AND f.name ILIKE %(search)s{place} ORDER BY f.name_key, f.id LIMIT %(most)s",
        firm=actor.firm_id,
        kind=kind.value,
        search=db.containing(search),
        after_key=key,
        after_id=folder_id,
        most=most,
    )
    return [_folder(row) for row in rows]


def get_folder(actor: Actor, folder_id: UUID) -> OpenedFolder:
    """A folder, what it lies in and the folders in it; NotFound."""
    require(actor, Permission.SEE_ALL_DOCUMENTS)
    above = [_folder(row) for row in db.fetch_all(ABOVE, firm=actor.firm_id, id=folder_id)]
    if not above:
        raise NotFound
    inside = db.fetch_all(f"{SELECT} AND f.parent_id = %(id)s ORDER BY f.name_key", firm=actor.firm_id, id=folder_id)
    return OpenedFolder(above[-1], tuple(above[:-1]), tuple(_folder(row) for row in inside))


def find_root_folder(actor: Actor, kind: FolderKind, subject_id: UUID | None) -> UUID | None:
    """The folder of a vehicle, an account, a room or (without an id) the firm, if it has one already."""
    found: UUID | None = db.fetch_value(
        "SELECT id FROM documents.folders WHERE firm_id = %(firm)s AND kind = %(kind)s"
        " AND subject_id IS NOT DISTINCT FROM %(subject)s",
        firm=actor.firm_id,
        kind=kind.value,
        subject=subject_id,
    )
    return found


def exists_folder(actor: Actor, folder_id: UUID) -> bool:
    """Whether the firm has this folder."""
    return bool(
        db.fetch_value(
            "SELECT true FROM documents.folders WHERE firm_id = %(firm)s AND id = %(id)s",
            firm=actor.firm_id,
            id=folder_id,
        )
    )


def count_levels(actor: Actor, folder_id: UUID) -> int:
    """How many levels a folder has with those in it: 1 where there are none."""
    return int(db.fetch_value(LEVELS, firm=actor.firm_id, id=folder_id) or 0)


def exists_in_folder(actor: Actor, folder_id: UUID) -> bool:
    """Whether a folder holds a document, a deleted one too, or a folder."""
    return bool(
        db.fetch_value(
            "SELECT EXISTS (SELECT FROM documents.documents WHERE firm_id = %(firm)s AND folder_id = %(id)s)"
            " OR EXISTS (SELECT FROM documents.folders WHERE firm_id = %(firm)s AND parent_id = %(id)s)",
            firm=actor.firm_id,
            id=folder_id,
        )
    )
