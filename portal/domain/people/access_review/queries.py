"""Reading who can see what, in the firm's system tenancy: sessions and factors are closed to everybody else."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from uuid import UUID

from portal.domain.identity.access.policies import require
from portal.domain.identity.access.values import PERMISSIONS, Actor, Permission, Role
from portal.domain.identity.accounts.queries import FIRST, list_users
from portal.domain.identity.accounts.values import User
from portal.domain.people.access_review.rules import content_digest
from portal.domain.people.access_review.values import (
    DUE_EVERY,
    AccountAccess,
    Attestation,
    PersonAccess,
    Reviewed,
    Share,
)
from portal.domain.people.investor_accounts.queries import list_accounts
from portal.platform import clock, db
from portal.platform.tenancy import acting_as

PER_READ = 500
Place = tuple[str, UUID]
HAS_FACTOR = """(EXISTS (SELECT FROM identity.totp_factors t WHERE t.user_id = u.id)
  OR EXISTS (SELECT FROM identity.passkeys p WHERE p.user_id = u.id)
  OR EXISTS (SELECT FROM identity.text_factors x WHERE x.user_id = u.id))"""
ACCESS = """
SELECT u.id,
  (SELECT max(s.created_at) FROM identity.sessions s WHERE s.user_id = u.id AND s.stage = 'full') AS last_sign_in,
  {has_factor} AS has_factor,
  COALESCE((SELECT array_agg(a.name ORDER BY a.name_key) FROM people.account_members m
    JOIN people.investor_accounts a ON a.id = m.account_id WHERE m.user_id = u.id), '{{}}') AS accounts
FROM identity.users u WHERE u.firm_id = %(firm)s AND u.id = ANY(%(ids)s)
"""
MEMBERS = """
SELECT m.account_id, array_agg(u.name ORDER BY u.name, u.id) AS people FROM people.account_members m
JOIN identity.users u ON u.id = m.user_id WHERE m.firm_id = %(firm)s AND m.account_id = ANY(%(ids)s) GROUP BY 1
"""
SHARES = """
SELECT s.{key} AS key, a.name AS account, d.called, g.name AS grantor, d.scopes, d.until FROM people.delegations d
JOIN people.delegated_accounts s ON s.delegation_id = d.id JOIN people.investor_accounts a ON a.id = s.account_id
JOIN identity.users g ON g.id = d.grantor_id
WHERE d.firm_id = %(firm)s AND s.{key} = ANY(%(ids)s) AND d.revoked_at IS NULL AND d.until >= %(today)s
ORDER BY a.name_key, d.called, d.id
"""
EVERYBODY = """
SELECT u.id::text, u.active, {has_factor} AS has_factor,
  COALESCE((SELECT array_agg(g.role ORDER BY g.role) FROM identity.role_grants g
    WHERE g.user_id = u.id), '{{}}') AS roles,
  COALESCE((SELECT array_agg(m.account_id::text ORDER BY m.account_id) FROM people.account_members m
    WHERE m.user_id = u.id), '{{}}') AS accounts,
  COALESCE((SELECT json_agg(json_build_array(s.account_id, d.scopes, d.until) ORDER BY d.id, s.account_id)
    FROM people.delegations d JOIN people.delegated_accounts s ON s.delegation_id = d.id
    WHERE d.delegate_id = u.id AND d.revoked_at IS NULL AND d.until >= %(today)s), '[]') AS shares
