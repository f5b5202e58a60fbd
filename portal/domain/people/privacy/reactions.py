"""What follows for people from approvals."""

from __future__ import annotations

from uuid import UUID

from portal.domain.identity.approvals.signals import ApprovalGiven
from portal.domain.identity.approvals.values import ERASURE
from portal.domain.people.privacy.services.erasures import begin_erasure
from portal.platform.signals import reacts_to


@reacts_to(ApprovalGiven)
def erase_approved_person(given: ApprovalGiven) -> None:
    """An erasure that was approved is carried out."""
    if given.kind == ERASURE.name:
        begin_erasure(given.actor, UUID(given.content["erasure"]), approved=given.content)
