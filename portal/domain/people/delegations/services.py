"""Letting somebody else see one's accounts, for longer, and no longer.

Called in the investor's tenancy; what concerns the other person is written in the firm's system tenancy.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from sqlalchemy.exc import IntegrityError

from portal.domain.identity.access.policies import require
from portal.domain.identity.access.services import grant_role
from portal.domain.identity.access.values import STAFF_ROLES, Actor, Permission, Role
from portal.domain.identity.accounts.queries import get_user
from portal.domain.identity.accounts.services import create_user
from portal.domain.identity.approvals.queries import find_open_approval
from portal.domain.identity.approvals.values import ROLES_CHANGE
from portal.domain.identity.audit.services import record_act
from portal.domain.identity.joining.queries import find_person_by_address
from portal.domain.identity.links.services import issue_link
from portal.domain.identity.links.values import Purpose
from portal.domain.people.delegations.errors import AlreadyShared, NotADelegate, TooManyDelegations
from portal.domain.people.delegations.models import DelegatedAccount, DelegationRecord
from portal.domain.people.delegations.queries import count_open_delegations, list_own_accounts
from portal.domain.people.delegations.rules import find_day_faults, find_faults
from portal.domain.people.delegations.values import MOST_OPEN, EndReason, Relation, Scope, Side
from portal.platform import clock
from portal.platform.db import execute, fetch_one, session, take_turns, transactional
from portal.platform.errors import Invalid, NotFound
from portal.platform.ids import new_id
from portal.platform.outbox import enqueue, enqueue_many
from portal.platform.sealing import Sealer
from portal.platform.tenancy import acting_as

MAKE_ROOM = """
UPDATE people.delegations SET revoked_at = now()
WHERE firm_id = %(firm)s AND grantor_id = %(grantor)s AND revoked_at IS NULL AND until < %(today)s
"""
END = """
UPDATE people.delegations SET revoked_at = now()
WHERE firm_id = %(firm)s AND grantor_id = %(grantor)s AND id = %(id)s AND revoked_at IS NULL
"""
END_ALL = """
UPDATE people.delegations SET revoked_at = now()
WHERE firm_id = %(firm)s AND revoked_at IS NULL AND (grantor_id = %(user)s OR delegate_id = %(user)s)
"""
END_FOR = """
UPDATE people.delegations SET revoked_at = now()
WHERE firm_id = %(firm)s AND id = %(id)s AND revoked_at IS NULL AND until >= %(today)s
RETURNING grantor_id
"""
RENEW = """
UPDATE people.delegations SET until = %(until)s, given_on = %(today)s
WHERE firm_id = %(firm)s AND grantor_id = %(grantor)s AND id = %(id)s AND revoked_at IS NULL
"""


def give_access(
    actor: Actor,
    sealer: Sealer,
    *,
    email: str,
    called: str,
    relation: Relation,
    accounts: Iterable[UUID],
    scopes: Iterable[Scope],
    until: date,
) -> UUID:
    """Let the person with this address see `scopes` of the actor's `accounts` up to and including `until`, at most a
    year ahead, and write to them; somebody new is invited. The id. Who is known here already cannot be told from the
    answer. Invalid, NotADelegate, AlreadyShared, TooManyDelegations."""
    require(actor, Permission.SHARE_ACCOUNTS)
    chosen, wanted = sorted(set(accounts)), sorted(set(scopes))
    faults = find_faults(chosen, list_own_accounts(actor), wanted, until, clock.today())
    if faults:
        raise Invalid(fields=faults)
    record = DelegationRecord(
        id=new_id(),
        firm_id=actor.firm_id,
        grantor_id=actor.user_id,
        called=called.strip(),
        relation=relation.value,
        scopes=[scope.value for scope in wanted],
        given_on=clock.today(),
        until=until,
    )
    with acting_as(Actor.system(actor.firm_id).tenancy):
        open_delegation(actor, sealer, record, email=email, accounts=chosen)
    return record.id


@transactional
def open_delegation(
    actor: Actor, sealer: Sealer, record: DelegationRecord, *, email: str, accounts: Iterable[UUID]
) -> None:
    """Store a delegation that is in order, find or invite whom it is for, and have the mail sent; in the firm's system
    tenancy."""
    take_turns("delegations", str(actor.user_id))
    execute(MAKE_ROOM, firm=actor.firm_id, grantor=actor.user_id, today=clock.today())
    if count_open_delegations(actor) >= MOST_OPEN:
        raise TooManyDelegations
    record.delegate_id = _delegate(actor, email=email, name=record.called)
    session.add(record)
    try:
        session.flush()
    except IntegrityError as error:
        raise AlreadyShared(fields={"email": AlreadyShared.message}) from error
    for account_id in accounts:
        session.add(
            DelegatedAccount(
                delegation_id=record.id,
                account_id=account_id,
                grantor_id=record.grantor_id,
                delegate_id=record.delegate_id,
                firm_id=record.firm_id,
            )
        )
    session.flush()
    link_id = new_id()
    _invite(actor, sealer, record.delegate_id, email, link_id)
    enqueue("delegations.announce", delegation_id=str(record.id), link_id=str(link_id))
    record_act(actor.user_id, "delegation.give", f"delegation:{record.id}", user=str(record.delegate_id))


def _delegate(actor: Actor, *, email: str, name: str) -> UUID:
    """The person with this address, who is here or is added; NotADelegate for the actor and for staff."""
    system = Actor.system(actor.firm_id)
    person = find_person_by_address(system, email)
    if person is None:
        return create_user(system, email=email, name=name, password=None, roles=[Role.DELEGATE], active=False)
    staff = get_user(system, person.id).roles & STAFF_ROLES
    if person.id == actor.user_id or staff or find_open_approval(system, ROLES_CHANGE.name, f"user:{person.id}"):
        raise NotADelegate(fields={"email": NotADelegate.message})
    grant_role(system, person.id, role=Role.DELEGATE)
    user_id: UUID = person.id
    return user_id


def _invite(actor: Actor, sealer: Sealer, user_id: UUID, email: str, link_id: UUID) -> None:
    """A link to come in by, for somebody who has no password yet."""
    system = Actor.system(actor.firm_id)
    person = find_person_by_address(system, email)
    if person is not None and person.is_waiting:
        issue_link(system, user_id, Purpose.INVITATION, link_id=link_id, token=sealer.link_token(link_id))


def renew_delegation(actor: Actor, delegation_id: UUID, *, until: date) -> None:
    """Give a delegation of the actor's another last day, at most a year ahead; NotFound where it has ended."""
    require(actor, Permission.SHARE_ACCOUNTS)
    faults = find_day_faults(until, clock.today())
    if faults:
        raise Invalid(fields=faults)
    with acting_as(Actor.system(actor.firm_id).tenancy):
        set_last_day(actor, delegation_id, until=until)


