"""A lost factor: asked for, approved by two people, stopped by the person, or done when the wait is over.

Called with no transaction in force, but for what follows from an approval.
"""

from __future__ import annotations

from uuid import UUID

from portal.domain.identity.access.policies import can, require
from portal.domain.identity.access.values import Actor, Permission
from portal.domain.identity.accounts.queries import get_user
from portal.domain.identity.accounts.services import lock_user
from portal.domain.identity.approvals.services import cancel_approval, request_approval
from portal.domain.identity.approvals.values import FACTOR_RESET
from portal.domain.identity.attempts.services import note_attempt
from portal.domain.identity.attempts.values import Trial
from portal.domain.identity.audit.services import record_act
from portal.domain.identity.devices.services import end_devices
from portal.domain.identity.factors.queries import get_standing
from portal.domain.identity.factors.services import clear_factors
from portal.domain.identity.passkeys.services import clear_passkeys
from portal.domain.identity.recoveries.errors import NothingToRecover, RecoveryOver, RecoveryUnderWay
from portal.domain.identity.recoveries.models import RecoveryRecord
from portal.domain.identity.recoveries.queries import find_latest_recovery, find_recovery, get_recovery_by_link
from portal.domain.identity.recoveries.values import REMIND_BEFORE, WAIT, Recovery, RecoveryState, Step
from portal.platform import clock
from portal.platform.db import execute, session, transactional
from portal.platform.errors import NotFound
from portal.platform.ids import digest
from portal.platform.outbox import enqueue, enqueue_many
from portal.platform.sealing import Sealer
from portal.platform.tenancy import acting_as

WAIT_UNTIL = """
UPDATE identity.recoveries SET due_at = %(due)s WHERE id = %(id)s AND due_at IS NULL AND ended IS NULL
"""
STOP = "UPDATE identity.recoveries SET ended = 'stopped', ended_at = %(now)s WHERE id = %(id)s AND ended IS NULL"
FINISH = """
UPDATE identity.recoveries SET ended = 'done', ended_at = %(now)s
WHERE id = %(id)s AND ended IS NULL AND due_at <= %(now)s
"""


def ask_recovery(actor: Actor, sealer: Sealer, *, reason: str) -> UUID:
    """Ask for the removal of the actor's own factors, which they lost; two people of staff have to approve it. Its id.
    NothingToRecover, RecoveryUnderWay, or Limited after many of them."""
    assert actor.user_id
    note_attempt(Trial.RECOVERY, str(actor.user_id), firm_id=actor.firm_id)
    with acting_as(Actor.system(actor.firm_id).tenancy):
        return begin_recovery(actor, actor.user_id, sealer, reason=reason)


def propose_recovery(actor: Actor, user_id: UUID, sealer: Sealer, *, reason: str) -> UUID:
    """Ask, as staff, for the removal of a person's lost factors; two others have to approve it. Its id.
    NothingToRecover, RecoveryUnderWay."""
    require(actor, Permission.EDIT_PEOPLE)
    get_user(actor, user_id)
    with acting_as(Actor.system(actor.firm_id).tenancy):
        return begin_recovery(actor, user_id, sealer, reason=reason)


@transactional
def begin_recovery(actor: Actor, user_id: UUID, sealer: Sealer, *, reason: str) -> UUID:
    """Have a removal approved and tell the person, who can stop it from now on; in the system tenancy."""
    lock_user(actor, user_id)
    standing, latest = get_standing(user_id), find_latest_recovery(actor, user_id)
    if not standing.enrolled:
        raise NothingToRecover
    if latest is not None and latest.is_open:
        raise RecoveryUnderWay
    content = {
        "app": standing.has_app,
        "passkeys": standing.passkeys,
        "recovery_codes": standing.codes_left,
        "wait_hours": int(WAIT.total_seconds()) // 3600,
    }
    recovery_id = request_approval(actor, FACTOR_RESET, subject=f"user:{user_id}", content=content, reason=reason)
    session.add(
        RecoveryRecord(
            id=recovery_id,
            firm_id=actor.firm_id,
            user_id=user_id,
            token_hash=digest(sealer.link_token(recovery_id)),
            begun_at=clock.now(),
        )
    )
    session.flush()
    record_act(actor.user_id, "recovery.begin", f"user:{user_id}")
    _tell(recovery_id, Step.ASKED)
    return recovery_id


