"""Whom a firm's documents may name, in one go: names, numbers and blind indexes; nothing is unsealed for it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from uuid import UUID

from portal.domain.documents.filing.rules.reading import Reader
from portal.domain.documents.filing.values.evidence import Known
from portal.domain.identity.access.values import STAFF_ROLES, Actor
from portal.domain.identity.emails.values import indexes_of
from portal.domain.people.profiles.values import indexes_of_tax_number
from portal.platform import db

_one: ContextVar[tuple[UUID, Reader] | None] = ContextVar("reader", default=None)
ACCOUNTS = "SELECT id, name, number FROM people.investor_accounts WHERE firm_id = %(firm)s"
# Who works for the firm signs its letters; of the others everybody who acts for an account, or is let into one.
PEOPLE = """
SELECT u.id, u.name, u.email_index, array_agg(DISTINCT a.account_id) AS accounts
FROM (
  SELECT user_id, account_id FROM people.account_members WHERE firm_id = %(firm)s
  UNION
  SELECT d.delegate_id, a.account_id FROM people.delegations d
  JOIN people.delegated_accounts a ON a.delegation_id = d.id
  WHERE d.firm_id = %(firm)s AND d.revoked_at IS NULL) a
JOIN identity.users u ON u.id = a.user_id
WHERE u.firm_id = %(firm)s
  AND NOT EXISTS (SELECT FROM identity.role_grants g WHERE g.user_id = u.id AND g.role = ANY(%(staff)s))
GROUP BY u.id
"""
# Beside the index an entry has the key's mark alone where there is no number.
TAX_NUMBERS = """
SELECT subject_id, tax_index FROM people.profiles WHERE firm_id = %(firm)s AND length(tax_index) > 4
"""


@contextmanager
def get_reader_once(actor: Actor) -> Iterator[None]:
    """Ask once whom the firm knows, for all that is read inside: a stretch of one operation, which sees one state."""
    token = _one.set((actor.firm_id, get_reader(actor)))
    try:
        yield
    finally:
        _one.reset(token)


def get_reader(actor: Actor) -> Reader:
    """What reads pages for everybody the firm knows; staff and the firm's machinery may ask."""
    one = _one.get()
    if one is not None and one[0] == actor.firm_id:
        return one[1]
    return Reader.of(get_known(actor), indexes_of_tax_number, indexes_of)


def get_known(actor: Actor) -> Known:
    """Everybody whom a document of the firm may name."""
    accounts = db.fetch_all(ACCOUNTS, firm=actor.firm_id)
    people = db.fetch_all(PEOPLE, firm=actor.firm_id, staff=[role.value for role in STAFF_ROLES])
    accounts_of = {row.id: frozenset({row.id}) for row in accounts} | {
        row.id: frozenset(row.accounts) for row in people
    }
    taxed = defaultdict[bytes, set[UUID]](set)
    for row in db.fetch_all(TAX_NUMBERS, firm=actor.firm_id):
        if row.subject_id in accounts_of:
            taxed[bytes(row.tax_index)].add(row.subject_id)
    return Known(
        names=tuple((row.id, row.name) for row in (*accounts, *people)),
        numbers={row.number: row.id for row in accounts if row.number},
        tax_numbers={index: frozenset(subjects) for index, subjects in taxed.items()},
        emails={bytes(row.email_index): row.id for row in people if row.email_index},
        accounts_of=accounts_of,
    )
