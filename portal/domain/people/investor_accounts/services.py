"""Opening accounts and saying who acts for them."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from portal.domain.identity.access.policies import require
from portal.domain.identity.access.values import Actor, Permission
from portal.domain.identity.audit.services import record_act
from portal.domain.identity.subjects.services import create_subject_keys
from portal.domain.identity.subjects.values import SubjectKind
from portal.domain.people.investor_accounts.errors import AccountNameTaken, AccountNumberTaken
from portal.domain.people.investor_accounts.models import AccountMember, InvestorAccount
from portal.domain.people.investor_accounts.queries import (
    find_account_by_number,
    find_account_ids,
    get_account,
    list_accounts_without_key,
)
from portal.domain.people.investor_accounts.rules import find_number_problem, normal_number
from portal.domain.people.investor_accounts.values import AccountKind
from portal.platform.db import execute, fetch_all, session, transactional
from portal.platform.errors import Invalid
from portal.platform.ids import name_key, new_id

OPEN_MANY = """
WITH opened AS (
  INSERT INTO people.investor_accounts (id, firm_id, name, name_key, kind)
  SELECT given.id, %(firm)s, given.name, given.name_key, given.kind
  FROM unnest(%(ids)s::uuid[], %(names)s::text[], %(keys)s::text[], %(kinds)s::text[])
    AS given (id, name, name_key, kind)
  ON CONFLICT ON CONSTRAINT investor_accounts_name DO NOTHING RETURNING id
), joined AS (
  INSERT INTO people.account_members (account_id, user_id, firm_id)
  SELECT opened.id, member.id, %(firm)s FROM opened CROSS JOIN unnest(%(members)s::uuid[]) AS member (id)
)
SELECT id FROM opened
"""


@transactional
def open_account(
    actor: Actor, *, name: str, kind: AccountKind, tax_residence: str | None = None, members: Sequence[UUID] = ()
) -> UUID:
    """A new investor account of the actor's firm with the users who act for it; AccountNameTaken when the name is
    in use. The new id."""
    require(actor, Permission.EDIT_ACCOUNTS)
    if find_account_ids(actor, [name]):
        raise AccountNameTaken(fields={"name": AccountNameTaken.message})
    account = InvestorAccount(
        firm_id=actor.firm_id, name=name.strip(), name_key=name_key(name), kind=kind.value, tax_residence=tax_residence
    )
    session.add(account)
    session.flush()
    create_subject_keys(actor, SubjectKind.ACCOUNT, [account.id])
    record_act(actor.user_id, "account.open", f"account:{account.id}")
    for user_id in members:
        add_member(actor, account.id, user_id=user_id)
    return account.id


@transactional
def number_account(actor: Actor, account_id: UUID, number: str) -> None:
    """Write the number by which the firm and its administrator know an account, or take it away (empty). Invalid,
    AccountNumberTaken, NotFound."""
    require(actor, Permission.EDIT_ACCOUNTS)
    get_account(actor, account_id)
    wanted = normal_number(number)
    problem = find_number_problem(wanted) if wanted else None
    if problem:
        raise Invalid(fields={"number": problem})
    if wanted and find_account_by_number(actor, wanted) not in {None, account_id}:
        raise AccountNumberTaken(fields={"number": AccountNumberTaken.message})
    execute(
        "UPDATE people.investor_accounts SET number = %(number)s WHERE firm_id = %(firm)s AND id = %(account)s",
        number=wanted or None,
        firm=actor.firm_id,
        account=account_id,
    )
    record_act(actor.user_id, "account.number", f"account:{account_id}")


@transactional
def open_accounts(
    actor: Actor, accounts: Sequence[tuple[str, AccountKind]], *, members: Sequence[UUID] = (), cause: str
) -> None:
    """Open many accounts (name and kind) at once, each with the users who act for it; a name that is in use stays
    whose it is. `cause` is what the record of the act names, such as `import:<id>`."""
    require(actor, Permission.EDIT_ACCOUNTS)
    names, kinds = [name.strip() for name, _ in accounts], [kind.value for _, kind in accounts]
    keys = [name_key(name) for name in names]
    ids = [new_id() for _ in names]
    opened = fetch_all(
        OPEN_MANY, firm=actor.firm_id, ids=ids, names=names, keys=keys, kinds=kinds, members=list(members)
    )
    create_subject_keys(actor, SubjectKind.ACCOUNT, [row.id for row in opened])
    record_act(actor.user_id, "account.open", cause, accounts=len(accounts))


@transactional
def equip_accounts(actor: Actor, *, most: int = 500) -> int:
    """Give up to `most` accounts that an earlier version opened their keys, in the system tenancy; how many."""
    ids = list_accounts_without_key(actor, most=most)
    create_subject_keys(actor, SubjectKind.ACCOUNT, ids)
    return len(ids)


@transactional
def add_member(actor: Actor, account_id: UUID, *, user_id: UUID) -> None:
    """Let a user act for an account; doing it twice is the same as once."""
    require(actor, Permission.EDIT_ACCOUNTS)
    session.merge(AccountMember(account_id=account_id, user_id=user_id, firm_id=actor.firm_id))
    session.flush()
    record_act(actor.user_id, "account.add_member", f"account:{account_id}", user=str(user_id))


@transactional
def remove_member(actor: Actor, account_id: UUID, *, user_id: UUID) -> None:
    """Let a user no longer act for an account; at once, everywhere."""
    require(actor, Permission.EDIT_ACCOUNTS)
    execute(
        "DELETE FROM people.account_members WHERE account_id = %(account)s AND user_id = %(user)s",
        account=account_id,
        user=user_id,
    )
    record_act(actor.user_id, "account.remove_member", f"account:{account_id}", user=str(user_id))
