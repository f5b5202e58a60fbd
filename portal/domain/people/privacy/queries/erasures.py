"""Reading erasures: what one would do, who asked, what holds it up."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from portal.domain.identity.access.policies import require
from portal.domain.identity.access.values import Actor, Permission
from portal.domain.people.privacy.rules.retention import make_plan
from portal.domain.people.privacy.values.erasures import DUTIES, TITLES, Erasure, ErasureState, Hold, Owned, Plan, Term
from portal.domain.people.privacy.values.inventory import Category
from portal.platform import clock, db
from portal.platform.errors import NotFound
from portal.platform.tenancy import acting_as

OWNED = """
SELECT a.id, a.name, a.kind IN ('individual', 'joint', 'retirement') AND NOT EXISTS (
    SELECT FROM people.account_members o WHERE o.account_id = a.id AND o.user_id <> m.user_id) AS alone,
  h.last_on, COALESCE(h.is_open, false) AS is_open
FROM people.account_members m JOIN people.investor_accounts a ON a.id = m.account_id
LEFT JOIN LATERAL ({books}) h ON true
WHERE m.firm_id = %(firm)s AND m.user_id = %(user)s ORDER BY a.name_key
"""
KEPT = """
SELECT a.id, a.name, true AS alone, h.last_on, COALESCE(h.is_open, false) AS is_open FROM people.investor_accounts a
LEFT JOIN LATERAL ({books}) h ON true WHERE a.firm_id = %(firm)s AND a.id = ANY(%(ids)s)
"""
BOOKS = """
SELECT max(last_on) AS last_on, bool_or(net_assets <> 0 OR unfunded <> 0) AS is_open FROM investments.holdings
WHERE account_id = a.id
"""
SELECT = """
SELECT e.id, e.user_id, u.name, e.asked_by = e.user_id AS by_person, e.state, e.asked_at, e.reason, e.answer,
  e.closed_at, e.destroy_after, e.destroyed_at
FROM people.erasures e JOIN identity.users u ON u.id = e.user_id WHERE e.firm_id = %(firm)s
"""
HOLDS = """
SELECT h.id, h.reason, u.name AS placed_by, h.placed_at, h.lifted_at FROM people.legal_holds h
JOIN identity.users u ON u.id = h.placed_by WHERE h.firm_id = %(firm)s AND h.user_id = %(user)s
ORDER BY h.placed_at DESC
"""
HELD = """
SELECT EXISTS (SELECT FROM people.legal_holds WHERE firm_id = %(firm)s AND user_id = %(user)s AND lifted_at IS NULL)
"""
DUE = """
SELECT e.id, e.user_id, e.account_ids, e.closed_at, e.plan FROM people.erasures e
WHERE e.firm_id = %(firm)s AND e.state = 'done' AND e.destroyed_at IS NULL AND e.destroy_after < %(today)s
  AND NOT EXISTS (SELECT FROM people.legal_holds h WHERE h.user_id = e.user_id AND h.lifted_at IS NULL)
ORDER BY e.destroy_after LIMIT 20
"""
LEFT = """
SELECT a.id FROM people.investor_accounts a WHERE a.firm_id = %(firm)s AND a.id = ANY(%(ids)s)
  AND NOT EXISTS (SELECT FROM people.account_members m WHERE m.account_id = a.id) ORDER BY a.id
"""
FILES = "SELECT file_key FROM investments.statements WHERE account_id = ANY(%(ids)s) AND file_key IS NOT NULL"
INSTRUCTIONS = """
SELECT i.id, i.account_id, i.method, k.wrapped FROM people.payment_instructions i
JOIN identity.subject_keys k ON k.subject_id = i.account_id WHERE i.account_id = ANY(%(ids)s)
"""
EXPORTED = """
SELECT id, file_key FROM people.data_exports WHERE firm_id = %(firm)s AND user_id = %(user)s AND state = 'ready'
"""


def _erasure(row: db.AnyRow) -> Erasure:
    return Erasure(**row._asdict() | {"state": ErasureState(row.state)})


def get_plan(actor: Actor, user_id: UUID) -> Plan:
    """What erasing a person of the actor's firm does today, in the tenancy of staff or of the system."""
    owned = db.fetch_all(OWNED.format(books=BOOKS), firm=actor.firm_id, user=user_id)
    return make_plan([Owned(*row) for row in owned], _years(actor), clock.today())


def get_own_plan(actor: Actor) -> Plan:
    """What erasing the actor does today; who else acts for their accounts only the firm can see."""
    assert actor.user_id is not None
    with acting_as(Actor.system(actor.firm_id).tenancy):
        return get_plan(actor, actor.user_id)


def get_plan_of_kept(actor: Actor, account_ids: Sequence[UUID], erased_on: date) -> Plan:
    """Until when what was kept of an erased person is kept, by the entries that were made since."""
    rows = db.fetch_all(KEPT.format(books=BOOKS), firm=actor.firm_id, ids=list(account_ids))
    accounts = [Owned(*row) for row in rows]
    newest = make_plan(accounts, _years(actor), clock.today()) if any(each.is_open for each in accounts) else None
    return newest or make_plan(accounts, _years(actor), erased_on)


