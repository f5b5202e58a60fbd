"""Bank files and what comes of them, for tests."""

from __future__ import annotations

from uuid import UUID

from portal.domain.identity.access.values import Actor
from portal.domain.identity.approvals.queries import get_approval
from portal.domain.identity.approvals.values import Approval
from portal.domain.investments.payments.queries.bank_files import list_file_lines
from portal.domain.investments.payments.services.payouts import request_origin
from portal.domain.investments.payments.services.statements import read_statement
from portal.domain.investments.payments.values.payouts import Origin
from portal.domain.investments.payments.values.receipts import KeptLine
from portal.domain.people.payment_instructions.services import enter_payment_instruction
from portal.domain.people.payment_instructions.values import BankDetails
from portal.platform.db import execute, transactional
from portal.platform.tenancy import acting_as

HEADER = "Date,Name,Reference,Amount,Transaction ID,Account"


def statement_of(*rows: tuple[str, str, str, str], account: str = "1") -> bytes:
    """A CSV of (date, payer, reference, amount) rows, each with an id of its own."""
    lines = [
        f"{on},{payer},{text},{amount},T{n}-{account},{account}" for n, (on, payer, text, amount) in enumerate(rows)
    ]
    return "\n".join([HEADER, *lines]).encode()


def read_file(actor: Actor, *rows: tuple[str, str, str, str], name: str = "march.csv", account: str = "1") -> UUID:
    """A bank file with these rows, read in."""
    with acting_as(actor.tenancy):
        content = statement_of(*rows, account=account)
        return read_statement(actor, name=name, content=content, currency="USD").file_id


def lines_of(actor: Actor, file_id: UUID) -> list[KeptLine]:
    """The movements of a file."""
    with acting_as(actor.tenancy):
        return [line for _, line in list_file_lines(actor, file_id, most=1000)]


def ask_for_origin(actor: Actor, vehicle_id: UUID, origin: Origin) -> Approval:
    """The request, just made, to let a vehicle pay from an account."""
    with acting_as(actor.tenancy):
        return get_approval(actor, request_origin(actor, vehicle_id, origin, reason="The fund moved its bank."))


def bank_with(staff: Actor, account_id: UUID, details: BankDetails) -> None:
    """Bank details of an account, in force."""
    with acting_as(staff.tenancy):
        instruction_id = enter_payment_instruction(staff, account_id, given=details)
    with acting_as(Actor.system(staff.firm_id).tenancy):
        _bring_into_force(instruction_id)


@transactional
def _bring_into_force(instruction_id: UUID) -> None:
    execute("UPDATE people.payment_instructions SET state = 'in_force' WHERE id = %(id)s", id=instruction_id)
