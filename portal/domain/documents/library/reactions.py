"""What follows for documents from people being erased, and from the end of what is kept of them."""

from __future__ import annotations

from portal.domain.documents.library.services.erasing import destroy_documents_of
from portal.domain.documents.library.services.uploads import forget_uploads_of
from portal.domain.people.privacy.signals import PersonErased, RetentionEnded
from portal.platform.signals import reacts_to


@reacts_to(PersonErased)
def throw_away_what_was_on_its_way(erased: PersonErased) -> None:
    """Files of the erased that nothing was made of yet go."""
    forget_uploads_of(erased.actor, erased.user_id)


@reacts_to(RetentionEnded)
def destroy_documents_of_the_erased(ended: RetentionEnded) -> None:
    """What is filed for accounts that nobody has any more goes with them."""
    destroy_documents_of(ended.actor, ended.user_id, ended.account_ids)
