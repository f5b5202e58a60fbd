"""Opening what is offered, by two people; closing it, close by close or whole, and taking note that it is funded."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from portal.domain.identity.access.policies import require
from portal.domain.identity.access.values import Actor, Permission
from portal.domain.identity.approvals.services import request_approval
from portal.domain.identity.approvals.values import OPPORTUNITY_OPEN
from portal.domain.identity.audit.services import record_act
from portal.domain.investments.opportunities.errors import ChangedSinceAsked, CloseOver, NotOpen, NotThatFar
from portal.domain.investments.opportunities.queries.audiences import list_offered_vehicles
from portal.domain.investments.opportunities.queries.opportunities import (
    get_opening_content,
    get_opportunity,
    list_closes,
    list_named_accounts,
)
from portal.domain.investments.opportunities.rules.offering import find_opening_faults, may_become, terms_of
from portal.domain.investments.opportunities.services.offering import lock_opportunity
from portal.domain.investments.opportunities.services.telling import tell_watchers
from portal.domain.investments.opportunities.values.news import News
from portal.domain.investments.opportunities.values.opportunities import OpportunityState, find_current_close
from portal.domain.investments.vehicles.queries import get_vehicle
from portal.platform import clock
from portal.platform.db import execute, session, transactional
from portal.platform.errors import Invalid, NotFound

S = OpportunityState
END = "UPDATE investments.opportunity_closes SET closed_at = %(now)s WHERE firm_id = %(firm)s AND id = %(id)s"


@transactional
def propose_opening(actor: Actor, opportunity_id: UUID, *, reason: str) -> UUID:
    """Ask that a draft be opened as it is now, with the vehicle's terms of today; nobody changes it meanwhile. The
    approval's id. NotFound, NotThatFar, Invalid, AlreadyAsked."""
    require(actor, Permission.EDIT_OFFERINGS)
    record = lock_opportunity(actor, opportunity_id)
    record.terms = terms_of(get_vehicle(actor, record.vehicle_id))
    _move(actor, opportunity_id, S.WAITING)
    fault = find_opening_faults(
        get_opportunity(actor, opportunity_id),
        accounts=[each.name for each in list_named_accounts(actor, opportunity_id)],
        vehicles=[each.name for each in list_offered_vehicles(actor, opportunity_id)],
        closes=[each.closes_on for each in list_closes(actor, opportunity_id)],
        today=clock.today(),
    )
    if fault:
        raise Invalid(fault)
    approval_id = request_approval(
        actor,
        OPPORTUNITY_OPEN,
        subject=f"opportunity:{opportunity_id}",
        content=get_opening_content(actor, opportunity_id),
        reason=reason,
    )
    record_act(actor.user_id, "opportunity.propose", f"opportunity:{opportunity_id}")
    return approval_id


@transactional
def open_opportunity(actor: Actor, opportunity_id: UUID, content: Mapping[str, Any]) -> None:
    """Let investors see what was approved, in the transaction of the approval; those who watch another offering of the
    vehicle are told. NotThatFar, ChangedSinceAsked."""
    require(actor, Permission.APPROVE_OFFERINGS)
    _move(actor, opportunity_id, S.OPEN)
    if get_opening_content(actor, opportunity_id) != dict(content):
        raise ChangedSinceAsked
    tell_watchers(actor, opportunity_id, News.OPENED)
    record_act(actor.user_id, "opportunity.open", f"opportunity:{opportunity_id}")


@transactional
def return_opportunity_to_draft(actor: Actor, opportunity_id: UUID) -> None:
    """Let what was not approved be changed again. NotThatFar."""
    _move(actor, opportunity_id, S.DRAFT)
    record_act(actor.user_id, "opportunity.return", f"opportunity:{opportunity_id}")


@transactional
def close_opportunity(actor: Actor, opportunity_id: UUID) -> None:
    """Take no more interest, questions and subscriptions; those who watch it are told. NotFound, NotThatFar."""
    require(actor, Permission.APPROVE_OFFERINGS)
    _move(actor, opportunity_id, S.CLOSED)
    tell_watchers(actor, opportunity_id, News.CLOSED)
    record_act(actor.user_id, "opportunity.close", f"opportunity:{opportunity_id}")


@transactional
def end_close(actor: Actor, opportunity_id: UUID, close_id: UUID) -> None:
    """Close one close of what is open, before its day or on it: who submits from now on is admitted by the next one,
    what was submitted is decided in it still. Those who watch are told. NotFound, NotOpen, CloseOver."""
    require(actor, Permission.APPROVE_OFFERINGS)
    if lock_opportunity(actor, opportunity_id).state != S.OPEN:
        raise NotOpen
    closes = list_closes(actor, opportunity_id)
    found = next((each for each in closes if each.id == close_id), None)
    if found is None:
        raise NotFound
    if found != find_current_close(closes):
        raise CloseOver
    execute(END, firm=actor.firm_id, id=close_id, now=clock.now())
    tell_watchers(actor, opportunity_id, News.ENDED, which=f":{found.number}")
    record_act(actor.user_id, "opportunity.end_close", f"opportunity:{opportunity_id}", close=found.number)


@transactional
def fund_opportunity(actor: Actor, opportunity_id: UUID) -> None:
    """Take note that what was subscribed to has come in. NotFound, NotThatFar."""
    require(actor, Permission.APPROVE_OFFERINGS)
    _move(actor, opportunity_id, S.FUNDED)
    record_act(actor.user_id, "opportunity.fund", f"opportunity:{opportunity_id}")


def _move(actor: Actor, opportunity_id: UUID, wanted: OpportunityState) -> None:
    record = lock_opportunity(actor, opportunity_id)
    if not may_become(S(record.state), wanted):
        raise NotThatFar
    record.state = wanted.value
    moments = {S.OPEN: "opened_at", S.CLOSED: "closed_at", S.FUNDED: "funded_at"}
    if wanted in moments:
        setattr(record, moments[wanted], clock.now())
    session.flush()
