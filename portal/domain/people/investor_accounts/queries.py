"""Reading investor accounts and their people."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from uuid import UUID

from portal.domain.identity.access.policies import can
from portal.domain.identity.access.values import Actor, Permission
from portal.domain.identity.emails.values import email_of
from portal.domain.people.investor_accounts.values import Account, AccountKind, Member
from portal.platform import db
from portal.platform.errors import NotFound
from portal.platform.ids import name_key

SELECT = (
    "SELECT a.id, a.name, a.kind, a.tax_residence, a.number FROM people.investor_accounts a WHERE a.firm_id = %(firm)s"
)


def _account(row: db.AnyRow) -> Account:
    return Account(row.id, row.name, AccountKind(row.kind), row.tax_residence, row.number)


def _visible(actor: Actor) -> str:
    """The statement with what row security leaves to be said: of the staff only who may see all portfolios sees
    accounts that are not theirs."""
    if not actor.is_staff or can(actor, Permission.SEE_ALL_PORTFOLIOS):
        return SELECT
    return f"{SELECT} AND a.id = ANY ((SELECT people.my_accounts_for('anything'))::uuid[])"


def list_accounts(actor: Actor, *, search: str = "", after: str = "", most: int = 50) -> Sequence[Account]:
    """Accounts the actor may see, by name, those after `after`."""
    rows = db.fetch_all(
        f"{_visible(actor)} AND a.name_key > %(after)s AND a.name ILIKE %(like)s ORDER BY a.name_key LIMIT %(most)s",
        firm=actor.firm_id,
        after=name_key(after),
        like=db.containing(search),
        most=most,
    )
    return [_account(row) for row in rows]


def get_account(actor: Actor, account_id: UUID) -> Account:
    """One account the actor may see; NotFound otherwise."""
    row = db.fetch_one(f"{_visible(actor)} AND a.id = %(id)s", firm=actor.firm_id, id=account_id)
    if row is None:
        raise NotFound
    return _account(row)


def find_account_ids(actor: Actor, names: Iterable[str]) -> dict[str, UUID]:
    """The ids of the accounts with these names, by name key; names nobody has are left out."""
    keys = [name_key(name) for name in names]
    rows = db.fetch_all(
        "SELECT name_key, id FROM people.investor_accounts WHERE firm_id = %(firm)s AND name_key = ANY(%(keys)s)",
        firm=actor.firm_id,
        keys=keys,
    )
    return {row.name_key: row.id for row in rows}


def find_account_names(actor: Actor, account_ids: Sequence[UUID]) -> dict[UUID, str]:
    """The names of those of the accounts that the actor may see."""
    rows = db.fetch_all(
        "SELECT id, name FROM people.investor_accounts WHERE firm_id = %(firm)s AND id = ANY(%(ids)s)",
        firm=actor.firm_id,
        ids=list(account_ids),
    )
    return {row.id: row.name for row in rows}


def list_account_kinds(actor: Actor, account_ids: Sequence[UUID]) -> dict[UUID, AccountKind]:
    """What the holders are, of those of the accounts that the actor may see."""
    rows = db.fetch_all(
        "SELECT id, kind FROM people.investor_accounts WHERE firm_id = %(firm)s AND id = ANY(%(ids)s)",
        firm=actor.firm_id,
        ids=list(account_ids),
    )
    return {row.id: AccountKind(row.kind) for row in rows}


def find_account_by_number(actor: Actor, number: str) -> UUID | None:
    """The account that has this number, written as `normal_number` writes it, or None."""
    row = db.fetch_one(
        "SELECT id FROM people.investor_accounts WHERE firm_id = %(firm)s AND number = %(number)s",
        firm=actor.firm_id,
        number=number,
    )
    return None if row is None else row.id


def list_members(actor: Actor, account_id: UUID) -> Sequence[Member]:
    """The people who act for an account, by name."""
    rows = db.fetch_all(
        "SELECT u.name, u.id AS user_id, u.email_sealed, k.wrapped FROM people.account_members m"
        " JOIN identity.users u ON u.id = m.user_id JOIN identity.subject_keys k ON k.subject_id = u.id"
        " WHERE m.firm_id = %(firm)s AND m.account_id = %(account)s ORDER BY u.name, u.id",
        firm=actor.firm_id,
        account=account_id,
    )
    return [Member(row.user_id, row.name, email_of(row)) for row in rows]


def list_accounts_without_key(actor: Actor, *, most: int) -> list[UUID]:
    """Accounts that an earlier version opened, before what is about them was sealed under a key of their own."""
    rows = db.fetch_all(
        "SELECT a.id FROM people.investor_accounts a WHERE a.firm_id = %(firm)s AND NOT EXISTS"
        " (SELECT FROM identity.subject_keys k WHERE k.subject_id = a.id) LIMIT %(most)s",
        firm=actor.firm_id,
        most=most,
    )
    return [row.id for row in rows]


def list_unattended_accounts(actor: Actor, *, most: int = 50) -> Sequence[Account]:
    """Accounts that nobody acts for, by name: no investor sees them."""
    rows = db.fetch_all(
        f"{SELECT} AND NOT EXISTS (SELECT FROM people.account_members m WHERE m.account_id = a.id)"
        " ORDER BY a.name_key LIMIT %(most)s",
        firm=actor.firm_id,
        most=most,
    )
    return [_account(row) for row in rows]
