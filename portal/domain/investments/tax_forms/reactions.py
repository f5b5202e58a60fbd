"""What follows for tax forms from approvals."""

from __future__ import annotations

from uuid import UUID

from portal.domain.identity.approvals.signals import ApprovalClosed, ApprovalGiven
from portal.domain.identity.approvals.values import TAX_FORMS
from portal.domain.investments.tax_forms.services.issuing import issue_tax_run
from portal.domain.investments.tax_forms.services.preparing import return_tax_run
from portal.platform.signals import reacts_to


@reacts_to(ApprovalGiven)
def issue_what_was_approved(given: ApprovalGiven) -> None:
    """Forms that were approved are issued."""
    if given.kind == TAX_FORMS.name:
        issue_tax_run(given.actor, _run(given.subject), digest=given.content["digest"])


@reacts_to(ApprovalClosed)
def return_what_was_refused(closed: ApprovalClosed) -> None:
    """Allocations that were not approved are a draft again."""
    if closed.kind == TAX_FORMS.name:
        return_tax_run(closed.actor, _run(closed.subject))


def _run(subject: str) -> UUID:
    return UUID(subject.removeprefix("tax_run:"))
