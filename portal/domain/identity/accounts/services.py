"""Users coming and going."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from uuid import UUID

from sqlalchemy.exc import IntegrityError

from portal.domain.identity.access.policies import require
from portal.domain.identity.access.services import grant_role, take_role
from portal.domain.identity.access.values import STAFF_ROLES, Actor, Permission, Role
from portal.domain.identity.accounts.errors import (
    EmailTaken,
    LastAdministrator,
    NoChange,
    OwnRoles,
    PersonGone,
    RolesChanged,
    WeakPassword,
)
from portal.domain.identity.accounts.models import UserRecord
from portal.domain.identity.accounts.queries import (
    exists_other_administrator,
    exists_session,
    exists_switched_off,
    find_user_by_email,
    get_user,
)
from portal.domain.identity.accounts.rules import find_password_problem, normal_form
from portal.domain.identity.approvals.queries import find_open_approval
from portal.domain.identity.approvals.services import amend_approval, request_approval
from portal.domain.identity.approvals.values import ROLES_CHANGE
from portal.domain.identity.audit.services import record_act
from portal.domain.identity.emails.values import index_of, normal_email, seal_email
from portal.domain.identity.firms.queries import get_firm
from portal.domain.identity.subjects.queries import get_subject_key
from portal.domain.identity.subjects.services import create_subject_keys
from portal.domain.identity.subjects.values import SubjectKind
from portal.platform.common_passwords import common_passwords
from portal.platform.db import execute, session, take_turns, transactional
from portal.platform.errors import Unauthenticated
from portal.platform.ids import new_id, new_secret
from portal.platform.passwords import hash_password

LOCK = "SELECT id FROM identity.users WHERE firm_id = %(firm)s AND id = %(id)s FOR NO KEY UPDATE"


@transactional
def create_user(
    actor: Actor,
    *,
    email: str,
    name: str,
    password: str | None,
    roles: Iterable[Role],
    password_hash: str | None = None,
    active: bool = True,
) -> UUID:
    """Add a person to the actor's firm with `roles`; EmailTaken when the address is in use there, WeakPassword when the
    password is not good enough. The new id. One who is not `active` cannot sign in.

    `password_hash` stands in for a password that `hash_password` hashed before, as that of a demo's many people."""
    address = normal_email(email)
    if find_user_by_email(actor, address) is not None:
        raise EmailTaken(fields={"email": EmailTaken.message})
    stored = password_hash
    if password is not None:
        stored = hash_password(_judged(password, [name, address, get_firm(actor.firm_id).name]))
    user_id = new_id()
    create_subject_keys(actor, SubjectKind.USER, [user_id])
    sealed = seal_email(user_id, address, get_subject_key(user_id))
    user = UserRecord(
        id=user_id,
        firm_id=actor.firm_id,
        email_sealed=sealed,
        email_index=index_of(address),
        name=name.strip(),
        password_hash=stored,
        active=active,
    )
    session.add(user)
    try:
        session.flush()
    except IntegrityError as error:  # somebody else added them at the same moment
        raise EmailTaken(fields={"email": EmailTaken.message}) from error
    record_act(actor.user_id, "user.create", f"user:{user.id}")
    give_first_roles(actor, user.id, roles=roles)
    return user.id


@transactional
def give_first_roles(actor: Actor, user_id: UUID, *, roles: Iterable[Role]) -> None:
    """Give a new person their roles. Who adds somebody may make them an investor; roles of staff are asked for, and
    another person approves them: nobody makes themselves a second pair of eyes."""
    wanted = frozenset(roles)
    given = wanted if actor.user_id is None else wanted - STAFF_ROLES
    for role in sorted(given):
        grant_role(actor, user_id, role=role)
    if wanted != given:
        content = {"before": sorted(given), "after": sorted(wanted)}
        reason = "The roles this person was added with."
        request_approval(actor, ROLES_CHANGE, subject=f"user:{user_id}", content=content, reason=reason)


@transactional
def propose_roles(actor: Actor, user_id: UUID, *, roles: Iterable[Role], reason: str) -> UUID:
    """Ask for a person of the firm to have exactly `roles` from now on; somebody else has to approve it. Who asked
    already and asks otherwise changes their request, and what was said to it is void. The id of the request. OwnRoles,
    NoChange, LastAdministrator, or AlreadyAsked by another, where that is so."""
    require(actor, Permission.EDIT_PEOPLE)
    user, wanted = get_user(actor, user_id), frozenset(roles)
    if user.id == actor.user_id:
        raise OwnRoles
    if not wanted or wanted == user.roles:
        raise NoChange(fields={"roles": NoChange.message})
    _refuse_without_administrator(actor, user_id, before=user.roles, after=wanted)
    content = {"before": sorted(user.roles), "after": sorted(wanted)}
    waiting = find_open_approval(actor, ROLES_CHANGE.name, f"user:{user_id}")
    if waiting is not None and waiting.maker_id == actor.user_id:
        amend_approval(actor, waiting.id, content=content, reason=reason)
        return waiting.id
    return request_approval(actor, ROLES_CHANGE, subject=f"user:{user_id}", content=content, reason=reason)


