"""Bank accounts that calls are paid to: entered by one, approved by another, never changed in place."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.exc import IntegrityError

from portal.domain.identity.access.policies import require
from portal.domain.identity.access.values import Actor, Permission
from portal.domain.identity.approvals.services import request_approval
from portal.domain.identity.approvals.values import RECEIVING_CHANGE
from portal.domain.identity.audit.services import record_act
from portal.domain.investments.capital_calls.errors import CallChanged, CallClosed, DetailsWait
from portal.domain.investments.capital_calls.models import ReceivingDetailsRecord
from portal.domain.investments.capital_calls.queries.receiving import get_receiving_details
from portal.domain.investments.capital_calls.rules.receiving import fingerprint_of
from portal.domain.investments.capital_calls.values.calls import ReceivingState
from portal.domain.investments.notices.values import BankAccount
from portal.domain.investments.vehicles.queries import get_vehicle
from portal.domain.people.payment_instructions.rules import find_detail_problems, normal_details
from portal.domain.people.payment_instructions.values import BankDetails, Method
from portal.platform.db import execute, session, transactional
from portal.platform.errors import Invalid

S = ReceivingState
REPLACE = """
UPDATE investments.receiving_details SET state = 'replaced'
WHERE firm_id = %(firm)s AND vehicle_id = %(vehicle)s AND state = 'in_force'
"""
MOVE = """
UPDATE investments.receiving_details SET state = %(state)s
WHERE firm_id = %(firm)s AND id = %(id)s AND state = 'waiting'
"""


@transactional
def enter_receiving_details(actor: Actor, vehicle_id: UUID, *, given: BankAccount) -> UUID:
    """Enter the bank account that calls of a vehicle are to be paid to, and ask for its approval. Invalid with a
    message per field, DetailsWait while others wait. The new id."""
    require(actor, Permission.PREPARE_MONEY)
    vehicle = get_vehicle(actor, vehicle_id)
    details = normal_details(BankDetails(Method(given.method), given.holder, given.bank, given.number, given.routing))
    if problems := find_detail_problems(details):
        raise Invalid(fields=problems)
    assert actor.user_id is not None
    record = ReceivingDetailsRecord(
        firm_id=actor.firm_id, vehicle_id=vehicle_id, method=details.method.value, holder=details.holder,
        bank=details.bank, number=details.number, routing=details.routing, state=S.WAITING.value,
        entered_by=actor.user_id,
    )  # fmt: skip
    session.add(record)
    try:
        session.flush()
    except IntegrityError as error:
        raise DetailsWait from error
    account = BankAccount(details.method.value, details.holder, details.bank, details.number, details.routing)
    content = {"name": vehicle.name, "vehicle": str(vehicle_id), "fingerprint": fingerprint_of(account)}
    subject = f"receiving_details:{record.id}"
    request_approval(actor, RECEIVING_CHANGE, subject=subject, content=content, reason="Calls are to be paid there.")
    record_act(actor.user_id, "receiving_details.enter", f"vehicle:{vehicle_id}", details=str(record.id))
    return record.id


@transactional
def accept_receiving_details(actor: Actor, details_id: UUID, *, approved: str) -> None:
    """Let approved bank details take the place of those in force; CallChanged where they are not those whose
    fingerprint was `approved`, CallClosed where they wait no more."""
    found = get_receiving_details(actor, details_id)
    if fingerprint_of(found.account) != approved:
        raise CallChanged("These bank details are not those that were asked for. Reject them.")
    execute(REPLACE, firm=actor.firm_id, vehicle=found.vehicle_id)
    _move(actor, details_id, S.IN_FORCE)
    record_act(actor.user_id, "receiving_details.approve", f"vehicle:{found.vehicle_id}", details=str(details_id))


@transactional
def close_receiving_details(actor: Actor, details_id: UUID, *, state: ReceivingState) -> None:
    """Let bank details that were rejected or withdrawn never come into force."""
    found = get_receiving_details(actor, details_id)
    _move(actor, details_id, state)
    record_act(actor.user_id, "receiving_details.close", f"vehicle:{found.vehicle_id}", details=str(details_id))


def _move(actor: Actor, details_id: UUID, state: ReceivingState) -> None:
    if not execute(MOVE, firm=actor.firm_id, id=details_id, state=state.value):
        raise CallClosed
