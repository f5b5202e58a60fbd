"""Bank details entered, approved, withdrawn, and coming into force when their hold is over.

Who enters or withdraws them is called with their own tenancy in force; the steps work in the firm's system tenancy,
since an investor can neither ask for approvals nor write instructions.
"""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.exc import IntegrityError

from portal.domain.identity.access.values import Actor
from portal.domain.identity.approvals.services import request_approval, void_approval
from portal.domain.identity.approvals.values import PAYMENT_CHANGE
from portal.domain.identity.audit.services import record_act
from portal.domain.identity.subjects.queries import get_subject_key
from portal.domain.people.payment_instructions.errors import (
    ComplianceNeeded,
    ContactChangedSince,
    DetailsChanged,
    EntererGone,
    HoldNotOver,
    InstructionClosed,
    InstructionPending,
)
from portal.domain.people.payment_instructions.models import PaymentInstructionEvent, PaymentInstructionRecord
from portal.domain.people.payment_instructions.policies import can_enter_instruction
from portal.domain.people.payment_instructions.queries import (
    exists_approval_of_compliance,
    exists_right_of_enterer,
    find_pending_instruction,
    get_fingerprint,
    get_paid_account,
    get_payment_instruction,
    list_contact_changes,
    list_member_ids,
)
from portal.domain.people.payment_instructions.rules import find_detail_problems, normal_details
from portal.domain.people.payment_instructions.values import ESCALATES, HOLD, PENDING, BankDetails, InstructionState
from portal.platform import clock
from portal.platform.db import execute, fetch_all, session, transactional
from portal.platform.errors import Forbidden, Invalid, NotFound
from portal.platform.ids import new_id
from portal.platform.outbox import enqueue_many
from portal.platform.tenancy import acting_as

S = InstructionState
MOVE = """
UPDATE people.payment_instructions SET state = %(state)s
WHERE firm_id = %(firm)s AND id = %(id)s AND state = ANY(%(before)s)
"""
REPLACE = """
UPDATE people.payment_instructions SET state = 'replaced'
WHERE firm_id = %(firm)s AND account_id = %(account)s AND state = 'in_force' RETURNING id
"""
TWO = 2


def enter_payment_instruction(actor: Actor, account_id: UUID, *, given: BankDetails) -> UUID:
    """Enter bank details for an account that the actor sees; their id. They come into force after HOLD and after two of
    the firm have seen them (who enters them counts, if of the firm). Invalid with a message per field;
    InstructionPending while others wait."""
    if not can_enter_instruction(actor):
        raise Forbidden
    get_paid_account(actor, account_id)
    details = normal_details(given)
    if problems := find_detail_problems(details):
        raise Invalid(fields=problems)
    with acting_as(Actor.system(actor.firm_id).tenancy):
        return record_payment_instruction(actor, account_id, details=details)


@transactional
def record_payment_instruction(actor: Actor, account_id: UUID, *, details: BankDetails) -> UUID:
    """Write checked bank details and ask for their approval, in the system tenancy; the new id."""
    if actor.user_id is None:
        raise Forbidden
    if find_pending_instruction(actor, account_id) is not None:
        raise InstructionPending
    now, instruction_id = clock.now(), new_id()
    changes = list_contact_changes(actor, account_id, since=now - ESCALATES)
    session.add(
        PaymentInstructionRecord(
            id=instruction_id,
            firm_id=actor.firm_id,
            account_id=account_id,
            method=details.method.value,
            details=details.seal(instruction_id, account_id, get_subject_key(account_id)),
            escalated_for=changes,
            entered_by=actor.user_id,
            entered_at=now,
            hold_until=now + HOLD,
            state=S.WAITING.value,
        )
    )
    try:
        session.flush()
    except IntegrityError as error:  # somebody entered others at the same moment
        raise InstructionPending from error
    _note(actor, instruction_id, account_id, S.WAITING)
    _ask_for_approval(actor, instruction_id, account_id, details=details, changes=changes)
    record_act(actor.user_id, "payment_instruction.enter", f"account:{account_id}", instruction=str(instruction_id))
    return instruction_id


def _ask_for_approval(
    actor: Actor, instruction_id: UUID, account_id: UUID, *, details: BankDetails, changes: list[str]
) -> None:
    """Two of the firm see them: whoever of it enters them is one, unless changed contact asks for more care. Nobody is
    who acts for the account. Requests are not sealed, so that the details are named by their fingerprint alone."""
    content = {
        "account": str(account_id),
        "fingerprint": details.fingerprint(),
        "escalated_for": changes,
        "concerned": [str(each) for each in list_member_ids(actor, account_id)],
    }
    request_approval(
        actor,
        PAYMENT_CHANGE,
        subject=f"payment_instruction:{instruction_id}",
        content=content,
        reason="New bank details of an account.",
        needed=1 if actor.is_staff and not changes else TWO,
    )


