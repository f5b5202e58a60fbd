"""Asking for approval, and giving or refusing it: one person asks, another decides, what happens is what was read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy.exc import IntegrityError

from portal.domain.identity.access.values import Actor
from portal.domain.identity.approvals.errors import (
    AlreadyAsked,
    ChangedMeanwhile,
    DecidedBefore,
    MakerGone,
    NotOpen,
    OwnRequest,
)
from portal.domain.identity.approvals.models import ApprovalRecord, ApprovalVote
from portal.domain.identity.approvals.policies import can_decide, can_read
from portal.domain.identity.approvals.queries import count_approvals, exists_active_maker, find_open_approval
from portal.domain.identity.approvals.rules import content_hash
from portal.domain.identity.approvals.signals import ApprovalClosed, ApprovalGiven
from portal.domain.identity.approvals.values import KINDS, ApprovalKind, ApprovalState
from portal.domain.identity.audit.services import record_act
from portal.platform import clock
from portal.platform.db import execute, session, transactional
from portal.platform.errors import Forbidden, NotFound
from portal.platform.signals import publish

OPEN, EXECUTED, REJECTED, WITHDRAWN = (
    ApprovalState.OPEN,
    ApprovalState.EXECUTED,
    ApprovalState.REJECTED,
    ApprovalState.WITHDRAWN,
)
MAKE_ROOM = """
UPDATE identity.approvals SET state = 'withdrawn', closed_at = now()
WHERE firm_id = %(firm)s AND kind = %(kind)s AND subject = %(subject)s AND state = 'open' AND expires_at <= now()
"""


@transactional
def request_approval(
    actor: Actor,
    kind: ApprovalKind,
    *,
    subject: str,
    content: Mapping[str, Any],
    reason: str,
    needed: int | None = None,
) -> UUID:
    """Ask for the act `kind` on `subject` ("user:<id>"); `content` says, in what JSON can hold, exactly what is to be
    done. `needed` approvals stand in for as many as the kind asks for. AlreadyAsked while another request for it is
    open; one whose time is up makes room. The new id."""
    if actor.user_id is None:
        raise Forbidden
    if find_open_approval(actor, kind.name, subject) is not None:
        raise AlreadyAsked
    execute(MAKE_ROOM, firm=actor.firm_id, kind=kind.name, subject=subject)
    request = ApprovalRecord(
        firm_id=actor.firm_id,
        kind=kind.name,
        subject=subject,
        content=dict(content),
        content_hash=content_hash(kind.name, subject, content),
        reason=reason,
        maker_id=actor.user_id,
        needed=needed or kind.needed,
        state=OPEN.value,
        expires_at=clock.now() + kind.length,
    )
    session.add(request)
    try:
        session.flush()
    except IntegrityError as error:  # somebody asked at the same moment
        raise AlreadyAsked from error
    record_act(actor.user_id, "approval.request", f"approval:{request.id}", kind=kind.name, subject=subject)
    return request.id


@transactional
def amend_approval(actor: Actor, approval_id: UUID, *, content: Mapping[str, Any], reason: str) -> None:
    """Change what was asked for, as its maker: what was said to the former content does not count any more."""
    request = _lock_open(actor, approval_id)
    if request.maker_id != actor.user_id:
        raise Forbidden
    request.content, request.reason = dict(content), reason
    request.content_hash = content_hash(request.kind, request.subject, content)
    session.flush()
    record_act(actor.user_id, "approval.amend", f"approval:{approval_id}")


@transactional
def withdraw_approval(actor: Actor, approval_id: UUID) -> None:
    """Take a request back, as its maker."""
    request = _lock_open(actor, approval_id)
    if request.maker_id != actor.user_id:
        raise Forbidden
    _close(request, WITHDRAWN)
    record_act(actor.user_id, "approval.withdraw", f"approval:{approval_id}")
    publish(ApprovalClosed(request.id, request.kind, request.subject, WITHDRAWN, "", actor))


@transactional
def void_approval(actor: Actor, kind: ApprovalKind, subject: str) -> None:
    """Close the open request for an act that somebody who may has taken back, in the tenancy of staff or of the system;
    nothing where none is open."""
    found = find_open_approval(actor, kind.name, subject)
    if found is not None:
        cancel_approval(actor, found.id)


@transactional
def cancel_approval(actor: Actor, approval_id: UUID) -> bool:
    """Close a request whose reason has gone, whoever asked for it, in the system tenancy; whether it was open still: a
    decision that comes meanwhile is waited for."""
    request = session.get(ApprovalRecord, approval_id, with_for_update=True, populate_existing=True)
    if request is None or request.firm_id != actor.firm_id or not _is_open(request):
        return False
    _close(request, WITHDRAWN)
    record_act(actor.user_id, "approval.withdraw", f"approval:{approval_id}")
    return True


@transactional
def decide_approval(
    actor: Actor, approval_id: UUID, *, digest: str, approves: bool, comment: str = ""
) -> ApprovalState:
    """Approve or reject the content whose `digest` was read; with the last approval needed the act is done, in the same
    transaction. The state then. OwnRequest for the maker, NotOpen, ChangedMeanwhile, MakerGone or DecidedBefore where
    that is so, and whatever the act itself refuses."""
    request = _lock_open(actor, approval_id)
    kind = KINDS[request.kind]
    if not can_read(actor, kind, request.maker_id):
        raise NotFound
    if request.maker_id == actor.user_id:
        raise OwnRequest
    if not can_decide(actor, kind, request.maker_id, request.subject, request.content):
        raise Forbidden
    if content_hash(request.kind, request.subject, request.content) != request.content_hash:
        raise ChangedMeanwhile("The request does not say what was asked for. Withdraw it and ask anew.")
    if request.content_hash.hex() != digest:
        raise ChangedMeanwhile
    if approves and not exists_active_maker(actor, approval_id):
        raise MakerGone
    _vote(actor, request, approves=approves, comment=comment)
    state = _settle(request, approves=approves)
    act = "approval.approve" if approves else "approval.reject"
    record_act(actor.user_id, act, f"approval:{approval_id}", state=state.value)
    if state is OPEN:  # with the last approval the act itself is recorded
        record_act(actor.user_id, act, request.subject)
    _tell(actor, request, state, comment)
    return state


def _tell(actor: Actor, request: ApprovalRecord, state: ApprovalState, comment: str) -> None:
    """Let what follows from a decision follow."""
    if state is REJECTED:
        publish(ApprovalClosed(request.id, request.kind, request.subject, state, comment, actor))
    if state is EXECUTED:
        publish(
            ApprovalGiven(request.id, request.kind, request.subject, dict(request.content), request.maker_id, actor)
        )


def _lock_open(actor: Actor, approval_id: UUID) -> ApprovalRecord:
    """The request, which nobody else decides meanwhile."""
    request = session.get(ApprovalRecord, approval_id, with_for_update=True, populate_existing=True)
    if request is None or request.firm_id != actor.firm_id or not actor.is_staff:
        raise NotFound
    if not _is_open(request):
        raise NotOpen
    return request


def _is_open(request: ApprovalRecord) -> bool:
    return request.state == OPEN.value and request.expires_at > clock.now()


def _vote(actor: Actor, request: ApprovalRecord, *, approves: bool, comment: str) -> None:
    assert actor.user_id is not None
    if session.get(ApprovalVote, (request.id, actor.user_id, request.content_hash)) is not None:
        raise DecidedBefore
    session.add(
        ApprovalVote(
            approval_id=request.id,
            approver_id=actor.user_id,
            content_hash=request.content_hash,
            firm_id=request.firm_id,
            maker_id=request.maker_id,
            approves=approves,
            comment=comment,
        )
    )
    session.flush()


def _settle(request: ApprovalRecord, *, approves: bool) -> ApprovalState:
    if not approves:
        return _close(request, REJECTED)
    return _close(request, EXECUTED) if count_approvals(request.id) >= request.needed else OPEN


def _close(request: ApprovalRecord, state: ApprovalState) -> ApprovalState:
    request.state, request.closed_at = state.value, clock.now()
    session.flush()
    return state