FROM identity.users u WHERE u.firm_id = %(firm)s ORDER BY u.id
"""
COUNT = "SELECT count(*) FROM people.investor_accounts WHERE firm_id = %(firm)s"
ATTESTATIONS = """
SELECT t.id, u.name, t.attested_at, t.statement, t.people, t.accounts, encode(t.digest, 'hex') AS digest
FROM people.attestations t JOIN identity.users u ON u.id = t.attested_by
WHERE t.firm_id = %(firm)s ORDER BY t.attested_at DESC, t.id LIMIT %(most)s
"""


def list_people_access(
    actor: Actor, *, search: str = "", role: Role | None = None, after: Place = FIRST, most: int = 50
) -> list[PersonAccess]:
    """People by name, those after the (name, id) pair, with what they can see; those with `search` in their name or
    with exactly this address, and those with `role`. Forbidden without REVIEW_ACCESS."""
    require(actor, Permission.REVIEW_ACCESS)
    found: list[User] = []
    for user in _users(actor, search, after):
        if role is None or role in user.roles:
            found.append(user)
        if len(found) == most:
            break
    with acting_as(Actor.system(actor.firm_id).tenancy):
        ids = [user.id for user in found]
        rows = {row.id: row for row in db.fetch_all(ACCESS.format(has_factor=HAS_FACTOR), firm=actor.firm_id, ids=ids)}
        shares = _shares(actor, "delegate_id", ids)
    return [_person(user, rows[user.id], shares.get(user.id, [])) for user in found]


def _users(actor: Actor, search: str, after: Place) -> Iterator[User]:
    """Everybody who fits, read in pieces."""
    while users := list_users(actor, search=search, after=after, most=PER_READ):
        yield from users
        after = (users[-1].name, users[-1].id)


def _person(user: User, row: db.AnyRow, shares: Sequence[Share]) -> PersonAccess:
    permissions = sorted({each.value for role in user.roles for each in PERMISSIONS[role]})
    accounts = tuple(row.accounts)
    return PersonAccess(user, tuple(permissions), accounts, tuple(shares), row.last_sign_in, row.has_factor)


def list_account_access(actor: Actor, *, search: str = "", after: str = "", most: int = 50) -> list[AccountAccess]:
    """Accounts by name, those after `after`, with who sees each. Forbidden without REVIEW_ACCESS."""
    require(actor, Permission.REVIEW_ACCESS)
    accounts = list_accounts(actor, search=search, after=after, most=most)
    ids = [account.id for account in accounts]
    with acting_as(Actor.system(actor.firm_id).tenancy):
        people = {row.account_id: row.people for row in db.fetch_all(MEMBERS, firm=actor.firm_id, ids=ids)}
        shares = _shares(actor, "account_id", ids)
    return [
        AccountAccess(each.id, each.name, tuple(people.get(each.id, ())), tuple(shares.get(each.id, ())))
        for each in accounts
    ]


def _shares(actor: Actor, key: str, ids: Sequence[UUID]) -> Mapping[UUID, list[Share]]:
    """What is shared now, by the person it is shared with (`delegate_id`) or by account (`account_id`)."""
    found = defaultdict[UUID, list[Share]](list)
    for row in db.fetch_all(SHARES.format(key=key), firm=actor.firm_id, ids=list(ids), today=clock.today()):
        found[row.key].append(Share(row.account, row.called, row.grantor, tuple(row.scopes), row.until))
    return found


def get_reviewed(actor: Actor) -> Reviewed:
    """Everybody's access as it is now, by ids. Forbidden without REVIEW_ACCESS."""
    require(actor, Permission.REVIEW_ACCESS)
    with acting_as(Actor.system(actor.firm_id).tenancy):
        rows = db.fetch_all(EVERYBODY.format(has_factor=HAS_FACTOR), firm=actor.firm_id, today=clock.today())
        accounts: int = db.fetch_value(COUNT, firm=actor.firm_id)
    people = [[row.id, row.active, row.has_factor, row.roles, row.accounts, row.shares] for row in rows]
    permissions = {role.value: sorted(each.value for each in given) for role, given in PERMISSIONS.items()}
    content = {"people": people, "roles": permissions}
    return Reviewed(content, len(people), accounts, content_digest(content))


def list_attestations(actor: Actor, *, most: int = 20) -> list[Attestation]:
    """Who attested when, the latest first. Forbidden without REVIEW_ACCESS."""
    require(actor, Permission.REVIEW_ACCESS)
    return [Attestation(*row) for row in db.fetch_all(ATTESTATIONS, firm=actor.firm_id, most=most)]


def find_last_attestation(actor: Actor) -> Attestation | None:
    """The latest attestation, or None."""
    found = list_attestations(actor, most=1)
    return found[0] if found else None


def exists_attestation_in_force(actor: Actor) -> bool:
    """Whether somebody attested within the last year. Forbidden without REVIEW_ACCESS."""
    last = find_last_attestation(actor)
    return last is not None and clock.now() - last.attested_at < DUE_EVERY
