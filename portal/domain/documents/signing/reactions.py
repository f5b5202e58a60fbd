"""What follows here from facts of the library and of people."""

from __future__ import annotations

from portal.domain.documents.library.queries.documents import get_document
from portal.domain.documents.library.signals import AccessEnded
from portal.domain.documents.library.values.documents import DocumentState
from portal.domain.documents.signing.queries.envelopes import list_unsigned_envelopes
from portal.domain.documents.signing.services.forgetting import forget_signer
from portal.domain.documents.signing.services.sending import take_back
from portal.domain.people.privacy.signals import RetentionEnded
from portal.platform.signals import reacts_to


@reacts_to(AccessEnded)
def take_back_envelopes(fact: AccessEnded) -> None:
    """Nobody is asked to sign a document any more that is deleted."""
    waiting = list_unsigned_envelopes(fact.actor, fact.document_id)
    if waiting and get_document(fact.actor, fact.document_id).summary.state is DocumentState.DELETED:
        for envelope_id in waiting:
            take_back(fact.actor, envelope_id)


@reacts_to(RetentionEnded)
def forget_where_they_signed(ended: RetentionEnded) -> None:
    """Nobody knows any more from where the erased have signed."""
    forget_signer(ended.actor, ended.user_id)
