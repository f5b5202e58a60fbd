"""Registering where a firm is open to it, and setting name and password by the link of an invitation or registration.

Called with no tenancy in force: each step enters the one it needs.
"""

from __future__ import annotations

from uuid import UUID

import structlog
from sqlalchemy.exc import IntegrityError

from portal.domain.identity.access.policies import require
from portal.domain.identity.access.services import grant_role
from portal.domain.identity.access.values import STAFF_ROLES, Actor, Permission, Role
from portal.domain.identity.accounts.queries import get_user
from portal.domain.identity.accounts.services import activate_user, create_user, lock_user, set_password
from portal.domain.identity.attempts.services import note_attempt
from portal.domain.identity.attempts.values import Trial
from portal.domain.identity.audit.services import record_act
from portal.domain.identity.factors.queries import get_standing
from portal.domain.identity.joining.queries import (
    exists_unconfirmed,
    find_person_by_address,
    get_joiner,
    list_unconfirmed,
)
from portal.domain.identity.joining.values import Joiner
from portal.domain.identity.links.services import issue_link, use_link
from portal.domain.identity.links.values import Purpose
from portal.domain.identity.sessions.services import open_session
from portal.domain.identity.sessions.values import LENGTHS, Stage
from portal.platform.db import execute, transactional
from portal.platform.ids import new_secret
from portal.platform.outbox import enqueue
from portal.platform.sealing import Sealer
from portal.platform.tenancy import acting_as

log = structlog.get_logger(__name__)
FORGET = (
    "DELETE FROM identity.links WHERE firm_id = %(firm)s AND user_id = %(user)s",
    "DELETE FROM identity.role_grants WHERE firm_id = %(firm)s AND user_id = %(user)s",
    "DELETE FROM identity.users WHERE firm_id = %(firm)s AND id = %(user)s",
    "DELETE FROM identity.subject_keys WHERE firm_id = %(firm)s AND subject_id = %(user)s",
)


def accept_link(token: str, *, name: str, password: str, agent: str, address: str) -> str:
    """Set name and password by the link with this token and sign in, as far as to setting up a second factor where one
    is required; the token for the cookie. UnknownLink, LinkClosed, WeakPassword."""
    joiner, cookie = join_by_link(token, name=name, password=password), new_secret()
    actor, user_id = Actor.system(joiner.link.firm_id), joiner.link.user_id
    with acting_as(actor.tenancy):
        stage = Stage.ENROL if get_standing(user_id).required else Stage.FULL
        open_session(
            actor.firm_id,
            user_id,
            kind="web",
            token=cookie,
            agent=agent,
            address=address,
            length=LENGTHS[stage],
            stage=stage,
        )
    return cookie


def join_by_link(token: str, *, name: str, password: str) -> Joiner:
    """Set name and password by the link with this token; who it was, who may sign in from now on. UnknownLink,
    LinkClosed, WeakPassword."""
    joiner = get_joiner(token)
    actor = Actor.system(joiner.link.firm_id)
    with acting_as(actor.tenancy):
        complete_joining(actor, joiner, name=name, password=password)
    return joiner


@transactional
def complete_joining(actor: Actor, joiner: Joiner, *, name: str, password: str) -> None:
    """Use the link up, and let the person in under this name and password."""
    lock_user(actor, joiner.link.user_id)
    use_link(joiner.link)
    activate_user(actor, joiner.link.user_id, name=name)
    set_password(actor, joiner.link.user_id, password=password)
    record_act(joiner.link.user_id, "link.use", f"link:{joiner.link.id}", purpose=joiner.link.purpose.value)


def request_registration(sealer: Sealer, email: str, *, firm_id: UUID) -> None:
    """Have a link sent to an address with which somebody wants to register. Who asks cannot tell whether it is known:
    the same is done for every address, and whose it is, only the job finds out."""
    note_attempt(Trial.REGISTER, email, firm_id=firm_id)
    with acting_as(Actor.system(firm_id).tenancy):
        enqueue_registration(sealer.seal(email))


@transactional
def enqueue_registration(sealed_email: str) -> None:
    """Have the registration started after this commit; the outbox holds no address that anybody can read."""
    enqueue("accounts.start_registration", email=sealed_email)


@transactional
def start_registration(actor: Actor, email: str, *, link_id: UUID, token: str) -> UUID | None:
    """Make the link that confirms an address, for an investor without accounts that waits for it; the person's id.
    None where somebody with this address was here before, by another way than registering, or was invited as staff."""
    person = find_person_by_address(actor, email)
    if person is not None and (not person.is_waiting or get_user(actor, person.id).roles & STAFF_ROLES):
        return None
    user_id: UUID
    if person is None:
        user_id = create_user(actor, email=email, name="", password=None, roles=[Role.INVESTOR], active=False)
    else:
        user_id = person.id
        lock_user(actor, user_id)
        grant_role(actor, user_id, role=Role.INVESTOR)
    issue_link(actor, user_id, Purpose.REGISTRATION, link_id=link_id, token=token)
    return user_id


def forget_unconfirmed(firm_id: UUID, *, most: int = 100) -> int:
    """Delete up to `most` people of a firm who registered and never confirmed their address, with all that was kept of
    them; how many. Who was given something meanwhile stays."""
    system, count = Actor.system(firm_id), 0
    with acting_as(system.tenancy):
        for user_id in list_unconfirmed(system, most=most):
            try:
                count += forget_unconfirmed_person(system, user_id)
            except IntegrityError as error:
                log.info("unconfirmed_kept", user=str(user_id), reason=type(error.orig).__name__)
    return count


@transactional
def forget_unconfirmed_person(system: Actor, user_id: UUID) -> int:
    """Delete one of them, unless they came or were invited meanwhile; 1 where that was done."""
    lock_user(system, user_id)
    if not exists_unconfirmed(system, user_id):
        return 0
    for statement in FORGET:
        execute(statement, firm=system.firm_id, user=user_id)
    record_act(None, "user.forget", f"user:{user_id}")
    return 1


@transactional
def set_open_registration(actor: Actor, *, opened: bool) -> None:
    """Let anybody register with the actor's firm, or nobody who was not invited."""
    require(actor, Permission.EDIT_PEOPLE)
    execute(
        "UPDATE identity.firms SET open_registration = %(opened)s WHERE id = %(id)s", opened=opened, id=actor.firm_id
    )
    record_act(actor.user_id, "firm.open_registration", f"firm:{actor.firm_id}", opened=int(opened))
