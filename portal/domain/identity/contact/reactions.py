"""What follows for addresses from approvals."""

from __future__ import annotations

from uuid import UUID

from portal.domain.identity.approvals.signals import ApprovalGiven
from portal.domain.identity.approvals.values import EMAIL_CORRECTION
from portal.domain.identity.contact.queries import find_correction
from portal.domain.identity.contact.services.correcting import start_correction
from portal.platform.signals import reacts_to


@reacts_to(ApprovalGiven)
def correct_approved_address(given: ApprovalGiven) -> None:
    """An address that another person approved is corrected."""
    if given.kind == EMAIL_CORRECTION.name:
        user_id = UUID(given.subject.removeprefix("user:"))
        start_correction(given.actor, given.approval_id, user_id, find_correction(user_id, given.content))
