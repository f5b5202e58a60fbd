"""Calls written, changed, thrown away, and sent for approval."""

from __future__ import annotations

from dataclasses import asdict
from decimal import Decimal
from uuid import UUID

from portal.domain.identity.access.policies import require
from portal.domain.identity.access.values import Actor, Permission
from portal.domain.identity.approvals.services import request_approval, void_approval
from portal.domain.identity.approvals.values import CALL_ISSUE
from portal.domain.identity.audit.services import record_act
from portal.domain.investments.capital_calls.errors import CallChanged, CallClosed
from portal.domain.investments.capital_calls.models import CallExcuse, CallLineRecord, CallRecord
from portal.domain.investments.capital_calls.queries.calls import get_call_preview, get_next_number
from portal.domain.investments.capital_calls.queries.ground import list_participants
from portal.domain.investments.capital_calls.rules.allocating import percentage_amount
from portal.domain.investments.capital_calls.rules.previewing import find_draft_faults, find_fee_fault, refuse_obstacles
from portal.domain.investments.capital_calls.values.allocating import LineKind
from portal.domain.investments.capital_calls.values.calls import CallDraft, CallState, LineDraft, subject_of
from portal.domain.investments.fees.queries import list_fees_to_call
from portal.domain.investments.fees.services import let_go_of_call, take_into_call
from portal.domain.investments.vehicles.queries import get_vehicle
from portal.domain.investments.vehicles.values import Vehicle
from portal.platform import clock
from portal.platform.db import execute, session, take_turns, transactional
from portal.platform.errors import Conflict, Invalid, NotFound
from portal.platform.money import minor_places

S = CallState
LATE = "A late close is not changed: give it up, and write it anew."
GONE = "These fees are another vehicle’s, or in another call by now. Look at the list again, and choose anew."
CLEAR_LINES = "DELETE FROM investments.call_lines WHERE firm_id = %(firm)s AND call_id = %(call)s"
CLEAR_EXCUSES = "DELETE FROM investments.call_excuses WHERE firm_id = %(firm)s AND call_id = %(call)s"


@transactional
def create_call(actor: Actor, draft: CallDraft) -> UUID:
    """A draft of a call; nobody but staff sees it. Invalid with a message per field. The new id."""
    require(actor, Permission.PREPARE_MONEY)
    vehicle = _checked(actor, draft)
    take_turns("capital_calls", str(vehicle.id))
    call = CallRecord(
        firm_id=actor.firm_id,
        vehicle_id=vehicle.id,
        number=get_next_number(actor, vehicle.id),
        currency=vehicle.currency,
        purpose=draft.purpose.strip(),
        due_on=draft.due_on,
        short_notice=draft.short_notice.strip(),
        state=S.DRAFT.value,
        replaces=draft.replaces,
        created_by=actor.user_id,
        cancel_reason="",
    )
    session.add(call)
    session.flush()
    _write_parts(actor, call.id, draft, vehicle)
    _take_fees(actor, call.id, draft)
    record_act(actor.user_id, "capital_call.create", subject_of(call.id))
    return call.id


@transactional
def change_call(actor: Actor, call_id: UUID, draft: CallDraft) -> None:
    """Other content for a draft; its vehicle and number stay. CallClosed where it is no draft any more."""
    require(actor, Permission.PREPARE_MONEY)
    call = lock_call(actor, call_id, S.DRAFT)
    if call.admitted_on is not None:
        raise Conflict(LATE)
    if call.vehicle_id != draft.vehicle_id:
        raise Conflict("The vehicle of a call does not change. Write a new one.")
    vehicle = _checked(actor, draft)
    call.purpose, call.due_on, call.short_notice = draft.purpose.strip(), draft.due_on, draft.short_notice.strip()
    session.flush()
    execute(CLEAR_LINES, firm=actor.firm_id, call=call_id)
    execute(CLEAR_EXCUSES, firm=actor.firm_id, call=call_id)
    _write_parts(actor, call_id, draft, vehicle)
    let_go_of_call(actor, call_id, remembered=False)
    _take_fees(actor, call_id, draft)
    record_act(actor.user_id, "capital_call.change", subject_of(call_id))


@transactional
def discard_call(actor: Actor, call_id: UUID) -> None:
    """Give a draft up; it stays in the list, and its number is not used again."""
    require(actor, Permission.PREPARE_MONEY)
    call = lock_call(actor, call_id, S.DRAFT)
    call.state, call.cancelled_at = S.CANCELLED.value, clock.now()
    session.flush()
    let_go_of_call(actor, call_id)
    record_act(actor.user_id, "capital_call.discard", subject_of(call_id))


