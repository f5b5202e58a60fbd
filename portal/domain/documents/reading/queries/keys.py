"""What reading has in the store."""

from __future__ import annotations

from collections.abc import Sequence

from portal.domain.identity.access.values import Actor
from portal.platform import db

KEYS = """
SELECT key FROM (
  SELECT image_key AS key FROM documents.page_images WHERE firm_id = %(firm)s AND image_key > %(after)s
  UNION ALL
  SELECT file_key FROM documents.archives WHERE firm_id = %(firm)s AND file_key > %(after)s AND state = 'ready'
) keys ORDER BY key LIMIT %(most)s
"""


def list_reading_keys(actor: Actor, *, after: str = "", most: int = 1_000) -> Sequence[str]:
    """The keys of page images and archives of the firm in the store, in order, those after `after`. Page images can be
    drawn again: one that is lost is no loss."""
    return [row.key for row in db.fetch_all(KEYS, firm=actor.firm_id, after=after, most=most)]
