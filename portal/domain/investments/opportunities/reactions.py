"""What follows for opportunities from approvals, and from erasures."""

from __future__ import annotations

from uuid import UUID

from portal.domain.identity.approvals.signals import ApprovalClosed, ApprovalGiven
from portal.domain.identity.approvals.values import OPPORTUNITY_OPEN
from portal.domain.investments.opportunities.services.forgetting import forget_watches, forget_words
from portal.domain.investments.opportunities.services.opening import open_opportunity, return_opportunity_to_draft
from portal.domain.people.privacy.signals import PersonErased, RetentionEnded
from portal.platform.signals import reacts_to


@reacts_to(ApprovalGiven)
def open_approved_opportunity(given: ApprovalGiven) -> None:
    """What was approved opens."""
    if given.kind == OPPORTUNITY_OPEN.name:
        open_opportunity(given.actor, _opportunity(given.subject), given.content)


@reacts_to(ApprovalClosed)
def return_refused_opportunity(closed: ApprovalClosed) -> None:
    """What was rejected, or taken back, is a draft again."""
    if closed.kind == OPPORTUNITY_OPEN.name:
        return_opportunity_to_draft(closed.actor, _opportunity(closed.subject))


@reacts_to(PersonErased)
def forget_what_they_watched(erased: PersonErased) -> None:
    """Nobody knows any more what the erased watched."""
    forget_watches(erased.actor, erased.user_id)


@reacts_to(RetentionEnded)
def forget_what_they_wrote(ended: RetentionEnded) -> None:
    """Nor, once its time is over, what they wrote."""
    forget_words(ended.actor, ended.user_id, ended.account_ids)


def _opportunity(subject: str) -> UUID:
    return UUID(subject.removeprefix("opportunity:"))
