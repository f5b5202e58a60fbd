"""Reading which key seals the owners of new accounts."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from portal.platform import db

# The key's id stands in what was sealed, after two bytes of which the second is its length.
SEALED = """
SELECT id, options->>'owner' AS owner,
  decode(translate(options->>'owner', '-_', '+/'), 'base64') AS sealed
FROM investments.imports WHERE firm_id = %(firm)s AND options->>'owner' IS NOT NULL
"""
COUNT = """
SELECT convert_from(substring(sealed FROM 3 FOR get_byte(sealed, 1)), 'UTF8') AS key, count(*) AS held
FROM ({sealed}) owners GROUP BY 1
"""
OTHERWISE_SEALED = """
SELECT id, owner FROM ({sealed}) owners
WHERE substring(sealed FROM 3 FOR get_byte(sealed, 1)) <> convert_to(%(key)s, 'UTF8') LIMIT %(most)s
"""


def list_owners_to_reseal(firm_id: UUID, key_in_force: str, *, most: int) -> Sequence[db.AnyRow]:
    """`id` and sealed `owner` of up to `most` imports whose owner another key than this seals."""
    return db.fetch_all(OTHERWISE_SEALED.format(sealed=SEALED), firm=firm_id, key=key_in_force, most=most)


def count_owners_by_key(firm_id: UUID) -> dict[str, int]:
    """How many owners of a firm's imports each key of the vault seals."""
    return {row.key: row.held for row in db.fetch_all(COUNT.format(sealed=SEALED), firm=firm_id)}
