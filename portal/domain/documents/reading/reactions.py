"""What follows for readers from what happens in the library."""

from __future__ import annotations

from portal.domain.documents.library.signals import DocumentsDestroying
from portal.domain.documents.reading.queries.pages import list_page_keys
from portal.platform.outbox import enqueue_many
from portal.platform.signals import reacts_to


@reacts_to(DocumentsDestroying)
def discard_pages(destroying: DocumentsDestroying) -> None:
    """Have the pages deleted that were drawn of documents which are destroyed; their rows go with the documents."""
    keys = list_page_keys(destroying.actor, destroying.document_ids)
    enqueue_many("reading.discard_page", [({"key": key}, None) for key in keys])
