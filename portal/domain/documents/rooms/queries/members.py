"""Reading who comes to a room, what they signed, and what groups may see."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from portal.domain.documents.rooms.rules import fingerprint, index_number, standing_of
from portal.domain.documents.rooms.values.members import FolderPermission, Group, Matrix, MatrixFolder, Member
from portal.domain.documents.rooms.values.rooms import Agreement
from portal.domain.identity.access.policies import require
from portal.domain.identity.access.values import Actor, Permission
from portal.domain.identity.emails.values import email_of
from portal.platform import clock, db
from portal.platform.errors import NotFound

GROUPS = """
SELECT g.id, g.name, (SELECT count(*) FROM documents.room_placements p JOIN documents.room_members m
    ON m.room_id = p.room_id AND m.user_id = p.user_id AND m.removed_at IS NULL WHERE p.group_id = g.id) AS members
FROM documents.room_groups g WHERE g.firm_id = %(firm)s AND g.room_id = %(room)s ORDER BY g.name_key, g.id
"""
MEMBERS = """
SELECT m.user_id, u.name, u.email_sealed, k.wrapped, u.active, m.until, m.added_at, m.removed_at IS NOT NULL AS removed,
  r.nda_version, a.version AS signed, a.agreed_at, v.last_at,
  COALESCE((SELECT jsonb_object_agg(g.id, g.name) FROM documents.room_placements p
    JOIN documents.room_groups g ON g.id = p.group_id
    WHERE p.room_id = m.room_id AND p.user_id = m.user_id), '{}') AS groups
FROM documents.room_members m
JOIN documents.rooms r ON r.id = m.room_id
JOIN identity.users u ON u.id = m.user_id
JOIN identity.subject_keys k ON k.subject_id = u.id
LEFT JOIN documents.room_agreements a ON a.room_id = m.room_id AND a.user_id = m.user_id AND a.version = r.nda_version
LEFT JOIN documents.room_visits v ON v.room_id = m.room_id AND v.user_id = m.user_id
WHERE m.firm_id = %(firm)s AND m.room_id = %(room)s
"""
AGREEMENTS = """
SELECT a.user_id, u.name, a.version, a.digest, a.typed_name, a.agreed_at, a.address, a.agent, a.proven_by
FROM documents.room_agreements a JOIN identity.users u ON u.id = a.user_id
WHERE a.firm_id = %(firm)s AND a.room_id = %(room)s ORDER BY a.agreed_at DESC, a.id
"""
FOLDERS = """
WITH RECURSIVE tree AS (
  SELECT f.id, NULL::uuid AS parent_id, f.name, '{}'::integer[] AS path FROM documents.folders f
  WHERE f.firm_id = %(firm)s AND f.kind = 'room' AND f.subject_id = %(room)s
  UNION ALL
  SELECT f.id, f.parent_id, f.name, t.path || i.number FROM documents.folders f
  JOIN tree t ON f.parent_id = t.id JOIN documents.room_items i ON i.child_id = f.id)
SELECT id, parent_id, path, name FROM tree ORDER BY path
"""
CELLS = """
SELECT p.group_id, p.folder_id, p.permission FROM documents.room_permissions p
JOIN documents.room_groups g ON g.id = p.group_id WHERE g.firm_id = %(firm)s AND g.room_id = %(room)s
"""


def list_groups(actor: Actor, room_id: UUID) -> Sequence[Group]:
    """The groups of a room by name; staff's."""
    require(actor, Permission.SEE_ALL_DOCUMENTS)
    return [Group(*row) for row in db.fetch_all(GROUPS, firm=actor.firm_id, room=room_id)]


def get_group(actor: Actor, room_id: UUID, group_id: UUID) -> Group:
    """One group of a room; NotFound."""
    for each in list_groups(actor, room_id):
        if each.id == group_id:
            return each
    raise NotFound


def list_members(actor: Actor, room_id: UUID) -> Sequence[Member]:
    """Everybody who is or was a member of a room, by name; staff's."""
    require(actor, Permission.SEE_ALL_DOCUMENTS)
    rows = db.fetch_all(f"{MEMBERS} ORDER BY u.name, u.id", firm=actor.firm_id, room=room_id)
    return [_member(row) for row in rows]


def get_member(actor: Actor, room_id: UUID, user_id: UUID) -> Member:
    """One person who is or was a member; NotFound."""
    require(actor, Permission.SEE_ALL_DOCUMENTS)
    row = db.fetch_one(f"{MEMBERS} AND m.user_id = %(user)s", firm=actor.firm_id, room=room_id, user=user_id)
    if row is None:
        raise NotFound
    return _member(row)


def _member(row: db.AnyRow) -> Member:
    standing = standing_of(
        removed=row.removed,
        until=row.until,
        active=row.active,
        asked=row.nda_version,
        signed=row.signed,
        now=clock.now(),
    )
    groups = {UUID(group): name for group, name in sorted(row.groups.items(), key=lambda pair: pair[1])}
    return Member(
        row.user_id,
        row.name,
        email_of(row),
        groups,
        standing,
        row.until,
        row.added_at,
        row.agreed_at,
        row.last_at,
    )


def list_agreements(actor: Actor, room_id: UUID) -> Sequence[Agreement]:
    """Every signature given for a room, latest first, with what proves it; staff's."""
    require(actor, Permission.SEE_ALL_DOCUMENTS)
    return [Agreement(*row) for row in db.fetch_all(AGREEMENTS, firm=actor.firm_id, room=room_id)]


def get_matrix(actor: Actor, room_id: UUID) -> Matrix:
    """Which group may do what in which folder of a room; staff's."""
    groups = tuple(list_groups(actor, room_id))
    rows = db.fetch_all(FOLDERS, firm=actor.firm_id, room=room_id)
    folders = tuple(MatrixFolder(r.id, r.parent_id, index_number(r.path), r.name, len(r.path)) for r in rows)
    cells = {
        (row.group_id, row.folder_id): FolderPermission(row.permission)
        for row in db.fetch_all(CELLS, firm=actor.firm_id, room=room_id)
    }
    parts = [*cells.items(), *(each.id for each in groups), *((each.id, each.parent_id) for each in folders)]
    return Matrix(folders, groups, cells, fingerprint(parts))