@transactional
def start_waiting(actor: Actor, recovery_id: UUID, user_id: UUID) -> None:
    """Let the wait begin, in the transaction of the last approval: the person is told now and a day before its end.
    RecoveryOver where it was stopped."""
    due = clock.now() + WAIT
    if execute(WAIT_UNTIL, id=recovery_id, due=due) != 1:
        raise RecoveryOver
    record_act(actor.user_id, "recovery.approve", f"user:{user_id}")
    _tell(recovery_id, Step.APPROVED)
    soon = {"recovery_id": str(recovery_id), "step": Step.SOON.value}
    enqueue_many("accounts.announce_recovery", [(soon, f"{recovery_id}:soon")], due_at=due - REMIND_BEFORE)
    work = {"recovery_id": str(recovery_id)}
    enqueue_many("accounts.complete_recovery", [(work, str(recovery_id))], due_at=due)


def stop_recovery(actor: Actor, recovery_id: UUID) -> None:
    """Stop a removal: the person themselves, signed in, or staff who look after people. NotFound, RecoveryOver."""
    system = Actor.system(actor.firm_id)
    with acting_as(system.tenancy):
        found = find_recovery(actor, recovery_id)
        if found is None or (found.user_id != actor.user_id and not can(actor, Permission.EDIT_PEOPLE)):
            raise NotFound
        halt_recovery(actor, found)


def stop_recovery_by_link(token: str) -> None:
    """Stop a removal by the link in a mail: it was not the person who asked. UnknownLink, RecoveryOver."""
    found = get_recovery_by_link(token)
    with acting_as(Actor.system(found.firm_id).tenancy):
        halt_recovery(Actor(found.firm_id, found.user_id, frozenset()), found)


@transactional
def halt_recovery(actor: Actor, recovery: Recovery) -> None:
    """Stop a removal and close its request for approval, in the system tenancy; RecoveryOver where it is not open."""
    # First, as a decision too locks the request before what follows from it; one that comes meanwhile is waited for.
    withdrawn = cancel_approval(actor, recovery.id)
    now_waits = find_recovery(actor, recovery.id)
    if not withdrawn and (now_waits is None or now_waits.state is not RecoveryState.WAITING):
        raise RecoveryOver
    if execute(STOP, id=recovery.id, now=clock.now()) != 1:
        raise RecoveryOver
    record_act(actor.user_id, "recovery.stop", f"user:{recovery.user_id}")
    _tell(recovery.id, Step.STOPPED)


@transactional
def tell_of_refusal(recovery_id: UUID, *, rejected: bool) -> None:
    """Have the person told that a removal was rejected, or taken back by whoever of the staff asked for it."""
    _tell(recovery_id, Step.REJECTED if rejected else Step.WITHDRAWN)


@transactional
def complete_recovery(actor: Actor, recovery_id: UUID) -> bool:
    """Remove the factors when the wait is over and nobody stopped it, and end every session: the person sets a new one
    up at their next sign-in. In the system tenancy; whether it was done."""
    recovery = find_recovery(actor, recovery_id)
    if recovery is None:
        return False
    lock_user(actor, recovery.user_id)
    if execute(FINISH, id=recovery_id, now=clock.now()) != 1:
        return False
    clear_factors(recovery.user_id)
    passkeys = clear_passkeys(recovery.user_id)
    record_act(None, "recovery.complete", f"user:{recovery.user_id}", passkeys=passkeys)
    end_devices(actor, recovery.user_id)
    _tell(recovery_id, Step.DONE)
    return True


def _tell(recovery_id: UUID, step: Step) -> None:
    enqueue("accounts.announce_recovery", recovery_id=str(recovery_id), step=step.value)
