"""Sealing and indexing addresses."""

from __future__ import annotations

from uuid import UUID

from portal.domain.identity.access.values import Actor
from portal.domain.identity.emails.queries import list_emails_to_index, list_plain_emails
from portal.domain.identity.emails.values import email_of, index_of, seal_email
from portal.domain.identity.subjects.queries import get_subject_key, list_subject_keys
from portal.domain.identity.subjects.services import create_subject_keys
from portal.domain.identity.subjects.values import SubjectKind
from portal.platform.db import execute, transactional

WRITE = """
UPDATE identity.users SET email_sealed = %(sealed)s, email_index = %(index)s WHERE firm_id = %(firm)s AND id = %(id)s
"""
SEAL_MANY = """
UPDATE identity.users u SET email_sealed = given.sealed, email_index = given.index, email = NULL
FROM unnest(%(ids)s::uuid[], %(sealed)s::bytea[], %(indexes)s::bytea[]) AS given (id, sealed, index)
WHERE u.firm_id = %(firm)s AND u.id = given.id
"""
INDEX_MANY = """
UPDATE identity.users u SET email_index = given.index
FROM unnest(%(ids)s::uuid[], %(indexes)s::bytea[]) AS given (id, index)
WHERE u.firm_id = %(firm)s AND u.id = given.id
"""


@transactional
def write_email(actor: Actor, user_id: UUID, email: str) -> None:
    """Keep another address of a person of the actor's firm; IntegrityError where somebody else there has it. Who calls
    it has asked for that before, and records the change."""
    sealed = seal_email(user_id, email, get_subject_key(user_id))
    execute(WRITE, firm=actor.firm_id, id=user_id, sealed=sealed, index=index_of(email))


@transactional
def seal_plain_emails(actor: Actor, *, most: int = 500) -> int:
    """Give up to `most` people of the firm, whom an earlier version knew, their keys, and seal their addresses, in the
    system tenancy; how many there were."""
    plain = list_plain_emails(actor.firm_id, most=most)
    ids = [row.id for row in plain]
    create_subject_keys(actor, SubjectKind.USER, ids)
    keys = list_subject_keys(ids)
    execute(
        SEAL_MANY,
        firm=actor.firm_id,
        ids=ids,
        sealed=[seal_email(row.id, row.email, keys[row.id]) for row in plain],
        indexes=[index_of(row.email) for row in plain],
    )
    return len(ids)


@transactional
def index_emails_anew(actor: Actor, *, most: int = 500) -> int:
    """Index up to `most` addresses of the firm with the index key in force, in the system tenancy; how many there
    were to index."""
    found = list_emails_to_index(actor.firm_id, most=most)
    ids, indexes = [row.user_id for row in found], [index_of(email_of(row)) for row in found]
    execute(INDEX_MANY, firm=actor.firm_id, ids=ids, indexes=indexes)
    return len(ids)
