"""What follows for distributions from approvals."""

from __future__ import annotations

from uuid import UUID

from portal.domain.identity.approvals.signals import ApprovalClosed, ApprovalGiven
from portal.domain.identity.approvals.values import CARRY_RELEASE, DISTRIBUTION, DISTRIBUTION_REVERSAL
from portal.domain.investments.distributions.services.drafting import return_distribution_to_draft
from portal.domain.investments.distributions.services.paying import approve_distribution, reverse_distribution
from portal.domain.investments.distributions.services.releasing import release_carry
from portal.platform.signals import reacts_to


@reacts_to(ApprovalGiven)
def do_what_was_approved(given: ApprovalGiven) -> None:
    """A distribution that two others approved is paid; one whose taking back was approved is taken back;
    carry is let go."""
    if given.kind == DISTRIBUTION.name:
        approve_distribution(given.actor, _distribution(given.subject), given.content)
    elif given.kind == DISTRIBUTION_REVERSAL.name:
        content = given.content
        reverse_distribution(
            given.actor, _distribution(given.subject), digest=content["digest"], reason=content["reason"]
        )
    elif given.kind == CARRY_RELEASE.name:
        vehicle_id = UUID(given.subject.removeprefix("vehicle:"))
        release_carry(given.actor, vehicle_id, content=given.content, asked_by=given.maker_id)


@reacts_to(ApprovalClosed)
def return_refused_distribution(closed: ApprovalClosed) -> None:
    """A distribution that was rejected, or whose request was taken back, is a draft again."""
    if closed.kind == DISTRIBUTION.name:
        return_distribution_to_draft(closed.actor, _distribution(closed.subject))


def _distribution(subject: str) -> UUID:
    return UUID(subject.removeprefix("distribution:"))
