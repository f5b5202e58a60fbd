"""Reading capital calls as staff do, and what each would do."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from portal.domain.identity.access.policies import require
from portal.domain.identity.access.values import Actor, Permission
from portal.domain.investments.capital_calls.errors import LateCloseInvalid, NotCovered
from portal.domain.investments.capital_calls.queries.ground import list_participants
from portal.domain.investments.capital_calls.queries.late_closes import list_equalised
from portal.domain.investments.capital_calls.queries.receiving import find_receiving_account
from portal.domain.investments.capital_calls.rules.allocating import allocate_call
from portal.domain.investments.capital_calls.rules.late_closes import find_late_obstacles, late_lines, late_parts
from portal.domain.investments.capital_calls.rules.previewing import list_obstacles, preview_digest
from portal.domain.investments.capital_calls.values.allocating import (
    CallLine,
    CallPart,
    Equalised,
    LineKind,
    Participant,
)
from portal.domain.investments.capital_calls.values.calls import Call, CallState, CallSummary, Preview
from portal.domain.investments.fees.queries import find_fees_in_call
from portal.domain.investments.notices.values import BankAccount
from portal.domain.investments.vehicles.queries import get_vehicle
from portal.domain.investments.vehicles.rules import business_days_before
from portal.domain.investments.vehicles.values import Vehicle
from portal.platform import clock, db
from portal.platform.errors import NotFound
from portal.platform.money import minor_places

SELECT = """
SELECT c.id, c.vehicle_id, v.name AS vehicle, c.currency, c.number, c.state, c.due_on, c.created_at, c.issued_on,
  COALESCE(u.name, '') AS created_by, COALESCE(lines.amount, 0) AS amount, COALESCE(shares.paid, 0) AS paid,
  c.purpose, c.short_notice, c.replaces, earlier.number AS replaces_number, c.paid_to, c.cancel_reason,
  c.created_by AS maker_id, c.admitted_on
FROM investments.capital_calls c
JOIN investments.vehicles v ON v.id = c.vehicle_id
LEFT JOIN identity.users u ON u.id = c.created_by
LEFT JOIN investments.capital_calls earlier ON earlier.id = c.replaces
LEFT JOIN LATERAL (
  SELECT sum(l.amount) AS amount FROM investments.call_lines l WHERE l.call_id = c.id
) lines ON true
LEFT JOIN LATERAL (
  SELECT sum(GREATEST(s.paid, 0)) AS paid FROM investments.call_shares s WHERE s.call_id = c.id
) shares ON true
WHERE c.firm_id = %(firm)s
"""
NEWEST = " AND (c.created_at, c.id) < (%(at)s, %(id)s) ORDER BY c.created_at DESC, c.id DESC LIMIT %(most)s"
LINES = """
SELECT l.kind, l.amount, l.inside, l.label, l.accrued, l.percent FROM investments.call_lines l
WHERE l.firm_id = %(firm)s AND l.call_id = %(call)s ORDER BY l.place
"""
EXCUSES = "SELECT account_id, reason FROM investments.call_excuses WHERE firm_id = %(firm)s AND call_id = %(call)s"
CHASE = """
 AND c.state = 'issued' AND EXISTS (SELECT FROM investments.call_shares s WHERE s.call_id = c.id AND s.standing
   AND s.paid < s.inside + s.outside AND s.due_on < %(today)s)
 ORDER BY c.due_on, c.id LIMIT %(most)s
"""


def _summary(row: db.AnyRow) -> CallSummary:
    return CallSummary(
        row.id, row.vehicle_id, row.vehicle, row.currency, row.number, CallState(row.state), row.due_on, row.amount,
        row.paid, row.created_at, row.issued_on, row.created_by,
    )  # fmt: skip


def list_calls(actor: Actor, *, before: tuple[datetime, UUID], most: int) -> list[CallSummary]:
    """The firm's calls, drafts included, the newest first, those before the (time, id) pair."""
    require(actor, Permission.SEE_ALL_PORTFOLIOS)
    rows = db.fetch_all(SELECT + NEWEST, firm=actor.firm_id, at=before[0], id=before[1], most=most)
    return [_summary(row) for row in rows]


def list_calls_to_chase(actor: Actor, *, most: int) -> list[CallSummary]:
    """Issued calls that somebody has not paid in full though they are due, the oldest first."""
    require(actor, Permission.SEE_ALL_PORTFOLIOS)
    return [_summary(row) for row in db.fetch_all(SELECT + CHASE, firm=actor.firm_id, today=clock.today(), most=most)]


