"""A document, kept as it is while one operation changes it."""

from __future__ import annotations

from uuid import UUID

from portal.domain.documents.library.models import DocumentRecord, FolderRecord
from portal.domain.documents.library.queries.documents import get_document
from portal.domain.documents.library.queries.folders import get_folder
from portal.domain.documents.library.values.folders import OpenedFolder
from portal.domain.identity.access.values import Actor
from portal.platform.db import session, transactional
from portal.platform.errors import NotFound


@transactional
def lock_document(actor: Actor, document_id: UUID) -> DocumentRecord:
    """A document as it is now, which no other operation changes before this one ends; NotFound where the actor may
    not see it."""
    document = session.get(DocumentRecord, document_id, with_for_update=True, populate_existing=True)
    if document is None:
        raise NotFound
    get_document(actor, document_id)
    return document


@transactional
def lock_folder(actor: Actor, folder_id: UUID) -> OpenedFolder:
    """A folder as it is now, into which nothing is put and whose folders are not renamed before this operation ends.
    NotFound."""
    session.get(FolderRecord, folder_id, with_for_update=True)
    return get_folder(actor, folder_id)
