"""Recording since when a subscription line had advanced a call."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert

from portal.domain.identity.access.policies import require
from portal.domain.identity.access.values import Actor, Permission
from portal.domain.identity.audit.services import record_act
from portal.domain.investments.capital_calls.queries.calls import get_call
from portal.domain.investments.capital_calls.values.calls import CallState
from portal.domain.investments.credit_lines.errors import CallNotIssued
from portal.domain.investments.credit_lines.models import LineDraw
from portal.platform import clock
from portal.platform.db import execute, session, transactional
from portal.platform.errors import Invalid

REMOVE = "DELETE FROM investments.line_draws WHERE firm_id = %(firm)s AND call_id = %(call)s"


@transactional
def record_line_draw(actor: Actor, call_id: UUID, *, drawn_on: date) -> None:
    """Say on which day a line was drawn for what a call asked for, in place of what was said before. Returns without
    the line follow at once. Invalid with a message per field, CallNotIssued, NotFound."""
    require(actor, Permission.PREPARE_MONEY)
    call = get_call(actor, call_id).summary
    if call.state not in (CallState.ISSUED, CallState.SETTLED):
        raise CallNotIssued
    if drawn_on > min(call.due_on, clock.today()):
        raise Invalid(fields={"drawn_on": "The line was drawn before the call was due. Enter that day."})
    said = {"drawn_on": drawn_on, "recorded_by": actor.user_id, "recorded_at": clock.now()}
    row = insert(LineDraw).values(call_id=call_id, firm_id=actor.firm_id, vehicle_id=call.vehicle_id, **said)
    session.execute(row.on_conflict_do_update(index_elements=[LineDraw.call_id], set_=said))
    record_act(actor.user_id, "line_draw.record", f"capital_call:{call_id}", drawn_on=drawn_on.isoformat())


@transactional
def remove_line_draw(actor: Actor, call_id: UUID) -> None:
    """Say that no line had advanced a call; nothing where nobody had said so. NotFound."""
    require(actor, Permission.PREPARE_MONEY)
    get_call(actor, call_id)
    if execute(REMOVE, firm=actor.firm_id, call=call_id):
        record_act(actor.user_id, "line_draw.remove", f"capital_call:{call_id}")
