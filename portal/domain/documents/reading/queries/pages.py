"""What a person may read of a document, and which of its pages were drawn already."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from portal.domain.documents.library.queries.documents import get_document
from portal.domain.documents.library.values.documents import Document
from portal.domain.documents.library.values.files import Version, VersionState
from portal.domain.documents.reading.values.pages import KeptPage, Readable
from portal.domain.identity.access.values import Actor
from portal.platform import db
from portal.platform.errors import NotFound
from portal.platform.screening.values import MediaKind

KEPT = """
SELECT page, image_key, width, height FROM documents.page_images
WHERE firm_id = %(firm)s AND version_id = %(version)s AND page BETWEEN %(first)s AND %(last)s ORDER BY page
"""
KEYS = """
SELECT image_key FROM documents.page_images WHERE firm_id = %(firm)s AND image_key IS NOT NULL
  AND version_id IN (SELECT id FROM documents.versions WHERE document_id = ANY(%(documents)s))
"""


def get_readable(actor: Actor, document_id: UUID, *, number: int | None = None) -> Readable:
    """The document as the actor may read it: the version that is theirs to see, or for staff version `number`.
    NotFound, also while no version of it has passed its check."""
    found = find_readable(get_document(actor, document_id), number=number)
    if found is None:
        raise NotFound
    return found


def find_readable(document: Document, *, number: int | None = None) -> Readable | None:
    """What can be read of a document that was found for somebody: the version that is theirs, or version `number` of
    those they may see; None where that one has not passed its check."""
    wanted = document.summary.number if number is None else number
    for version in document.versions:
        if version.number == wanted and version.state is VersionState.RELEASED:
            return _readable(document, version)
    return None


def _readable(document: Document, version: Version) -> Readable:
    assert version.file_key is not None
    assert version.digest is not None
    assert version.kind is not None
    return Readable(
        document.id,
        version.id,
        version.number,
        document.summary.title,
        MediaKind(version.kind),
        version.pages,
        version.size,
        version.digest,
        version.file_key,
        version.name,
        document.summary.view_only,
        document.summary.must_acknowledge,
        document.details.marked_copies,
    )


def list_kept_pages(actor: Actor, version_id: UUID, *, first: int, last: int) -> Sequence[KeptPage]:
    """Those of the pages from `first` to `last` of a version the actor may see that were drawn before."""
    rows = db.fetch_all(KEPT, firm=actor.firm_id, version=version_id, first=first, last=last)
    return [KeptPage(*row) for row in rows]


def list_page_keys(actor: Actor, document_ids: Sequence[UUID]) -> Sequence[str]:
    """The keys of the pages that were drawn of these documents."""
    return [row.image_key for row in db.fetch_all(KEYS, firm=actor.firm_id, documents=list(document_ids))]
