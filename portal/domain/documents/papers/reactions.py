"""What follows for papers from the end of what is kept of people."""

from __future__ import annotations

from portal.domain.documents.papers.services import forget_papers
from portal.domain.people.privacy.signals import RetentionEnded
from portal.platform.signals import reacts_to


@reacts_to(RetentionEnded)
def forget_papers_of_the_erased(ended: RetentionEnded) -> None:
    """What the person sent, and what was sent for accounts that nobody has any more, is known no longer."""
    forget_papers(ended.actor, ended.user_id, ended.account_ids)