def get_call(actor: Actor, call_id: UUID) -> Call:
    """A call of the firm with its lines and excuses, for who may see all portfolios; NotFound otherwise."""
    require(actor, Permission.SEE_ALL_PORTFOLIOS)
    row = db.fetch_one(f"{SELECT} AND c.id = %(id)s", firm=actor.firm_id, id=call_id)
    if row is None:
        raise NotFound
    asked = {"firm": actor.firm_id, "call": call_id}
    lines = db.fetch_all(LINES, **asked)
    return Call(
        _summary(row),
        tuple(CallLine(LineKind(line.kind), line.amount, line.inside, line.label, line.accrued) for line in lines),
        tuple(line.percent for line in lines),
        {each.account_id: each.reason for each in db.fetch_all(EXCUSES, **asked)},
        row.purpose,
        row.short_notice,
        row.replaces,
        row.replaces_number,
        None if row.paid_to is None else BankAccount(**row.paid_to),
        row.cancel_reason,
        row.maker_id,
        row.admitted_on,
    )


def get_next_number(actor: Actor, vehicle_id: UUID) -> int:
    """The number of the next call of a vehicle; whoever uses it takes turns."""
    number: int = db.fetch_value(
        "SELECT COALESCE(max(number), 0) + 1 FROM investments.capital_calls"
        " WHERE firm_id = %(firm)s AND vehicle_id = %(vehicle)s",
        firm=actor.firm_id,
        vehicle=vehicle_id,
    )
    return number


def exists_payment(actor: Actor, call_id: UUID) -> bool:
    """Whether money has arrived for a call, or was paid back, and that stands."""
    return bool(
        db.fetch_value(
            "SELECT EXISTS (SELECT FROM investments.call_shares"
            " WHERE firm_id = %(firm)s AND call_id = %(call)s AND paid <> 0)",
            firm=actor.firm_id,
            call=call_id,
        )
    )


def find_call_names(actor: Actor, call_ids: Sequence[UUID]) -> dict[UUID, str]:
    """What the calls are called, of those of the actor's firm that they may see."""
    rows = db.fetch_all(
        "SELECT c.id, c.number, v.name FROM investments.capital_calls c"
        " JOIN investments.vehicles v ON v.id = c.vehicle_id WHERE c.firm_id = %(firm)s AND c.id = ANY(%(ids)s)",
        firm=actor.firm_id,
        ids=list(call_ids),
    )
    return {row.id: f"C{row.number}, {row.name}" for row in rows}


def get_call_preview(actor: Actor, call_id: UUID, *, today: date | None = None) -> Preview:
    """What a call would do to each account if it were issued now."""
    call = get_call(actor, call_id)
    vehicle = get_vehicle(actor, call.summary.vehicle_id)
    participants = list_participants(actor, vehicle.id)
    paid_to = find_receiving_account(actor, vehicle.id)
    latest = business_days_before(call.summary.due_on, vehicle.terms.notice_days, vehicle.terms.calendar)
    parts, equalised, more = _parts(actor, call, vehicle, participants)
    obstacles = list_obstacles(
        call, paid_to, latest, today or clock.today(), anybody=bool(participants), covered=bool(parts)
    )
    digest = preview_digest(call, parts, paid_to)
    return Preview(call, tuple(parts), paid_to, latest, (*obstacles, *more), digest, tuple(equalised))


def _parts(
    actor: Actor, call: Call, vehicle: Vehicle, participants: Sequence[Participant]
) -> tuple[list[CallPart], list[Equalised], tuple[str, ...]]:
    """What each account pays, how a late close comes to that, and what is in the way; nothing where it cannot be."""
    try:
        if call.admitted_on is None:
            charged = find_fees_in_call(actor, call.summary.id) if any(line.accrued for line in call.lines) else None
            places = minor_places(vehicle.currency)
            return allocate_call(call.lines, participants, call.excused, places=places, charged=charged), [], ()
        equalised = list_equalised(actor, vehicle, participants, call.admitted_on)
    except (NotCovered, LateCloseInvalid):
        return [], [], ()
    lines = late_lines(equalised)
    parts = late_parts(lines, equalised, participants)
    return parts, equalised, find_late_obstacles(call.lines, lines, parts)
