"""Reading addresses that are still to be sealed or indexed."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from portal.platform import db
from portal.platform.personal import index_mark
from portal.platform.tenancy import GATE, acting_as

# The rows are held, so that whoever changes an address meanwhile comes after.
PLAIN = """
SELECT id, email FROM identity.users WHERE firm_id = %(firm)s AND email_sealed IS NULL LIMIT %(most)s FOR UPDATE
"""
OTHERWISE_INDEXED = """
SELECT u.id AS user_id, u.email_sealed, k.wrapped FROM identity.users u
JOIN identity.subject_keys k ON k.subject_id = u.id
WHERE u.firm_id = %(firm)s AND substring(u.email_index FOR 4) <> %(mark)s LIMIT %(most)s FOR UPDATE OF u
"""
COUNT_BY_MARK = """
SELECT substring(email_index FOR 4) AS mark, count(*) AS held FROM identity.users WHERE firm_id = %(firm)s GROUP BY 1
"""


def list_plain_emails(firm_id: UUID, *, most: int) -> Sequence[db.AnyRow]:
    """`id` and `email` of people whose address an earlier version left in plain; only until the column is dropped."""
    return db.fetch_all(PLAIN, firm=firm_id, most=most)


def list_emails_to_index(firm_id: UUID, *, most: int) -> Sequence[db.AnyRow]:
    """Addresses whose index another key than that in force made."""
    return db.fetch_all(OTHERWISE_INDEXED, firm=firm_id, mark=index_mark(), most=most)


def count_emails_by_mark(firm_id: UUID) -> dict[bytes, int]:
    """How many addresses are found by the indexes of each key, by the key's mark."""
    return {bytes(row.mark): row.held for row in db.fetch_all(COUNT_BY_MARK, firm=firm_id)}


def list_firm_ids() -> list[UUID]:
    """Every firm of the installation; asked at the gate, before the database is of this version."""
    with acting_as(GATE):
        return [row.id for row in db.fetch_all("SELECT id FROM identity.firms ORDER BY id")]
