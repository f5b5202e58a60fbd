"""People who leave, or whose browser is in the wrong hands: what an administrator does for them and against them.

Called in the actor's tenancy; what belongs to somebody else is written in the firm's."""

from __future__ import annotations

from uuid import UUID

from portal.domain.identity.access.policies import require
from portal.domain.identity.access.values import Actor, Permission, Role
from portal.domain.identity.accounts.errors import LastAdministrator
from portal.domain.identity.accounts.queries import exists_other_administrator, exists_switched_off, get_user
from portal.domain.identity.approvals.services import request_approval
from portal.domain.identity.approvals.values import USER_RETURN
from portal.domain.identity.audit.services import record_act
from portal.domain.identity.devices.services import end_devices
from portal.domain.identity.leaving.errors import HereAlready, NotHere, OwnAccess
from portal.domain.identity.leaving.signals import UserSwitchedOff
from portal.domain.identity.links.services import withdraw_links
from portal.domain.identity.links.values import Purpose
from portal.platform.db import execute, take_turns, transactional
from portal.platform.outbox import enqueue
from portal.platform.sealing import Sealer
from portal.platform.signals import publish
from portal.platform.tenancy import acting_as

SWITCH = "UPDATE identity.users SET active = %(on)s WHERE firm_id = %(firm)s AND id = %(id)s AND active <> %(on)s"


def sign_user_out(actor: Actor, user_id: UUID) -> int:
    """End every session of a person, in browsers and apps, from their next request on; how many there were."""
    require(actor, Permission.EDIT_PEOPLE)
    user = get_user(actor, user_id)
    with acting_as(Actor.system(actor.firm_id).tenancy):  # the database lets staff write their own sessions only
        return end_devices(actor, user.id)


@transactional
def offer_new_password(actor: Actor, sealer: Sealer, user_id: UUID) -> None:
    """Have a link for a new password sent to a person, who alone gets to choose it; NotHere for somebody who cannot
    sign in."""
    require(actor, Permission.EDIT_PEOPLE)
    user = get_user(actor, user_id)
    if not user.active:
        raise NotHere
    enqueue("accounts.start_reset", email=sealer.seal(user.email))
    record_act(actor.user_id, "password.offer", f"user:{user_id}")


def switch_user_off(actor: Actor, user_id: UUID) -> None:
    """Let a person sign in no more, with effect at their next request; their roles and accounts stay written down.
    OwnAccess, NotHere, or LastAdministrator where nobody else could run the firm."""
    require(actor, Permission.EDIT_PEOPLE)
    if get_user(actor, user_id).id == actor.user_id:
        raise OwnAccess
    with acting_as(Actor.system(actor.firm_id).tenancy):
        close_access(actor, user_id)


@transactional
def close_access(actor: Actor, user_id: UUID) -> None:
    """Switch a person off, end their sessions and links, in the firm's system tenancy."""
    take_turns("roles", str(actor.firm_id))
    user = get_user(actor, user_id)
    if Role.ADMINISTRATOR in user.roles and not exists_other_administrator(actor, user_id):
        raise LastAdministrator
    if not execute(SWITCH, on=False, firm=actor.firm_id, id=user_id):
        raise NotHere
    end_devices(actor, user_id)
    withdraw_links(actor, user_id, Purpose.RESET)
    record_act(actor.user_id, "user.switch_off", f"user:{user_id}")
    publish(UserSwitchedOff(actor.firm_id, user_id, actor.user_id))


@transactional
def propose_return(actor: Actor, user_id: UUID, *, reason: str) -> UUID:
    """Ask for a person who was switched off to be let back in with the roles they had; somebody else has to approve it.
    The id of the request. HereAlready or AlreadyAsked where that is so."""
    require(actor, Permission.EDIT_PEOPLE)
    roles = sorted(get_user(actor, user_id).roles)
    if not exists_switched_off(actor, user_id):
        raise HereAlready
    return request_approval(actor, USER_RETURN, subject=f"user:{user_id}", content={"roles": roles}, reason=reason)


@transactional
def switch_user_on(actor: Actor, user_id: UUID, *, roles: frozenset[Role]) -> None:
    """Let a person sign in again, as was approved; HereAlready where they can, or their roles are not `roles` any
    more."""
    if not exists_switched_off(actor, user_id) or get_user(actor, user_id).roles != roles:
        raise HereAlready
    execute(SWITCH, on=True, firm=actor.firm_id, id=user_id)
    record_act(actor.user_id, "user.switch_on", f"user:{user_id}")