def find_own_erasure(actor: Actor) -> Erasure | None:
    """The actor's newest request, or None."""
    row = db.fetch_one(
        f"{SELECT} AND e.user_id = %(user)s ORDER BY e.asked_at DESC LIMIT 1", firm=actor.firm_id, user=actor.user_id
    )
    return None if row is None else _erasure(row)


def find_erasure(actor: Actor, user_id: UUID) -> Erasure | None:
    """The newest request about a person of the firm, or None; Forbidden without HANDLE_PRIVACY."""
    require(actor, Permission.HANDLE_PRIVACY)
    row = db.fetch_one(
        f"{SELECT} AND e.user_id = %(user)s ORDER BY e.asked_at DESC LIMIT 1", firm=actor.firm_id, user=user_id
    )
    return None if row is None else _erasure(row)


def get_erasure(actor: Actor, erasure_id: UUID) -> Erasure:
    """One request of the firm; NotFound where there is none."""
    row = db.fetch_one(f"{SELECT} AND e.id = %(id)s", firm=actor.firm_id, id=erasure_id)
    if row is None:
        raise NotFound
    return _erasure(row)


def list_erasures(actor: Actor, *, before: tuple[datetime, UUID], most: int) -> Sequence[Erasure]:
    """Requests of the firm, newest first, those before the (moment, id) pair; Forbidden without HANDLE_PRIVACY."""
    require(actor, Permission.HANDLE_PRIVACY)
    rows = db.fetch_all(
        f"{SELECT} AND (e.asked_at, e.id) < (%(at)s, %(id)s) ORDER BY e.asked_at DESC, e.id DESC LIMIT %(most)s",
        firm=actor.firm_id,
        at=before[0],
        id=before[1],
        most=most,
    )
    return [_erasure(row) for row in rows]


def list_holds(actor: Actor, user_id: UUID) -> Sequence[Hold]:
    """The legal holds on a person, newest first; Forbidden without HANDLE_PRIVACY."""
    require(actor, Permission.HANDLE_PRIVACY)
    return [Hold(*row) for row in db.fetch_all(HOLDS, firm=actor.firm_id, user=user_id)]


def exists_hold(actor: Actor, user_id: UUID) -> bool:
    """Whether a legal hold on a person is in force."""
    return bool(db.fetch_value(HELD, firm=actor.firm_id, user=user_id))


def list_terms(actor: Actor) -> Sequence[Term]:
    """How long the firm keeps what it must."""
    years = _years(actor)
    return [Term(each, TITLES[each][0], years[each], duty) for each, duty in DUTIES.items()]


def list_due_erasures(actor: Actor) -> Sequence[db.AnyRow]:
    """Erasures whose time is over, as far as it was known when they were done: `id`, `user_id`, `account_ids`,
    `closed_at`."""
    return db.fetch_all(DUE, firm=actor.firm_id, today=clock.today())


def list_accounts_left(actor: Actor, account_ids: Sequence[UUID]) -> list[UUID]:
    """Those of the accounts of an erased person that nobody has acted for since."""
    return [row.id for row in db.fetch_all(LEFT, firm=actor.firm_id, ids=list(account_ids))]


def find_approved_plan(actor: Actor, erasure_id: UUID) -> dict[str, Any] | None:
    """What was approved of an erasure that waits to be carried out, or None."""
    plan: dict[str, Any] | None = db.fetch_value(
        "SELECT plan FROM people.erasures WHERE firm_id = %(firm)s AND id = %(id)s AND state = 'approved'",
        firm=actor.firm_id,
        id=erasure_id,
    )
    return plan


def list_statement_keys(account_ids: Sequence[UUID]) -> list[str]:
    """The files of the statements of accounts."""
    return [row.file_key for row in db.fetch_all(FILES, ids=list(account_ids))]


def list_sealed_instructions(account_ids: Sequence[UUID]) -> Sequence[db.AnyRow]:
    """`id`, `account_id` and `method` of the bank details of accounts, and the key `wrapped` that is theirs now."""
    return db.fetch_all(INSTRUCTIONS, ids=list(account_ids))


def list_exported_files(actor: Actor, user_id: UUID) -> Sequence[db.AnyRow]:
    """`id` and `file_key` of the archives that were collected for a person and are there."""
    return db.fetch_all(EXPORTED, firm=actor.firm_id, user=user_id)


def _years(actor: Actor) -> dict[Category, int]:
    rows = db.fetch_all(
        "SELECT category, years FROM people.retention_terms WHERE firm_id = %(firm)s", firm=actor.firm_id
    )
    chosen = {Category(row.category): row.years for row in rows}
    return {each: max(duty.years, chosen.get(each, 0)) for each, duty in DUTIES.items()}
