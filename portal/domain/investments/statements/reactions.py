"""What follows for statements from approvals."""

from __future__ import annotations

from uuid import UUID

from portal.domain.identity.approvals.signals import ApprovalGiven
from portal.domain.identity.approvals.values import STATEMENT_PUBLICATION
from portal.domain.investments.statements.services.publishing import publish_statement_run
from portal.platform.signals import reacts_to


@reacts_to(ApprovalGiven)
def publish_what_was_approved(given: ApprovalGiven) -> None:
    """A run that was approved is published, as it was read."""
    if given.kind == STATEMENT_PUBLICATION.name:
        asked, run_id = given.content, UUID(given.subject.removeprefix("statement_run:"))
        publish_statement_run(given.actor, run_id, digest=asked["digest"], tell=asked["tell"], reason=asked["reason"])
