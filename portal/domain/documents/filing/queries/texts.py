"""Reading which texts are to be read, and which are to be sealed anew."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from portal.domain.identity.access.values import Actor
from portal.platform import db

UNREAD = """
SELECT v.file_key, v.kind, v.pages FROM documents.versions v
WHERE v.firm_id = %(firm)s AND v.id = %(version)s AND v.state = 'released'
  AND NOT EXISTS (SELECT FROM documents.texts t WHERE t.version_id = v.id)
"""
# The key's id stands in what was sealed, after two bytes of which the second is its length.
COUNT = """
SELECT convert_from(substring(sealed FROM 3 FOR get_byte(sealed, 1)), 'UTF8') AS key, count(*) AS held
FROM documents.texts WHERE firm_id = %(firm)s GROUP BY 1
"""
OTHERWISE_SEALED = """
SELECT version_id, sealed FROM documents.texts
WHERE firm_id = %(firm)s AND substring(sealed FROM 3 FOR get_byte(sealed, 1)) <> convert_to(%(key)s, 'UTF8')
LIMIT %(most)s FOR UPDATE
"""


@dataclass(frozen=True, slots=True)
class UnreadFile:
    """The file of a version that was not read: where it lies, its extension, its pages where it has any."""

    key: str
    kind: str
    pages: int | None


def find_unread_file(actor: Actor, version_id: UUID) -> UnreadFile | None:
    """The file of a released version, or None where it was read already or there is none."""
    row = db.fetch_one(UNREAD, firm=actor.firm_id, version=version_id)
    return None if row is None else UnreadFile(row.file_key, row.kind, row.pages)


def list_texts_to_reseal(firm_id: UUID, key_in_force: str, *, most: int) -> Sequence[db.AnyRow]:
    """`version_id` and `sealed` of up to `most` texts that another key than this seals, held until they are written."""
    return db.fetch_all(OTHERWISE_SEALED, firm=firm_id, key=key_in_force, most=most)


def count_texts_by_key(firm_id: UUID) -> dict[str, int]:
    """How many texts each key of the vault seals."""
    return {row.key: row.held for row in db.fetch_all(COUNT, firm=firm_id)}
