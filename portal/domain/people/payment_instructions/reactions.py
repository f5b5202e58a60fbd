"""What follows for bank details from approvals."""

from __future__ import annotations

from uuid import UUID

from portal.domain.identity.approvals.signals import ApprovalClosed, ApprovalGiven
from portal.domain.identity.approvals.values import PAYMENT_CHANGE, ApprovalState
from portal.domain.people.payment_instructions.services import (
    approve_payment_instruction,
    close_payment_instruction,
)
from portal.domain.people.payment_instructions.values import InstructionState
from portal.platform.signals import reacts_to

STATES = {
    ApprovalState.REJECTED: InstructionState.REJECTED,
    ApprovalState.WITHDRAWN: InstructionState.WITHDRAWN,
}


@reacts_to(ApprovalGiven)
def accept_approved_instruction(given: ApprovalGiven) -> None:
    """Bank details that were approved come into force with the end of their hold."""
    if given.kind == PAYMENT_CHANGE.name:
        approve_payment_instruction(
            given.actor,
            _instruction(given.subject),
            approval_id=given.approval_id,
            fingerprint=given.content["fingerprint"],
        )


@reacts_to(ApprovalClosed)
def close_refused_instruction(closed: ApprovalClosed) -> None:
    """Bank details that were rejected, or whose request was taken back, never come into force."""
    if closed.kind == PAYMENT_CHANGE.name:
        close_payment_instruction(
            closed.actor, _instruction(closed.subject), state=STATES[closed.state], reason=closed.comment
        )


def _instruction(subject: str) -> UUID:
    return UUID(subject.removeprefix("payment_instruction:"))
