"""Late closes: written as a call that those who came late pay, and refunds of those who came first."""

from __future__ import annotations

import hashlib
from datetime import date
from decimal import Decimal
from uuid import UUID

from portal.domain.identity.access.policies import require
from portal.domain.identity.access.values import Actor, Permission
from portal.domain.identity.audit.services import record_act
from portal.domain.investments.capital_calls.errors import CallClosed
from portal.domain.investments.capital_calls.models import CallLineRecord, CallPayment, CallRecord
from portal.domain.investments.capital_calls.queries.calls import get_next_number
from portal.domain.investments.capital_calls.queries.ground import list_participants
from portal.domain.investments.capital_calls.queries.late_closes import list_equalised
from portal.domain.investments.capital_calls.queries.shares import get_share
from portal.domain.investments.capital_calls.rules.late_closes import late_lines
from portal.domain.investments.capital_calls.values.calls import CallState, LateClose, subject_of
from portal.domain.investments.capital_calls.values.shares import CallShare, ShareState
from portal.domain.investments.ledger.services import post_entries
from portal.domain.investments.ledger.values import Entry, EntryKind
from portal.domain.investments.vehicles.queries import get_vehicle
from portal.platform import clock
from portal.platform.db import execute, fetch_all, session, take_turns, transactional
from portal.platform.errors import Invalid

LOCK = "SELECT id FROM investments.call_shares WHERE firm_id = %(firm)s AND id = %(share)s FOR UPDATE"
PAY_OUT = """
UPDATE investments.call_shares SET paid = inside + outside WHERE firm_id = %(firm)s AND id = %(share)s
"""


@transactional
def create_late_close(actor: Actor, given: LateClose) -> UUID:
    """A draft that equalises those who committed after the first call, as of the day of admission. LateCloseInvalid
    where nobody did. It is previewed, approved and issued as any call. The new id."""
    require(actor, Permission.PREPARE_MONEY)
    if given.due_on <= clock.today():
        raise Invalid(fields={"due_on": "Choose a day after today."})
    vehicle = get_vehicle(actor, given.vehicle_id)
    take_turns("capital_calls", str(vehicle.id))
    lines = late_lines(list_equalised(actor, vehicle, list_participants(actor, vehicle.id), given.admitted_on))
    call = CallRecord(
        firm_id=actor.firm_id, vehicle_id=vehicle.id, number=get_next_number(actor, vehicle.id),
        currency=vehicle.currency, purpose=given.purpose.strip(), due_on=given.due_on,
        short_notice="A late close.", state=CallState.DRAFT.value, admitted_on=given.admitted_on,
        created_by=actor.user_id, cancel_reason="",
    )  # fmt: skip
    session.add(call)
    session.flush()
    for place, line in enumerate(lines):
        session.add(
            CallLineRecord(
                firm_id=actor.firm_id,
                call_id=call.id,
                place=place,
                kind=line.kind.value,
                label=line.label,
                amount=line.amount,
                inside=line.inside,
            )
        )
    session.flush()
    record_act(actor.user_id, "capital_call.create", subject_of(call.id))
    return call.id


@transactional
def record_refund(actor: Actor, share_id: UUID, *, value_on: date, receipt_id: UUID) -> None:
    """Take note that an account was paid what a late close gives back to it: its contributions go down by the
    principal, interest is paid out. CallClosed where nothing is to be refunded, or that was done."""
    require(actor, Permission.PREPARE_MONEY)
    fetch_all(LOCK, firm=actor.firm_id, share=share_id)
    share = get_share(actor, share_id)
    if share.state is not ShareState.REFUND:
        raise CallClosed
    if value_on > clock.today():
        raise Invalid(fields={"value_on": "Money leaves today at the latest."})
    session.add(
        CallPayment(
            firm_id=actor.firm_id,
            share_id=share_id,
            account_id=share.account_id,
            receipt_id=receipt_id,
            amount=share.amount,
            value_on=value_on,
            recorded_by=actor.user_id,
        )
    )
    session.flush()
    execute(PAY_OUT, firm=actor.firm_id, share=share_id)
    post_entries(actor, _entries(share, value_on, receipt_id), batch_id=receipt_id)
    record_act(actor.user_id, "capital_call.refund", subject_of(share.call_id), share=str(share_id))


def _entries(share: CallShare, value_on: date, receipt_id: UUID) -> list[Entry]:
    amounts = ((EntryKind.CONTRIBUTION, share.inside), (EntryKind.INTEREST, -share.outside))
    return [
        Entry(
            share.account_id,
            share.vehicle_id,
            kind,
            value_on,
            amount,
            f"receipt:{receipt_id}:{share.id}:{kind.value}",
            hashlib.sha256(f"{receipt_id}|{share.id}|{kind.value}|{amount:f}|{value_on}".encode()).hexdigest(),
            f"Late close {share.label}",
            unfunded_effect=Decimal(0),
        )
        for kind, amount in amounts
        if amount
    ]
