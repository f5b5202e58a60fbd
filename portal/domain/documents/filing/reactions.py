"""What follows for filing from what happens in the library, and to people."""

from __future__ import annotations

from portal.domain.documents.filing.services.forgetting import forget_namings
from portal.domain.documents.filing.services.recipients import require_right_recipients
from portal.domain.documents.library.signals import DocumentGiven, DocumentPublishing, VersionReleased
from portal.domain.documents.signing.signals import DocumentAsked
from portal.domain.people.privacy.signals import RetentionEnded
from portal.platform.outbox import enqueue
from portal.platform.signals import reacts_to


@reacts_to(VersionReleased)
def have_it_read(fact: VersionReleased) -> None:
    """A file that passed its check is read for whom it names before anybody asks."""
    enqueue("documents.read_text", version_id=str(fact.version_id))


@reacts_to(DocumentPublishing)
def look_whom_it_names(fact: DocumentPublishing) -> None:
    """A document that names another investor stays where it is until a person clears the place."""
    require_right_recipients(fact.actor, fact.document_id, fact.version_id)


@reacts_to(DocumentGiven)
def look_whom_it_names_to_more(fact: DocumentGiven) -> None:
    """One more reader may be somebody whom others are not to be named to; and the firm knows more people than when it
    was published."""
    require_right_recipients(fact.actor, fact.document_id, fact.version_id)


@reacts_to(DocumentAsked)
def look_whom_it_names_to_signers(fact: DocumentAsked) -> None:
    """Those who sign see the document before anybody publishes it."""
    require_right_recipients(fact.actor, fact.document_id, fact.version_id)


@reacts_to(RetentionEnded)
def forget_where_they_are_named(ended: RetentionEnded) -> None:
    """Nobody has to know any more where the erased were found."""
    forget_namings(ended.actor, ended.user_id, ended.account_ids)
