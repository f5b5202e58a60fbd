"""Asking for somebody's erasure, deciding it by two people, and carrying it out."""

from __future__ import annotations

from uuid import UUID

import orjson
from sqlalchemy.exc import IntegrityError

from portal.domain.identity.access.policies import require
from portal.domain.identity.access.values import Actor, Permission, Role
from portal.domain.identity.accounts.queries import exists_other_administrator, get_user
from portal.domain.identity.approvals.services import request_approval, void_approval
from portal.domain.identity.approvals.values import ERASURE
from portal.domain.identity.audit.services import record_act
from portal.domain.identity.forgetting.services import erase_user
from portal.domain.identity.forgetting.values import ERASED_NAME
from portal.domain.people.privacy.errors import (
    ErasureClosed,
    ErasureOpen,
    HoldInForce,
    OwnErasure,
    PlanChanged,
    StillAdministrator,
)
from portal.domain.people.privacy.models import ErasureRecord
from portal.domain.people.privacy.queries.erasures import (
    exists_hold,
    find_approved_plan,
    get_erasure,
    get_plan,
    list_exported_files,
)
from portal.domain.people.privacy.signals import PersonErased
from portal.domain.people.privacy.values.erasures import ErasureState, Plan
from portal.platform import clock
from portal.platform.db import execute, session, transactional
from portal.platform.errors import Forbidden, NotFound
from portal.platform.idempotency import forget_answers_of
from portal.platform.outbox import enqueue, enqueue_many
from portal.platform.signals import publish
from portal.platform.tenancy import acting_as

CLOSE = """
UPDATE people.erasures SET state = %(state)s, answer = %(answer)s, closed_at = %(now)s
WHERE firm_id = %(firm)s AND id = %(id)s AND state = 'asked'
"""
APPROVE = """
UPDATE people.erasures SET state = 'approved', plan = %(plan)s::jsonb
WHERE firm_id = %(firm)s AND id = %(id)s AND state = 'asked'
"""
ASK_AGAIN = """
UPDATE people.erasures SET state = 'asked', plan = NULL
WHERE firm_id = %(firm)s AND id = %(id)s AND state = 'approved'
"""
DONE = """
UPDATE people.erasures SET state = 'done', closed_at = %(now)s, plan = %(plan)s::jsonb, account_ids = %(accounts)s,
  destroy_after = %(after)s
WHERE firm_id = %(firm)s AND id = %(id)s AND state = 'approved'
"""
FORGET_WHY = "UPDATE people.erasures SET reason = '' WHERE firm_id = %(firm)s AND user_id = %(user)s"
LOCK = "SELECT id FROM identity.users WHERE firm_id = %(firm)s AND id = %(user)s FOR UPDATE"
LEAVE = "DELETE FROM people.account_members WHERE firm_id = %(firm)s AND user_id = %(user)s"
# Whoever they let see their accounts sees them no more, as their membership goes; what they saw of others ends here.
END_DELEGATIONS = """
UPDATE people.delegations SET revoked_at = COALESCE(revoked_at, now()),
  called = CASE WHEN delegate_id = %(user)s THEN %(name)s ELSE called END
WHERE firm_id = %(firm)s AND (grantor_id = %(user)s OR delegate_id = %(user)s)
"""
END_SHARES = """
DELETE FROM people.delegated_accounts
WHERE firm_id = %(firm)s AND (grantor_id = %(user)s OR delegate_id = %(user)s)
"""
GONE = "UPDATE people.data_exports SET state = 'gone' WHERE firm_id = %(firm)s AND user_id = %(user)s"


def request_erasure(actor: Actor, user_id: UUID, *, reason: str = "") -> UUID:
    """Ask for the erasure of the actor themselves, or, as somebody who handles privacy, of another on their behalf; the
    new id. ErasureOpen where it is asked for already."""
    if user_id != actor.user_id:
        require(actor, Permission.HANDLE_PRIVACY)
    with acting_as(Actor.system(actor.firm_id).tenancy):
        return _request(actor, user_id, reason)


@transactional
def _request(actor: Actor, user_id: UUID, reason: str) -> UUID:
    if actor.user_id is None:
        raise Forbidden
    get_user(actor, user_id)
    erasure = ErasureRecord(
        firm_id=actor.firm_id,
        user_id=user_id,
        state=ErasureState.ASKED.value,
        asked_by=actor.user_id,
        asked_at=clock.now(),
        reason=reason.strip(),
        account_ids=[],
    )
    session.add(erasure)
    try:
        session.flush()
    except IntegrityError as error:  # asked for already
        raise ErasureOpen from error
    record_act(actor.user_id, "erasure.request", f"user:{user_id}")
    return erasure.id


def withdraw_erasure(actor: Actor, erasure_id: UUID) -> None:
    """Take the actor's own request back while nothing was done."""
    with acting_as(Actor.system(actor.firm_id).tenancy):
        _withdraw(actor, erasure_id)


@transactional
def _withdraw(actor: Actor, erasure_id: UUID) -> None:
    if get_erasure(actor, erasure_id).user_id != actor.user_id:
        raise NotFound
    void_approval(actor, ERASURE, f"user:{actor.user_id}")
    _close(actor, erasure_id, ErasureState.WITHDRAWN, None)
    record_act(actor.user_id, "erasure.withdraw", f"user:{actor.user_id}")


