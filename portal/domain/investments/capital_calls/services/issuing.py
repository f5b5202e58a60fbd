"""Calls issued and cancelled, in the transaction of their approval: promise moved, shares kept, notices issued."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from uuid import UUID

import orjson

from portal.domain.identity.access.policies import require
from portal.domain.identity.access.values import Actor, Permission
from portal.domain.identity.approvals.services import request_approval
from portal.domain.identity.approvals.values import CALL_CANCELLATION
from portal.domain.identity.audit.services import record_act
from portal.domain.investments.capital_calls.errors import CallChanged, NettedAlready, PaidAlready
from portal.domain.investments.capital_calls.queries.calls import exists_payment, get_call, get_call_preview
from portal.domain.investments.capital_calls.queries.ground import list_participants
from portal.domain.investments.capital_calls.queries.nettings import find_netting
from portal.domain.investments.capital_calls.queries.shares import get_writing
from portal.domain.investments.capital_calls.rules.previewing import refuse_obstacles
from portal.domain.investments.capital_calls.rules.telling import call_notices, cancellation_notices
from portal.domain.investments.capital_calls.services.drafting import lock_call
from portal.domain.investments.capital_calls.values.allocating import CallPart
from portal.domain.investments.capital_calls.values.calls import CallState, Preview, reference_of, subject_of
from portal.domain.investments.fees.services import let_go_of_call
from portal.domain.investments.ledger.services import post_entries, reverse_batch
from portal.domain.investments.ledger.values import Entry, EntryKind
from portal.domain.investments.notices.errors import NoticesUnwritten
from portal.domain.investments.notices.queries import get_firm_name, list_notice_ids, list_notices_by_id
from portal.domain.investments.notices.services import issue_notices
from portal.domain.investments.notices.values import NoticeKind
from portal.platform import clock
from portal.platform.db import execute, fetch_all, session, transactional
from portal.platform.errors import Invalid
from portal.platform.ids import new_id

S = CallState
LONGEST = 500
ADD_SHARES = """
INSERT INTO investments.call_shares (id, firm_id, call_id, account_id, vehicle_id, reference, due_on, commitment,
  unfunded_before, inside, outside, capped, excused, issued_at)
SELECT id, %(firm)s, %(call)s, account_id, %(vehicle)s, reference, %(due)s, commitment, unfunded, inside, outside,
  capped, excused, %(moment)s
FROM jsonb_to_recordset(%(shares)s::jsonb) AS s (id uuid, account_id uuid, reference text, commitment numeric,
  unfunded numeric, inside numeric, outside numeric, capped boolean, excused text)
"""
ADD_LINES = """
INSERT INTO investments.call_share_lines (share_id, place, firm_id, account_id, vehicle_id, kind, exact, amount,
  carried, rounded_up)
SELECT share_id, place, %(firm)s, account_id, %(vehicle)s, kind, exact, amount, carried, rounded_up
FROM jsonb_to_recordset(%(lines)s::jsonb) AS l (share_id uuid, place smallint, account_id uuid, kind text,
  exact numeric, amount numeric, carried numeric, rounded_up boolean)
"""
ADD_EQUALISATIONS = """
INSERT INTO investments.call_equalisations (late_call_id, call_id, account_id, firm_id, number, due_on, principal,
  interest)
