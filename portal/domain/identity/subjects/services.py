"""Giving subjects their keys, and wrapping these anew."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from portal.domain.identity.access.values import Actor
from portal.domain.identity.subjects.queries import list_keys_to_rewrap
from portal.domain.identity.subjects.values import SubjectKind
from portal.platform import db
from portal.platform.db import transactional
from portal.platform.personal import keyring, new_subject_key, rewrap, wrapping_key_of

CREATE = """
INSERT INTO identity.subject_keys (subject_id, firm_id, kind, key_id, wrapped)
SELECT given.id, %(firm)s, %(kind)s, given.key_id, given.wrapped
FROM unnest(%(ids)s::uuid[], %(keys)s::text[], %(wrapped)s::bytea[]) AS given (id, key_id, wrapped)
ON CONFLICT (subject_id) DO NOTHING
"""
# Only over what was read: whoever was faster wrapped it just as well.
REWRAP = """
UPDATE identity.subject_keys k SET key_id = given.key_id, wrapped = given.wrapped
FROM unnest(%(ids)s::uuid[], %(keys)s::text[], %(wrapped)s::bytea[], %(old)s::bytea[])
  AS given (id, key_id, wrapped, old)
WHERE k.firm_id = %(firm)s AND k.subject_id = given.id AND k.wrapped = given.old
"""


@transactional
def create_subject_keys(actor: Actor, kind: SubjectKind, subject_ids: Collection[UUID]) -> None:
    """Give each of these subjects of the actor's firm a key of its own, in the transaction that creates them; who has
    one keeps it."""
    wrapped = [new_subject_key(each) for each in subject_ids]
    keys = [wrapping_key_of(each) for each in wrapped]
    db.execute(CREATE, firm=actor.firm_id, kind=kind.value, ids=list(subject_ids), keys=keys, wrapped=wrapped)


@transactional
def rewrap_subject_keys(actor: Actor, *, most: int = 500) -> int:
    """Wrap up to `most` keys of the firm with the vault's key in force, in the system tenancy; how many there were to
    wrap, 0 when all are. Nothing is sealed anew, so that reading goes on meanwhile."""
    found = list_keys_to_rewrap(keyring().vault.key_in_force(), most=most)
    wrapped = [rewrap(row.subject_id, row.wrapped) for row in found]
    db.execute(
        REWRAP,
        firm=actor.firm_id,
        ids=[row.subject_id for row in found],
        keys=[wrapping_key_of(each) for each in wrapped],
        wrapped=wrapped,
        old=[bytes(row.wrapped) for row in found],
    )
    return len(found)
