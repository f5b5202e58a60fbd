"""What follows for calls and for where they are paid from approvals."""

from __future__ import annotations

from uuid import UUID

from portal.domain.identity.approvals.signals import ApprovalClosed, ApprovalGiven
from portal.domain.identity.approvals.values import CALL_CANCELLATION, CALL_ISSUE, RECEIVING_CHANGE, ApprovalState
from portal.domain.investments.capital_calls.services.drafting import return_call_to_draft
from portal.domain.investments.capital_calls.services.issuing import cancel_call, issue_call
from portal.domain.investments.capital_calls.services.receiving import (
    accept_receiving_details,
    close_receiving_details,
)
from portal.domain.investments.capital_calls.values.calls import ReceivingState
from portal.platform.signals import reacts_to

STATES = {
    ApprovalState.REJECTED: ReceivingState.REJECTED,
    ApprovalState.WITHDRAWN: ReceivingState.WITHDRAWN,
}


@reacts_to(ApprovalGiven)
def do_approved_act(given: ApprovalGiven) -> None:
    """A call that was approved is issued or cancelled; approved bank details come into force."""
    if given.kind == CALL_ISSUE.name:
        issue_call(given.actor, _id(given.subject), digest=given.content["digest"])
    elif given.kind == CALL_CANCELLATION.name:
        cancel_call(given.actor, _id(given.subject), reason=given.content["reason"])
    elif given.kind == RECEIVING_CHANGE.name:
        accept_receiving_details(given.actor, _id(given.subject), approved=given.content["fingerprint"])


@reacts_to(ApprovalClosed)
def undo_refused_act(closed: ApprovalClosed) -> None:
    """A call that was rejected is a draft again; rejected bank details never come into force."""
    if closed.kind == CALL_ISSUE.name:
        return_call_to_draft(closed.actor, _id(closed.subject))
    elif closed.kind == RECEIVING_CHANGE.name:
        close_receiving_details(closed.actor, _id(closed.subject), state=STATES[closed.state])


def _id(subject: str) -> UUID:
    return UUID(subject.partition(":")[2])
