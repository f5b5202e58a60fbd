"""Reminders of what is still to be paid."""

from __future__ import annotations

from uuid import UUID

from portal.domain.identity.access.policies import require
from portal.domain.identity.access.values import Actor, Permission
from portal.domain.identity.audit.services import record_act
from portal.domain.investments.capital_calls.queries.chasing import list_debtors
from portal.domain.investments.capital_calls.services.drafting import lock_call
from portal.domain.investments.capital_calls.values.calls import CallState
from portal.platform import clock
from portal.platform.db import transactional
from portal.platform.outbox import enqueue_many


@transactional
def remind_of_call(actor: Actor, call_id: UUID) -> int:
    """Have everybody who acts for an account that has not paid an issued call in full written to, once a day at the
    most; how many people are to be told."""
    require(actor, Permission.PREPARE_MONEY)
    lock_call(actor, call_id, CallState.ISSUED)
    people, day = list_debtors(actor, call_id), clock.today().isoformat()
    works = [({"call_id": str(call_id), "user_id": str(each)}, f"{call_id}:{each}:{day}") for each in people]
    enqueue_many("capital_calls.remind", [*works])
    record_act(actor.user_id, "capital_call.remind", f"capital_call:{call_id}", people=len(people))
    return len(people)
