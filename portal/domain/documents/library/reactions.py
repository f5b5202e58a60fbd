"""What follows for documents from the end of what is kept of people."""

from __future__ import annotations

from portal.domain.documents.library.services.erasing import destroy_documents_of
from portal.domain.people.privacy.signals import RetentionEnded
from portal.platform.signals import reacts_to


@reacts_to(RetentionEnded)
def destroy_documents_of_the_erased(ended: RetentionEnded) -> None:
    """What is filed for accounts that nobody has any more goes with them."""
    destroy_documents_of(ended.actor, ended.user_id, ended.account_ids)
