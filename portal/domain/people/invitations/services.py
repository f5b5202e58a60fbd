"""Inviting people, sending an invitation again, withdrawing it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from uuid import UUID

from portal.domain.identity.access.policies import can, require
from portal.domain.identity.access.values import STAFF_ROLES, Actor, Permission, Role
from portal.domain.identity.accounts.queries import get_user
from portal.domain.identity.accounts.services import create_user, give_first_roles, lock_user, rename_user
from portal.domain.identity.approvals.queries import find_open_approval
from portal.domain.identity.approvals.values import ROLES_CHANGE
from portal.domain.identity.audit.services import record_act
from portal.domain.identity.joining.queries import find_person_by_address
from portal.domain.identity.links.services import issue_link, withdraw_links
from portal.domain.identity.links.values import Purpose
from portal.domain.people.investor_accounts.queries import find_account_ids
from portal.domain.people.investor_accounts.services import add_member
from portal.domain.people.invitations.errors import AlreadyHere, UnknownAccounts
from portal.domain.people.invitations.queries import get_invitation
from portal.platform.db import execute, transactional
from portal.platform.errors import Forbidden
from portal.platform.ids import name_key, new_id
from portal.platform.outbox import enqueue
from portal.platform.sealing import Sealer

LEAVE_ACCOUNTS = "DELETE FROM people.account_members WHERE firm_id = %(firm)s AND user_id = %(user)s"
# What an investor lets somebody see is theirs to give: an invitation by the firm takes nothing of it away.
LEAVE_GIVEN_ROLES = """
DELETE FROM identity.role_grants WHERE firm_id = %(firm)s AND user_id = %(user)s AND role <> 'delegate'
"""
LEAVE_ROLES = "DELETE FROM identity.role_grants WHERE firm_id = %(firm)s AND user_id = %(user)s"


@transactional
def invite_person(
    actor: Actor, sealer: Sealer, *, email: str, name: str, roles: Iterable[Role], accounts: Sequence[str] = ()
) -> UUID:
    """Invite a person by mail, with `roles` (those of staff once they are approved) and the accounts (by name) they
    are to act for; the id they have from now on. Who was invited or registered before and has not come is invited anew.
    AlreadyHere, UnknownAccounts; Forbidden where a role of staff is given by somebody other than an administrator, or
    accounts by who may not edit them."""
    roles = list(roles)
    _require_right_to_invite(actor, roles, accounts)
    account_ids = _ids_of(actor, accounts)
    person = find_person_by_address(actor, email)
    if person is None:
        user_id = create_user(actor, email=email, name=name, password=None, roles=roles, active=False)
    else:
        user_id = person.id
        _begin_anew(actor, user_id, email=email, name=name, roles=roles)
    for account_id in account_ids:
        add_member(actor, account_id, user_id=user_id)
    _send(actor, sealer, user_id)
    record_act(actor.user_id, "invitation.send", f"user:{user_id}")
    return user_id


def _begin_anew(actor: Actor, user_id: UUID, *, email: str, name: str, roles: Sequence[Role]) -> None:
    """Write down anew who has not come yet, invited or registered before; AlreadyHere for everybody else."""
    lock_user(actor, user_id)
    person = find_person_by_address(actor, email)  # as it is now that nobody accepts meanwhile
    if person is None or person.active or not person.is_waiting:
        raise AlreadyHere(fields={"email": AlreadyHere.message})
    _require_right_to(actor, user_id, get_user(actor, user_id).roles)
    rename_user(actor, user_id, name=name)
    execute(LEAVE_GIVEN_ROLES, firm=actor.firm_id, user=user_id)
    give_first_roles(actor, user_id, roles=roles)


def _require_right_to_invite(actor: Actor, roles: Sequence[Role], accounts: Sequence[str]) -> None:
    require(actor, Permission.INVITE_PEOPLE)
    if set(roles) & STAFF_ROLES and not can(actor, Permission.EDIT_PEOPLE):
        raise Forbidden("Only an administrator invites colleagues; you may invite investors.")
    if accounts:
        require(actor, Permission.EDIT_ACCOUNTS)


def _ids_of(actor: Actor, accounts: Sequence[str]) -> list[UUID]:
    found = find_account_ids(actor, accounts)
    unknown = [name for name in accounts if name_key(name) not in found]
    if unknown:
        raise UnknownAccounts(fields={"accounts": "There is no account of this name: " + "; ".join(unknown) + "."})
    return list(found.values())


@transactional
def resend_invitation(actor: Actor, sealer: Sealer, user_id: UUID) -> None:
    """Send an invitation again, good for seven days from now; the link sent before no longer opens."""
    require(actor, Permission.INVITE_PEOPLE)
    _require_waiting(actor, user_id)
    _send(actor, sealer, user_id)
    record_act(actor.user_id, "invitation.resend", f"user:{user_id}")


@transactional
def withdraw_invitation(actor: Actor, user_id: UUID) -> None:
    """Let an invitation no longer open; the person has no role and acts for no account any more."""
    require(actor, Permission.INVITE_PEOPLE)
    _require_waiting(actor, user_id)
    for purpose in (Purpose.INVITATION, Purpose.REGISTRATION):
        withdraw_links(actor, user_id, purpose)
    execute(LEAVE_ROLES, firm=actor.firm_id, user=user_id)
    execute(LEAVE_ACCOUNTS, firm=actor.firm_id, user=user_id)
    record_act(actor.user_id, "invitation.withdraw", f"user:{user_id}")


def _require_waiting(actor: Actor, user_id: UUID) -> None:
    """Hold the person's row, so that nobody accepts meanwhile; NotFound where there is no open invitation of theirs,
    Forbidden where it is a colleague's and the actor no administrator."""
    lock_user(actor, user_id)
    _require_right_to(actor, user_id, get_invitation(actor, user_id).roles)


def _require_right_to(actor: Actor, user_id: UUID, roles: frozenset[Role]) -> None:
    """Refuse with Forbidden where this is a colleague, or may become one, and the actor no administrator."""
    if roles & STAFF_ROLES or find_open_approval(actor, ROLES_CHANGE.name, f"user:{user_id}"):
        require(actor, Permission.EDIT_PEOPLE)


def _send(actor: Actor, sealer: Sealer, user_id: UUID) -> None:
    link_id = new_id()
    issue_link(actor, user_id, Purpose.INVITATION, link_id=link_id, token=sealer.link_token(link_id))
    enqueue("accounts.send_invitation", link_id=str(link_id))
