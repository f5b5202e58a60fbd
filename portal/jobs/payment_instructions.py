"""Bank details: notices to everybody who acts for the account, and the end of the hold."""

from __future__ import annotations

from uuid import UUID

from portal.domain.identity.access.values import Actor
from portal.domain.identity.contact.services.undoing import tell_former_addresses
from portal.domain.people.payment_instructions.queries import find_payment_notice
from portal.domain.people.payment_instructions.services import bring_into_force
from portal.domain.people.payment_instructions.values import InstructionState
from portal.jobs.posting import address_of, post
from portal.platform import formatting
from portal.platform.outbox import Work

S = InstructionState
SUBJECTS = {
    S.WAITING: "New bank details were entered",
    S.APPROVED: "New bank details were approved",
    S.IN_FORCE: "New bank details are in force",
    S.REJECTED: "New bank details were rejected",
    S.WITHDRAWN: "New bank details were withdrawn",
}


def announce(work: Work) -> None:
    """Tell a person of a step of bank details of an account they act for, at their address, and by work of its own at
    each they had of late."""
    actor, state = Actor.system(work.firm_id), S(work.arguments["state"])
    instruction_id, user_id = UUID(work.arguments["instruction_id"]), UUID(work.arguments["user_id"])
    change_id = UUID(work.arguments["change_id"]) if "change_id" in work.arguments else None
    if change_id is None:
        tell_former_addresses(actor, user_id, work, f"{instruction_id}:{state.value}")
    notice = find_payment_notice(actor, instruction_id, user_id, change_id=change_id)
    if notice is None:
        return
    instruction = notice.instruction
    post(
        work,
        notice,
        SUBJECTS[state],
        "mail/bank_details.txt",
        heading=SUBJECTS[state],
        instruction=instruction,
        state=state,
        hold_until=formatting.moment(instruction.hold_until, notice.locale, notice.time_zone),
        url=address_of(f"people/payment-instructions/{instruction.account_id}"),
    )


def take_effect(work: Work) -> None:
    """Let approved bank details come into force, unless they were withdrawn."""
    bring_into_force(Actor.system(work.firm_id), UUID(work.arguments["instruction_id"]))