@transactional
def change_roles(actor: Actor, user_id: UUID, *, before: frozenset[Role], after: frozenset[Role]) -> None:
    """Give and take roles as was approved, with effect at the person's next request; RolesChanged where their roles are
    not `before` any more, PersonGone where they may no longer sign in. Of two who change roles of one firm at once the
    second sees what the first did, so that they do not take the last two administrators away."""
    take_turns("roles", str(actor.firm_id))
    if get_user(actor, user_id).roles != before:
        raise RolesChanged
    if exists_switched_off(actor, user_id):
        raise PersonGone
    if user_id == actor.user_id:
        raise OwnRoles
    _refuse_without_administrator(actor, user_id, before=before, after=after)
    for role in sorted(after - before):
        grant_role(actor, user_id, role=role)
    for role in sorted(before - after):
        take_role(actor, user_id, role=role)


def _refuse_without_administrator(
    actor: Actor, user_id: UUID, *, before: frozenset[Role], after: frozenset[Role]
) -> None:
    loses = Role.ADMINISTRATOR in before - after
    if loses and not exists_other_administrator(actor, user_id):
        raise LastAdministrator


@transactional
def set_password(actor: Actor, user_id: UUID, *, password: str, has_factor: bool = False) -> None:
    """Give a user of the actor's firm a new password, in the firm's system tenancy; WeakPassword when it is not good
    enough. With a second factor (`has_factor`) a shorter one does."""
    user = get_user(actor, user_id)
    context = [user.name, user.email, get_firm(actor.firm_id).name]
    execute(
        "UPDATE identity.users SET password_hash = %(hash)s WHERE id = %(id)s",
        hash=hash_password(_judged(password, context, has_factor=has_factor)),
        id=user_id,
    )


@transactional
def forget_password(actor: Actor, user_id: UUID) -> None:
    """Let a person's password count no more, in the firm's system tenancy, until they set a new one by a link; one who
    has none keeps none."""
    execute(
        "UPDATE identity.users SET password_hash = %(hash)s"
        " WHERE firm_id = %(firm)s AND id = %(id)s AND password_hash IS NOT NULL",
        firm=actor.firm_id,
        id=user_id,
        hash=hash_password(new_secret()),
    )


@transactional
def activate_user(actor: Actor, user_id: UUID, *, name: str) -> None:
    """Let a person who was invited or registered sign in from now on, under the name they give themselves."""
    execute(
        "UPDATE identity.users SET active = true, name = %(name)s WHERE firm_id = %(firm)s AND id = %(id)s",
        firm=actor.firm_id,
        name=name.strip(),
        id=user_id,
    )
    record_act(user_id, "user.activate", f"user:{user_id}")


@transactional
def lock_user(actor: Actor, user_id: UUID) -> None:
    """Hold a person's row to the end of this operation. Whoever changes a person and what belongs to them takes the
    person first, so that no two wait for each other."""
    execute(LOCK, firm=actor.firm_id, id=user_id)


@transactional
def hold_person(actor: Actor) -> UUID:
    """Begin to change by what the actor signs in or is reached, in the system tenancy: `lock_user`, and Unauthenticated
    where their session was ended since they asked. Their id."""
    assert actor.user_id
    lock_user(actor, actor.user_id)
    if not exists_session(actor):
        raise Unauthenticated("Your session has ended. Sign in to go on.")
    return actor.user_id


@transactional
def rename_user(actor: Actor, user_id: UUID, *, name: str) -> None:
    """Write a person's name anew."""
    execute("UPDATE identity.users SET name = %(name)s WHERE id = %(id)s", name=name.strip(), id=user_id)
    record_act(actor.user_id, "user.rename", f"user:{user_id}")


def _judged(password: str, context: Sequence[str], *, has_factor: bool = False) -> str:
    problem = find_password_problem(password, context=context, common=common_passwords(), has_factor=has_factor)
    if problem is not None:
        raise WeakPassword(fields={"password": problem})
    return normal_form(password)