@transactional
def approve_payment_instruction(actor: Actor, instruction_id: UUID, *, approval_id: UUID, fingerprint: str) -> None:
    """Take note that bank details were approved, in the transaction of the approval; they come into force with the end
    of the hold. DetailsChanged where they are not those that were asked for, EntererGone and ContactChangedSince where
    the account's people are not who and where they were, ComplianceNeeded where a changed address or telephone asks for
    a compliance officer."""
    found = get_payment_instruction(actor, instruction_id)
    if get_fingerprint(actor, instruction_id) != fingerprint:
        raise DetailsChanged
    if not exists_right_of_enterer(actor, found):
        raise EntererGone
    if list_contact_changes(actor, found.account_id, since=found.entered_at):
        raise ContactChangedSince
    if found.escalated_for and not exists_approval_of_compliance(approval_id):
        raise ComplianceNeeded
    _move(actor, instruction_id, found.account_id, S.APPROVED, before=(S.WAITING,))
    work = {"instruction_id": str(instruction_id)}
    due = max(found.hold_until, clock.now())
    enqueue_many("payment_instructions.bring_into_force", [(work, str(instruction_id))], due_at=due)
    record_act(
        actor.user_id, "payment_instruction.approve", f"account:{found.account_id}", instruction=str(instruction_id)
    )


@transactional
def close_payment_instruction(actor: Actor, instruction_id: UUID, *, state: InstructionState, reason: str) -> None:
    """Let bank details not come into force: rejected or withdrawn. InstructionClosed where they wait no
    more."""
    found = get_payment_instruction(actor, instruction_id)
    _move(actor, instruction_id, found.account_id, state, before=PENDING, reason=reason)
    act = "payment_instruction.reject" if state is S.REJECTED else "payment_instruction.withdraw"
    record_act(actor.user_id, act, f"account:{found.account_id}", instruction=str(instruction_id))


def withdraw_payment_instruction(actor: Actor, account_id: UUID, instruction_id: UUID, *, reason: str) -> None:
    """Take bank details back before they are in force: anybody may who may enter them. NotFound, InstructionClosed."""
    if not can_enter_instruction(actor):
        raise Forbidden
    if get_payment_instruction(actor, instruction_id).account_id != account_id:
        raise NotFound
    with acting_as(Actor.system(actor.firm_id).tenancy):
        _withdraw(actor, instruction_id, reason)


@transactional
def _withdraw(actor: Actor, instruction_id: UUID, reason: str) -> None:
    void_approval(actor, PAYMENT_CHANGE, f"payment_instruction:{instruction_id}")
    close_payment_instruction(actor, instruction_id, state=S.WITHDRAWN, reason=reason)


@transactional
def bring_into_force(actor: Actor, instruction_id: UUID) -> bool:
    """Let approved bank details take the place of those in force, in the system tenancy; whether they did:
    they may have been withdrawn meanwhile. HoldNotOver before the end of the hold."""
    found = get_payment_instruction(actor, instruction_id)
    if found.state is not S.APPROVED:
        return False
    if clock.now() < found.hold_until:
        raise HoldNotOver
    for row in fetch_all(REPLACE, firm=actor.firm_id, account=found.account_id):
        _record_step(actor, row.id, found.account_id, S.REPLACED)
    _move(actor, instruction_id, found.account_id, S.IN_FORCE, before=(S.APPROVED,))
    record_act(None, "payment_instruction.take_effect", f"account:{found.account_id}", instruction=str(instruction_id))
    return True


def _move(
    actor: Actor,
    instruction_id: UUID,
    account_id: UUID,
    state: InstructionState,
    *,
    before: tuple[InstructionState, ...],
    reason: str = "",
) -> None:
    """Move an instruction on, if it is still where it was; with a line of its history and a notice to all members."""
    moved = execute(
        MOVE, firm=actor.firm_id, id=instruction_id, state=state.value, before=[each.value for each in before]
    )
    if not moved:
        raise InstructionClosed
    _note(actor, instruction_id, account_id, state, reason=reason)


def _note(actor: Actor, instruction_id: UUID, account_id: UUID, state: InstructionState, *, reason: str = "") -> None:
    _record_step(actor, instruction_id, account_id, state, reason=reason)
    works = [
        ({"instruction_id": str(instruction_id), "user_id": str(user_id), "state": state.value}, None)
        for user_id in list_member_ids(actor, account_id)
    ]
    enqueue_many("payment_instructions.announce", list(works))


def _record_step(
    actor: Actor, instruction_id: UUID, account_id: UUID, state: InstructionState, *, reason: str = ""
) -> None:
    session.add(
        PaymentInstructionEvent(
            firm_id=actor.firm_id,
            account_id=account_id,
            instruction_id=instruction_id,
            state=state.value,
            at=clock.now(),
            by_user=actor.user_id,
            reason=reason,
        )
    )
    session.flush()
