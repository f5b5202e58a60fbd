"""What follows for readers from what happens in the library, and to people."""

from __future__ import annotations

from portal.domain.documents.library.signals import DocumentsDestroying
from portal.domain.documents.reading.queries.pages import list_page_keys
from portal.domain.documents.reading.services.forgetting import forget_confirmations, forget_reader
from portal.domain.people.privacy.signals import PersonErased, RetentionEnded
from portal.platform.outbox import enqueue_many
from portal.platform.signals import reacts_to


@reacts_to(DocumentsDestroying)
def discard_pages(destroying: DocumentsDestroying) -> None:
    """Have the pages deleted that were drawn of documents which are destroyed; their rows go with the documents."""
    keys = list_page_keys(destroying.actor, destroying.document_ids)
    enqueue_many("reading.discard_page", [({"key": key}, None) for key in keys])


@reacts_to(PersonErased)
def forget_where_they_read(erased: PersonErased) -> None:
    """Nobody knows any more from where the erased have read."""
    forget_reader(erased.actor, erased.user_id)


@reacts_to(RetentionEnded)
def forget_where_they_confirmed(ended: RetentionEnded) -> None:
    """Nor, once its time is over, from where they confirmed it."""
    forget_confirmations(ended.actor, ended.user_id)