@transactional
def request_call_approval(actor: Actor, call_id: UUID, *, digest: str) -> UUID:
    """Ask for the call whose preview had this `digest` to be issued; CallChanged where the preview is another now,
    Conflict where something is in the way. Neither who asks nor who wrote it can approve it. The request's id."""
    require(actor, Permission.PREPARE_MONEY)
    call = lock_call(actor, call_id, S.DRAFT)
    preview = get_call_preview(actor, call_id)
    if preview.digest != digest:
        raise CallChanged("Something changed since this preview was made. Look at it again, then ask for approval.")
    refuse_obstacles(preview)
    assert preview.paid_to is not None
    call.state, call.paid_to = S.WAITING.value, asdict(preview.paid_to)
    session.flush()
    summary = preview.call.summary
    content = {
        "name": f"{summary.label}, {summary.vehicle}",
        "total": f"{preview.total:f}",
        "currency": summary.currency,
        "due_on": summary.due_on.isoformat(),
        "accounts": sum(1 for part in preview.parts if part.amount),
        "digest": preview.digest,
        "concerned": [str(call.created_by)] if call.created_by else [],
    }
    record_act(actor.user_id, "capital_call.ask", subject_of(call_id))
    return request_approval(
        actor,
        CALL_ISSUE,
        subject=subject_of(call_id),
        content=content,
        reason=preview.call.purpose or f"Capital call {summary.label} of {summary.vehicle}.",
    )


@transactional
def reopen_call(actor: Actor, call_id: UUID) -> None:
    """Take a call that waits for approval back to a draft, and its request with it."""
    require(actor, Permission.PREPARE_MONEY)
    return_call_to_draft(actor, call_id)
    void_approval(actor, CALL_ISSUE, subject_of(call_id))
    record_act(actor.user_id, "capital_call.reopen", subject_of(call_id))


@transactional
def return_call_to_draft(actor: Actor, call_id: UUID) -> None:
    """Let a call that waits be a draft again. CallClosed where it does not wait."""
    call = lock_call(actor, call_id, S.WAITING)
    call.state, call.paid_to = S.DRAFT.value, None
    session.flush()


@transactional
def lock_call(actor: Actor, call_id: UUID, *states: CallState) -> CallRecord:
    """The call, which nobody else moves on meanwhile; NotFound, or CallClosed where it is in none of these states."""
    call = session.get(CallRecord, call_id, with_for_update=True, populate_existing=True)
    if call is None or call.firm_id != actor.firm_id:
        raise NotFound
    if CallState(call.state) not in states:
        raise CallClosed
    return call


def _checked(actor: Actor, draft: CallDraft) -> Vehicle:
    vehicle = get_vehicle(actor, draft.vehicle_id)
    faults = find_draft_faults(draft, vehicle.currency, clock.today())
    if faults:
        raise Invalid(fields=faults)
    return vehicle


def _take_fees(actor: Actor, call_id: UUID, draft: CallDraft) -> None:
    """Nobody charges a fee twice: the call has it from its draft on, and its line of fees is these fees and no more."""
    if not draft.accrued:
        return
    nets = {each.id: each.net for each in list_fees_to_call(actor, draft.vehicle_id)}
    if not set(draft.accrued) <= set(nets):
        raise Invalid(fields={"accrued": GONE})
    if problem := find_fee_fault(draft, [nets[each] for each in set(draft.accrued)]):
        raise Invalid(fields={"accrued": problem})
    take_into_call(actor, draft.accrued, call_id)


def _write_parts(actor: Actor, call_id: UUID, draft: CallDraft, vehicle: Vehicle) -> None:
    participants = list_participants(actor, vehicle.id)
    strangers = set(draft.excused or {}) - {each.account_id for each in participants}
    if strangers:
        raise Invalid(fields={"excused": "Only accounts that committed to the vehicle can be excused."})
    places = minor_places(vehicle.currency)

    def amount_of(line: LineDraft) -> Decimal:
        return line.amount or percentage_amount(line.percent or Decimal(0), participants, places=places)

    for place, line in enumerate(draft.lines):
        amount = amount_of(line)
        if not amount:
            raise Invalid(fields={"lines": "A percentage of these commitments is nothing: nobody has committed yet."})
        session.add(
            CallLineRecord(
                firm_id=actor.firm_id,
                call_id=call_id,
                place=place,
                kind=line.kind.value,
                label=line.label.strip(),
                amount=amount,
                percent=line.percent,
                inside=line.inside,
                accrued=bool(draft.accrued) and line.kind is LineKind.FEES,
            )
        )
    for account_id, reason in (draft.excused or {}).items():
        session.add(CallExcuse(call_id=call_id, account_id=account_id, firm_id=actor.firm_id, reason=reason.strip()))
    session.flush()
