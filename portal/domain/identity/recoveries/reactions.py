"""What follows for lost factors from approvals."""

from __future__ import annotations

from uuid import UUID

from portal.domain.identity.approvals.signals import ApprovalClosed, ApprovalGiven
from portal.domain.identity.approvals.values import FACTOR_RESET, ApprovalState
from portal.domain.identity.recoveries.services import start_waiting, tell_of_refusal
from portal.platform.signals import reacts_to


@reacts_to(ApprovalGiven)
def wait_for_approved_recovery(given: ApprovalGiven) -> None:
    """A removal that two people approved waits for its day."""
    if given.kind == FACTOR_RESET.name:
        start_waiting(given.actor, given.approval_id, UUID(given.subject.removeprefix("user:")))


@reacts_to(ApprovalClosed)
def tell_of_refused_recovery(closed: ApprovalClosed) -> None:
    """Who lost a factor hears that it is not removed, and what to do."""
    if closed.kind == FACTOR_RESET.name:
        tell_of_refusal(closed.approval_id, rejected=closed.state is ApprovalState.REJECTED)
