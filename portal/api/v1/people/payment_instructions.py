"""Where an account is paid."""

from __future__ import annotations

from datetime import UTC
from uuid import UUID

from flask import Response

from portal.api.answers import answer
from portal.api.auth import actor, bearer, requires_any
from portal.api.openapi import described
from portal.api.v1.people.account_schemas import Instruction, Instructions, NewInstruction, PersonalDetails
from portal.api.v1.routes import v1
from portal.domain.identity.access.values import Permission
from portal.domain.identity.sessions.policies import require_freshness
from portal.domain.people.payment_instructions.queries import (
    get_paid_account,
    get_payment_instruction,
    list_payment_instructions,
)
from portal.domain.people.payment_instructions.services import enter_payment_instruction
from portal.domain.people.payment_instructions.values import BankDetails, Method, PaymentInstruction
from portal.domain.people.profiles.queries import get_profile
from portal.platform import clock

SEEN_BY = (Permission.SEE_OWN_PORTFOLIO, Permission.SEE_ALL_PORTFOLIOS)
WRITTEN_BY = (Permission.SEE_OWN_PORTFOLIO, Permission.EDIT_ACCOUNTS)


@v1.get("/accounts/<uuid:account_id>/payment-instructions")
@requires_any(*SEEN_BY)
@described(Instructions, refusals=(401, 403, 404))
def show_payment_instructions(account_id: UUID) -> Response:
    """The bank details of an account, those in force, those that wait and those before, masked."""
    get_paid_account(actor(), account_id)
    return answer(Instructions([_item(each) for each in list_payment_instructions(actor(), account_id)]))


@v1.post("/accounts/<uuid:account_id>/payment-instructions")
@requires_any(*WRITTEN_BY)
@described(Instruction, status=201, refusals=(401, 403, 404, 409))
def enter_bank_details(json: NewInstruction, account_id: UUID) -> Response:
    """Enter bank details; they come into force after 48 hours, when two people at the firm have seen them. Refused
    unless one proved who one is in the last five minutes, by signing in or otherwise, and while others wait: sent
    twice, they are entered once."""
    require_freshness(bearer(), clock.now())
    given = BankDetails(Method(json.method), json.holder, json.bank, json.number, json.routing)
    instruction_id = enter_payment_instruction(actor(), account_id, given=given)
    return answer(_item(get_payment_instruction(actor(), instruction_id)), 201)


@v1.get("/accounts/<uuid:account_id>/details")
@requires_any(*SEEN_BY)
@described(PersonalDetails, refusals=(401, 403, 404))
def show_personal_details(account_id: UUID) -> Response:
    """Tax number, date of birth and postal address of an account, masked; in full they are on the pages alone."""
    get_paid_account(actor(), account_id)
    found = get_profile(actor(), account_id)
    kind = found.tax_number_kind.value if found.tax_number_kind else None
    return answer(PersonalDetails(kind, found.tax_number, found.born_on, found.postal_address))


def _item(found: PaymentInstruction) -> Instruction:
    return Instruction(
        str(found.id), found.method.value, found.holder, found.bank, found.number, found.routing or None,
        found.state.value, found.entered_at.astimezone(UTC).isoformat(), found.hold_until.astimezone(UTC).isoformat(),
        list(found.escalated_for),
    )  # fmt: skip