SELECT %(late)s, c.id, e.account_id, %(firm)s, c.number, c.due_on, e.principal, e.interest
FROM jsonb_to_recordset(%(rows)s::jsonb) AS e (call_id uuid, account_id uuid, principal numeric, interest numeric)
JOIN investments.capital_calls c ON c.id = e.call_id
"""
WITHDRAW_SHARES = "UPDATE investments.call_shares SET standing = false WHERE firm_id = %(firm)s AND call_id = %(call)s"
# Nobody posts to the vehicle's holdings until the operation is over.
LOCK = """
SELECT id FROM investments.holdings WHERE firm_id = %(firm)s AND vehicle_id = %(vehicle)s ORDER BY id FOR UPDATE
"""


@transactional
def issue_call(actor: Actor, call_id: UUID, *, digest: str) -> None:
    """Issue a call as it was previewed, as of today: what is inside the commitment leaves unfunded, each account gets
    its share and its notice. CallChanged where anything it was previewed from changed meanwhile, CallClosed where it
    was issued or taken back, Conflict where something is in the way by now."""
    call = lock_call(actor, call_id, S.WAITING)
    fetch_all(LOCK, firm=actor.firm_id, vehicle=call.vehicle_id)
    preview = get_call_preview(actor, call_id)
    if preview.digest != digest:
        raise CallChanged
    refuse_obstacles(preview)
    moment, today = clock.now(), clock.today()
    call.state, call.issued_on, call.issued_at = S.ISSUED.value, today, moment
    session.flush()
    _write_shares(actor, preview)
    entries = _entries(preview.parts, call.vehicle_id, call_id, preview.call.summary.label, today)
    if entries:
        post_entries(actor, entries, batch_id=call_id)
    issue_notices(actor, call_id, call_notices(preview, get_firm_name(actor), today))
    record_act(actor.user_id, "capital_call.issue", subject_of(call_id), accounts=len(preview.parts))


def _write_shares(actor: Actor, preview: Preview) -> None:
    summary = preview.call.summary
    shares, lines = [], []
    for part in preview.parts:
        who, share_id = part.participant, new_id()
        shares.append(
            {
                "id": share_id,
                "account_id": who.account_id,
                "reference": reference_of(summary.number, who.number, who.account_id),
                "commitment": _digits(who.commitment),
                "unfunded": _digits(who.unfunded),
                "inside": _digits(part.inside),
                "outside": _digits(part.outside),
                "capped": part.capped,
                "excused": part.excused,
            }
        )
        lines += [
            {
                "share_id": share_id,
                "place": place,
                "account_id": who.account_id,
                "kind": line.kind.value,
                "exact": _digits(own.exact),
                "amount": _digits(own.amount),
                "carried": _digits(own.carried),
                "rounded_up": own.rounded_up,
            }
            for place, (line, own) in enumerate(zip(preview.call.lines, part.lines, strict=True))
        ]
    given = {"firm": actor.firm_id, "vehicle": summary.vehicle_id}
    as_json = orjson.dumps(shares).decode()
    execute(ADD_SHARES, **given, call=summary.id, due=summary.due_on, moment=clock.now(), shares=as_json)
    execute(ADD_LINES, **given, lines=orjson.dumps(lines).decode())
    _write_equalisations(actor, preview)


def _write_equalisations(actor: Actor, preview: Preview) -> None:
    rows = [
        {
            "call_id": each.call_id,
            "account_id": each.account_id,
            "principal": _digits(each.principal),
            "interest": _digits(each.interest),
        }
        for each in preview.equalised
    ]
    if rows:
        execute(ADD_EQUALISATIONS, firm=actor.firm_id, late=preview.call.summary.id, rows=orjson.dumps(rows).decode())


def _digits(amount: Decimal) -> str:
    return f"{amount:f}"


def _entries(parts: Sequence[CallPart], vehicle_id: UUID, call_id: UUID, label: str, today: date) -> list[Entry]:
    return [
        Entry(
            part.participant.account_id,
            vehicle_id,
            EntryKind.CALL,
            today,
            part.inside,
            f"call:{call_id}:{part.participant.account_id}",
            hashlib.sha256(f"{call_id}|{part.participant.account_id}|{part.inside:f}|{today}".encode()).hexdigest(),
            f"Capital call {label}",
        )
        for part in parts
        if part.inside
    ]


@transactional
def request_cancellation(actor: Actor, call_id: UUID, *, reason: str) -> UUID:
    """Ask for an issued call to be taken back; PaidAlready where money has arrived for it, NettedAlready where a
    distribution is netted against it. The request's id."""
    require(actor, Permission.PREPARE_MONEY)
    if not 0 < len(reason.strip()) <= LONGEST:
        raise Invalid(fields={"reason": f"Say in at most {LONGEST} letters why; everybody who was called reads it."})
    _refuse_netted(actor, call_id)
    lock_call(actor, call_id, S.ISSUED)
    _refuse_paid(actor, call_id)
    summary = get_call(actor, call_id).summary
    content = {
        "name": f"{summary.label}, {summary.vehicle}",
        "total": f"{summary.amount:f}",
        "currency": summary.currency,
        "reason": reason.strip(),
    }
    subject = subject_of(call_id)
    record_act(actor.user_id, "capital_call.ask_cancellation", subject)
    return request_approval(actor, CALL_CANCELLATION, subject=subject, content=content, reason=reason.strip())


@transactional
def cancel_call(actor: Actor, call_id: UUID, *, reason: str) -> None:
    """Take an issued call back: its postings are reversed, everybody who got a notice gets another. PaidAlready where
    money has arrived meanwhile, NettedAlready where a distribution is netted against it, NoticesUnwritten while not
    everybody was told of it."""
    _refuse_netted(actor, call_id)
    call = lock_call(actor, call_id, S.ISSUED)
    fetch_all(LOCK, firm=actor.firm_id, vehicle=call.vehicle_id)
    _refuse_paid(actor, call_id)
    if not get_writing(actor, call_id, NoticeKind.CALL).done:
        raise NoticesUnwritten
    issued = list_notices_by_id(actor, list_notice_ids(actor, call_id, NoticeKind.CALL))
    call.state, call.cancelled_at, call.cancel_reason = S.CANCELLED.value, clock.now(), reason
    session.flush()
    execute(WITHDRAW_SHARES, firm=actor.firm_id, call=call_id)
    let_go_of_call(actor, call_id)
    before = {each.account_id: each for each in list_participants(actor, call.vehicle_id)}
    if any(line.unfunded_effect for each in issued for line in each.notice.called):
        reverse_batch(actor, call_id)
    issue_notices(actor, call_id, cancellation_notices(issued, before, reason, clock.today()))
    record_act(actor.user_id, "capital_call.cancel", subject_of(call_id), accounts=len(issued))


def _refuse_netted(actor: Actor, call_id: UUID) -> None:
    number = find_netting(actor, call_id)
    if number is not None:
        raise NettedAlready(NettedAlready.message.replace("A distribution", f"Distribution D{number}"))


def _refuse_paid(actor: Actor, call_id: UUID) -> None:
    if exists_payment(actor, call_id):
        raise PaidAlready