@transactional
def set_last_day(actor: Actor, delegation_id: UUID, *, until: date) -> None:
    """Write the last day of a delegation that the actor gave; in the firm's system tenancy."""
    _change(RENEW, actor, delegation_id, until=until, today=clock.today())
    record_act(actor.user_id, "delegation.renew", f"delegation:{delegation_id}")


def end_delegation(actor: Actor, delegation_id: UUID) -> None:
    """Let the other person see nothing by it from their next request on, everywhere; NotFound where it has ended."""
    with acting_as(Actor.system(actor.firm_id).tenancy):
        close_delegation(actor, delegation_id)


@transactional
def close_delegation(actor: Actor, delegation_id: UUID) -> None:
    """Write that a delegation that the actor gave is over; in the firm's system tenancy."""
    _change(END, actor, delegation_id)
    record_act(actor.user_id, "delegation.end", f"delegation:{delegation_id}")


def end_delegation_for(actor: Actor, delegation_id: UUID, *, reason: EndReason) -> None:
    """End, for the firm, what an investor gave somebody else, and write to both; Forbidden without END_DELEGATIONS,
    NotFound where it is over."""
    require(actor, Permission.END_DELEGATIONS)
    with acting_as(Actor.system(actor.firm_id).tenancy):
        close_delegation_for(actor, delegation_id, reason=reason)


@transactional
def close_delegation_for(actor: Actor, delegation_id: UUID, *, reason: EndReason) -> None:
    """Write that the firm ended a delegation, in the investor's own log too; in the firm's system tenancy."""
    ended = fetch_one(END_FOR, firm=actor.firm_id, id=delegation_id, today=clock.today())
    if ended is None:
        raise NotFound
    named = {"delegation_id": str(delegation_id), "reason": reason.value}
    enqueue_many(
        "delegations.announce_end", [(named | {"side": side.value}, f"{delegation_id}:{side}") for side in Side]
    )
    resource = f"delegation:{delegation_id}"
    record_act(actor.user_id, "delegation.end", resource, on_behalf_of=ended.grantor_id, reason=reason.value)


@transactional
def close_delegations_of(actor_id: UUID | None, firm_id: UUID, user_id: UUID) -> int:
    """End whatever a person lets others see and others let them see, in the firm's system tenancy; how many."""
    count = execute(END_ALL, firm=firm_id, user=user_id)
    if count:
        record_act(actor_id, "delegation.end", f"user:{user_id}", delegations=count)
    return count


def _change(statement: str, actor: Actor, delegation_id: UUID, **values: date) -> None:
    if execute(statement, firm=actor.firm_id, grantor=actor.user_id, id=delegation_id, **values) != 1:
        raise NotFound
