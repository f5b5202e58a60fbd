"""Files of documents for whoever may take them now."""

from __future__ import annotations

from uuid import UUID

from portal.domain.documents.library.policies import can_see_library
from portal.domain.documents.library.queries.visibility import (
    visible_as_view_only,
    visible_documents,
    visible_parameters,
)
from portal.domain.documents.reading.errors import ViewOnly
from portal.domain.documents.reading.policies import can_take
from portal.domain.identity.access.values import Actor
from portal.platform import db
from portal.platform.errors import NotFound
from portal.platform.storage.interface import GivenFile

FILE = """
SELECT v.file_key, v.name, v.digest, {view_only} AS view_only
FROM documents.documents d JOIN documents.versions v ON v.document_id = d.id AND v.state = 'released'
WHERE {visible} AND d.id = %(id)s AND v.number = COALESCE(%(number)s, {theirs}) {of_readers}
"""


def get_takeable_file(actor: Actor, document_id: UUID, *, number: int | None = None) -> GivenFile:
    """The file of a document that the actor may take away now: of the version that is theirs to see, or of version
    `number` where they may see that one. NotFound, ViewOnly; one statement, so that it can be asked at each opening."""
    staff = can_see_library(actor)
    row = db.fetch_one(
        FILE.format(
            visible=visible_documents(actor),
            view_only=visible_as_view_only(actor),
            theirs="d.published_version, d.latest_version" if staff else "d.published_version",
            of_readers="" if staff else "AND v.number = d.published_version",
        ),
        id=document_id,
        number=number,
        **visible_parameters(actor),
    )
    if row is None:
        raise NotFound
    if not can_take(actor, view_only=row.view_only):
        raise ViewOnly
    return GivenFile(row.file_key, row.name, row.digest)
