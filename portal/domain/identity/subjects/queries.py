"""Reading the keys of subjects; row security decides whose."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from uuid import UUID

from portal.platform import db, tenancy
from portal.platform.errors import NotFound

KEYS = "SELECT subject_id, wrapped FROM identity.subject_keys WHERE subject_id = ANY(%(ids)s)"
OTHERWISE_WRAPPED = """
SELECT subject_id, wrapped FROM identity.subject_keys WHERE firm_id = %(firm)s AND key_id <> %(key)s LIMIT %(most)s
"""
HELD = """
SELECT key_id, count(*) AS held FROM identity.subject_keys WHERE firm_id = %(firm)s GROUP BY key_id
"""


def get_subject_key(subject_id: UUID) -> bytes:
    """The wrapped key of one subject; NotFound where the actor may not see it, or it is destroyed."""
    found = list_subject_keys([subject_id]).get(subject_id)
    if found is None:
        raise NotFound
    return found


def list_subject_keys(subject_ids: Collection[UUID]) -> dict[UUID, bytes]:
    """The wrapped keys of those of the subjects that the actor may see, in one statement."""
    return {row.subject_id: bytes(row.wrapped) for row in db.fetch_all(KEYS, ids=list(subject_ids))}


def list_keys_to_rewrap(key_in_force: str, *, most: int) -> Sequence[db.AnyRow]:
    """`subject_id` and `wrapped` of up to `most` keys of the current firm that another key than this wraps."""
    return db.fetch_all(OTHERWISE_WRAPPED, firm=tenancy.current_firm_id(), key=key_in_force, most=most)


def count_rows_by_key() -> dict[str, int]:
    """How many keys of subjects of the current firm each key of the vault wraps."""
    return {row.key_id: row.held for row in db.fetch_all(HELD, firm=tenancy.current_firm_id())}
