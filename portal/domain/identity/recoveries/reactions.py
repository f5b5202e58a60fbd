"""What follows for lost factors from approvals."""

from __future__ import annotations

from uuid import UUID

from portal.domain.identity.approvals.signals import ApprovalGiven
from portal.domain.identity.approvals.values import FACTOR_RESET
from portal.domain.identity.recoveries.services import start_waiting
from portal.platform.signals import reacts_to


@reacts_to(ApprovalGiven)
def wait_for_approved_recovery(given: ApprovalGiven) -> None:
    """A removal that two people approved waits for its day."""
    if given.kind == FACTOR_RESET.name:
        start_waiting(given.actor, given.approval_id, UUID(given.subject.removeprefix("user:")))
