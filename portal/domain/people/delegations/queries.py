"""Reading delegations. An investor reads those they gave and those they were given, and nobody else's: the firm's
system tenancy answers, as the other person's row is closed to them."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from portal.domain.identity.access.policies import require
from portal.domain.identity.access.values import Actor, Permission
from portal.domain.people.delegations.values import Delegation, DelegationState, Relation, Scope
from portal.platform import clock, db
from portal.platform.errors import NotFound
from portal.platform.tenancy import acting_as

SELECT = """
SELECT d.id, d.grantor_id, g.name AS grantor, d.delegate_id, d.called, d.relation, d.scopes, d.created_at, d.until,
  d.revoked_at,
  COALESCE((SELECT json_object_agg(a.id, a.name ORDER BY a.name_key) FROM people.delegated_accounts s
    JOIN people.investor_accounts a ON a.id = s.account_id WHERE s.delegation_id = d.id), '{}') AS accounts
FROM people.delegations d JOIN identity.users g ON g.id = d.grantor_id
WHERE d.firm_id = %(firm)s
"""
OPEN = " AND d.revoked_at IS NULL AND d.until >= %(today)s"
NEWEST = " ORDER BY d.created_at DESC, d.id LIMIT 200"
OWN_ACCOUNTS = """
SELECT a.id, a.name FROM people.account_members m JOIN people.investor_accounts a ON a.id = m.account_id
WHERE m.firm_id = %(firm)s AND m.user_id = %(user)s ORDER BY a.name_key LIMIT 500
"""
COUNT = """
SELECT count(*) FROM people.delegations
WHERE firm_id = %(firm)s AND grantor_id = %(grantor)s AND revoked_at IS NULL AND until >= %(today)s
"""


def _delegation(row: db.AnyRow) -> Delegation:
    state = DelegationState.OPEN if row.until >= clock.today() else DelegationState.EXPIRED
    return Delegation(
        id=row.id,
        grantor_id=row.grantor_id,
        grantor=row.grantor,
        delegate_id=row.delegate_id,
        called=row.called,
        relation=Relation(row.relation),
        scopes=frozenset(map(Scope, row.scopes)),
        accounts={UUID(account): name for account, name in row.accounts.items()},
        created_at=row.created_at,
        until=row.until,
        state=state if row.revoked_at is None else DelegationState.ENDED,
    )


def _list(actor: Actor, condition: str, **parameters: object) -> list[Delegation]:
    with acting_as(Actor.system(actor.firm_id).tenancy):
        rows = db.fetch_all(f"{SELECT}{condition}{NEWEST}", firm=actor.firm_id, user=actor.user_id, **parameters)
    return [_delegation(row) for row in rows]


def list_given_delegations(actor: Actor) -> list[Delegation]:
    """What the actor lets others see or let them see, the newest first."""
    return _list(actor, " AND d.grantor_id = %(user)s")


def get_given_delegation(actor: Actor, delegation_id: UUID) -> Delegation:
    """One delegation that the actor gave; NotFound otherwise."""
    found = _list(actor, " AND d.grantor_id = %(user)s AND d.id = %(id)s", id=delegation_id)
    if not found:
        raise NotFound
    return found[0]


def list_received_delegations(actor: Actor) -> list[Delegation]:
    """What others let the actor see now, the newest first."""
    return _list(actor, f" AND d.delegate_id = %(user)s{OPEN}", today=clock.today())


def list_delegations_of_account(actor: Actor, account_id: UUID) -> Sequence[Delegation]:
    """Who may see an account now besides those who act for it, for staff."""
    condition = (
        f"{OPEN} AND EXISTS (SELECT FROM people.delegated_accounts s"
        " WHERE s.delegation_id = d.id AND s.account_id = %(account)s)"
    )
    rows = db.fetch_all(f"{SELECT}{condition}{NEWEST}", firm=actor.firm_id, account=account_id, today=clock.today())
    return [_delegation(row) for row in rows]


def get_delegation(actor: Actor, delegation_id: UUID) -> Delegation:
    """One delegation of the firm, for staff who may see all portfolios; NotFound where there is none."""
    require(actor, Permission.SEE_ALL_PORTFOLIOS)
    found = find_delegation(actor, delegation_id)
    if found is None:
        raise NotFound
    return found


def find_delegation(actor: Actor, delegation_id: UUID) -> Delegation | None:
    """A delegation of the firm, over or not, in the tenancy of staff or of the system; None where there is none."""
    row = db.fetch_one(f"{SELECT} AND d.id = %(id)s", firm=actor.firm_id, id=delegation_id)
    return None if row is None else _delegation(row)


def list_own_accounts(actor: Actor) -> dict[UUID, str]:
    """The accounts that the actor acts for themselves, by name."""
    return {row.id: row.name for row in db.fetch_all(OWN_ACCOUNTS, firm=actor.firm_id, user=actor.user_id)}


def count_open_delegations(actor: Actor) -> int:
    """How many people the actor lets in now, in the firm's system tenancy."""
    count: int = db.fetch_value(COUNT, firm=actor.firm_id, grantor=actor.user_id, today=clock.today())
    return count


def find_announcement(actor: Actor, delegation_id: UUID) -> Delegation | None:
    """The delegation of a mail, in the firm's system tenancy; None where it is over."""
    found = find_delegation(actor, delegation_id)
    return found if found and found.state is DelegationState.OPEN else None
