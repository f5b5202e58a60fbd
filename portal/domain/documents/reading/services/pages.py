"""Keeping pages that were drawn."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from portal.domain.documents.reading.values.pages import KeptPage
from portal.domain.identity.access.values import Actor
from portal.platform.db import fetch_all, transactional
from portal.platform.tenancy import acting_as

# A version that was destroyed meanwhile keeps nothing.
KEEP = """
INSERT INTO documents.page_images (version_id, page, firm_id, image_key, width, height)
SELECT v.id, p.page, v.firm_id, p.image_key, p.width, p.height
FROM documents.versions v, unnest(%(pages)s::integer[], %(keys)s::text[], %(widths)s::integer[], %(heights)s::integer[])
  AS p (page, image_key, width, height)
WHERE v.firm_id = %(firm)s AND v.id = %(version)s
ON CONFLICT (version_id, page) DO UPDATE SET image_key = excluded.image_key
  WHERE page_images.image_key = ANY(%(lost)s) RETURNING image_key
"""


def keep_pages(actor: Actor, version_id: UUID, pages: Sequence[KeptPage], *, lost: Sequence[str] = ()) -> Sequence[str]:
    """Note where pages of a version lie that were drawn just now; the keys of those that somebody else had drawn
    before, which nothing names. What lay under the keys in `lost` is gone, so that others take their place. In the
    firm's system tenancy, in a transaction of its own."""
    with acting_as(Actor.system(actor.firm_id).tenancy):
        return _keep(actor, version_id, pages, lost)


@transactional
def _keep(actor: Actor, version_id: UUID, pages: Sequence[KeptPage], lost: Sequence[str]) -> Sequence[str]:
    rows = fetch_all(
        KEEP,
        firm=actor.firm_id,
        version=version_id,
        pages=[each.page for each in pages],
        keys=[each.key for each in pages],
        widths=[each.width for each in pages],
        heights=[each.height for each in pages],
        lost=list(lost),
    )
    kept = {row.image_key for row in rows}
    return [each.key for each in pages if each.key is not None and each.key not in kept]
