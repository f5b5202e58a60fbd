"""Bank details for tests: entered, and decided upon."""

from __future__ import annotations

from uuid import UUID

from portal.domain.identity.access.values import Actor
from portal.domain.identity.approvals.queries import find_open_approval
from portal.domain.identity.approvals.services import decide_approval
from portal.domain.identity.approvals.values import PAYMENT_CHANGE, Approval, ApprovalState
from portal.domain.people.payment_instructions.queries import list_payment_instructions
from portal.domain.people.payment_instructions.services import enter_payment_instruction
from portal.domain.people.payment_instructions.values import BankDetails, InstructionState, Method
from portal.platform.tenancy import acting_as

NUMBER, OTHER = "4407716639", "4407716640"


def enter(actor: Actor, account_id: UUID, number: str = NUMBER) -> UUID:
    """Bank details that this person entered; their id."""
    details = BankDetails(Method.ACH, "Lane Trust", "First Bank", number, "111000025")
    with acting_as(actor.tenancy):
        return enter_payment_instruction(actor, account_id, given=details)


def request_of(actor: Actor, instruction_id: UUID) -> Approval:
    """The open request for their approval."""
    with acting_as(Actor.system(actor.firm_id).tenancy):
        found = find_open_approval(actor, PAYMENT_CHANGE.name, f"payment_instruction:{instruction_id}")
    assert found
    return found


def decide(actor: Actor, instruction_id: UUID, *, approves: bool = True, comment: str = "") -> ApprovalState:
    """What this person says to it, as it is now; where it stands then."""
    request = request_of(actor, instruction_id)
    with acting_as(actor.tenancy):
        return decide_approval(actor, request.id, digest=request.digest, approves=approves, comment=comment)


def states(actor: Actor, account_id: UUID) -> list[InstructionState]:
    """The bank details of the account that this person sees, the newest first."""
    with acting_as(actor.tenancy):
        return [each.state for each in list_payment_instructions(actor, account_id)]
