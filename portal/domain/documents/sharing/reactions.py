"""What follows here from facts of the library."""

from __future__ import annotations

from portal.domain.documents.library.queries.documents import get_document
from portal.domain.documents.library.signals import AccessEnded
from portal.domain.documents.library.values.documents import DocumentState
from portal.domain.documents.sharing.services import end_shares
from portal.platform.signals import reacts_to


@reacts_to(AccessEnded)
def end_shares_of_archived(fact: AccessEnded) -> None:
    """A document that was taken from its readers is not given to those outside again by being published anew."""
    if get_document(fact.actor, fact.document_id).summary.state is DocumentState.ARCHIVED:
        end_shares(fact.actor, fact.document_id)