@transactional
def refuse_erasure(actor: Actor, erasure_id: UUID, *, answer: str) -> None:
    """Refuse a request, with the reason that the person reads."""
    user_id = _of_another(actor, erasure_id)
    void_approval(actor, ERASURE, f"user:{user_id}")
    _close(actor, erasure_id, ErasureState.REFUSED, answer.strip())
    record_act(actor.user_id, "erasure.refuse", f"user:{user_id}")


@transactional
def propose_erasure(actor: Actor, erasure_id: UUID, *, reason: str) -> UUID:
    """Put a request up for decision by a second person, with exactly what is erased now and kept until when; the id of
    the approval. HoldInForce, StillAdministrator, ErasureClosed where that is so."""
    user_id = _of_another(actor, erasure_id)
    if get_erasure(actor, erasure_id).state is not ErasureState.ASKED:
        raise ErasureClosed
    _refuse_what_cannot_be(actor, user_id)
    content = {"erasure": str(erasure_id), **get_plan(actor, user_id).content}
    return request_approval(actor, ERASURE, subject=f"user:{user_id}", content=content, reason=reason)


@transactional
def begin_erasure(actor: Actor, erasure_id: UUID, *, approved: dict[str, object]) -> None:
    """Have an erasure carried out as it was approved, in the transaction of the last approval. PlanChanged,
    HoldInForce, StillAdministrator, ErasureClosed where that is so."""
    user_id = _of_another(actor, erasure_id)
    _refuse_what_cannot_be(actor, user_id)
    plan = get_plan(actor, user_id).content
    if {"erasure": str(erasure_id), **plan} != approved:
        raise PlanChanged
    if execute(APPROVE, firm=actor.firm_id, id=erasure_id, plan=orjson.dumps(plan).decode()) != 1:
        raise ErasureClosed
    enqueue("privacy.erase", erasure_id=str(erasure_id))
    record_act(actor.user_id, "erasure.approve", f"user:{user_id}")


@transactional
def erase_person(actor: Actor, erasure_id: UUID) -> bool:
    """Carry an approved erasure out, whole or not at all, in the firm's system tenancy; whether it was. One that a
    legal hold or a change of what was approved has overtaken waits to be put up anew."""
    user_id = get_erasure(actor, erasure_id).user_id
    execute(LOCK, firm=actor.firm_id, user=user_id)
    plan = get_plan(actor, user_id)
    if _is_overtaken(actor, erasure_id, user_id, plan):
        if execute(ASK_AGAIN, firm=actor.firm_id, id=erasure_id):
            record_act(None, "erasure.ask_again", f"user:{user_id}")
        return False
    done = execute(
        DONE,
        firm=actor.firm_id,
        id=erasure_id,
        now=clock.now(),
        plan=orjson.dumps(plan.content).decode(),
        accounts=[each.id for each in plan.alone],
        after=plan.destroy_after,
    )
    if done:
        execute(FORGET_WHY, firm=actor.firm_id, user=user_id)
        _discard_exports(actor, user_id)
        execute(END_DELEGATIONS, firm=actor.firm_id, user=user_id, name=ERASED_NAME)
        execute(END_SHARES, firm=actor.firm_id, user=user_id)
        execute(LEAVE, firm=actor.firm_id, user=user_id)
        forget_answers_of(user_id)
        erase_user(actor, user_id)
        publish(PersonErased(actor, user_id))
        record_act(None, "erasure.complete", f"user:{user_id}", accounts=len(plan.alone))
    return bool(done)


def _is_overtaken(actor: Actor, erasure_id: UUID, user_id: UUID, plan: Plan) -> bool:
    """Whether something stands against an erasure that did not when it was approved."""
    try:
        _refuse_what_cannot_be(actor, user_id)
    except (HoldInForce, StillAdministrator):
        return True
    return find_approved_plan(actor, erasure_id) != plan.content


def _discard_exports(actor: Actor, user_id: UUID) -> None:
    files = list_exported_files(actor, user_id)
    works: list[tuple[dict[str, str], str | None]] = [
        ({"export_id": str(row.id), "file_key": row.file_key}, None) for row in files
    ]
    enqueue_many("privacy.discard_export", works)
    execute(GONE, firm=actor.firm_id, user=user_id)


def _of_another(actor: Actor, erasure_id: UUID) -> UUID:
    """Whom a request is about; Forbidden where that is the actor, or who may not handle privacy."""
    require(actor, Permission.HANDLE_PRIVACY)
    user_id = get_erasure(actor, erasure_id).user_id
    if user_id == actor.user_id:
        raise OwnErasure
    return user_id


def _refuse_what_cannot_be(actor: Actor, user_id: UUID) -> None:
    if exists_hold(actor, user_id):
        raise HoldInForce
    loses = Role.ADMINISTRATOR in get_user(actor, user_id).roles
    if loses and not exists_other_administrator(actor, user_id):
        raise StillAdministrator


def _close(actor: Actor, erasure_id: UUID, state: ErasureState, answer: str | None) -> None:
    changed = execute(CLOSE, firm=actor.firm_id, id=erasure_id, state=state.value, answer=answer, now=clock.now())
    if changed != 1:
        raise ErasureClosed
