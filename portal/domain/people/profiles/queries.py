"""Reading personal details."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from portal.domain.identity.access.policies import can, require
from portal.domain.identity.access.values import Actor, Permission
from portal.domain.people.profiles.rules import mask_details
from portal.domain.people.profiles.values import Details, Profile
from portal.platform import db
from portal.platform.errors import NotFound
from portal.platform.personal import index_mark

# Accounts, and oneself: other people's details are those of their accounts.
SUBJECTS = """
SELECT id, name, true AS is_account, name_key FROM people.investor_accounts
WHERE firm_id = %(firm)s AND (%(all)s OR id = ANY ((SELECT people.my_own_account_ids())::uuid[]))
UNION ALL
SELECT id, name, false, '' FROM identity.users WHERE firm_id = %(firm)s AND id = %(actor)s
"""
SELECT = """
SELECT s.id, s.name, s.is_account, k.wrapped, p.details, p.changed_at
FROM ({subjects}) s JOIN identity.subject_keys k ON k.subject_id = s.id
LEFT JOIN people.profiles p ON p.subject_id = s.id
"""
ONE = SELECT.format(subjects=SUBJECTS) + "WHERE s.id = %(id)s"
# The rows are held, so that whoever changes them meanwhile comes after.
OTHERWISE_INDEXED = """
SELECT p.subject_id AS id, p.details, k.wrapped FROM people.profiles p
JOIN identity.subject_keys k ON k.subject_id = p.subject_id
WHERE p.firm_id = %(firm)s AND (p.tax_index IS NULL OR substring(p.tax_index FOR 4) <> %(mark)s)
LIMIT %(most)s FOR UPDATE OF p
"""
COUNT_BY_MARK = """
SELECT substring(tax_index FOR 4) AS mark, count(*) AS held FROM people.profiles
WHERE firm_id = %(firm)s AND tax_index IS NOT NULL GROUP BY 1
"""
OWN = SELECT.format(subjects=SUBJECTS) + "ORDER BY s.is_account, s.name_key LIMIT %(most)s"


def _details(row: db.AnyRow) -> Details:
    return Details() if row.details is None else Details.unseal(row.id, row.details, row.wrapped)


def _profile(row: db.AnyRow) -> Profile:
    details = _details(row)
    number, born_on, address = mask_details(details)
    kind = details.tax_number_kind
    return Profile(row.id, row.name, row.is_account, kind, number, born_on, address, row.changed_at)


def _get_row(actor: Actor, subject_id: UUID) -> db.AnyRow:
    may_all = can(actor, Permission.SEE_ALL_PORTFOLIOS)
    row = db.fetch_one(ONE, firm=actor.firm_id, actor=actor.user_id, id=subject_id, all=may_all)
    if row is None:
        raise NotFound
    return row


def get_profile(actor: Actor, subject_id: UUID) -> Profile:
    """The masked details of an account that the actor may see, or of themselves; NotFound otherwise."""
    return _profile(_get_row(actor, subject_id))


def get_details(actor: Actor, subject_id: UUID) -> Details:
    """The details in full: for `reveal_profile`, which records that they were shown, and for changing a part."""
    return _details(_get_row(actor, subject_id))


def list_own_profiles(actor: Actor, *, most: int = 200) -> Sequence[Profile]:
    """The masked details of a person and of the accounts they act for, their own first, then by name."""
    rows = db.fetch_all(OWN, firm=actor.firm_id, actor=actor.user_id, most=most, all=False)
    return [_profile(row) for row in rows]


def list_details_to_index(actor: Actor, *, most: int) -> dict[UUID, Details]:
    """The details, by subject, whose tax number is not indexed with the key in force; in the system tenancy."""
    rows = db.fetch_all(OTHERWISE_INDEXED, firm=actor.firm_id, mark=index_mark(), most=most)
    return {row.id: _details(row) for row in rows}


def count_tax_numbers_by_mark(firm_id: UUID) -> dict[bytes, int]:
    """How many details are found by the indexes of each key, by the key's mark."""
    return {bytes(row.mark): row.held for row in db.fetch_all(COUNT_BY_MARK, firm=firm_id)}


def list_recipients(actor: Actor, account_ids: Sequence[UUID]) -> dict[UUID, tuple[str, str]]:
    """The tax number, masked, and the postal address of accounts as they stand on papers that go to them, empty where
    they are not known; for staff who see all portfolios and the machinery."""
    require(actor, Permission.SEE_ALL_PORTFOLIOS)
    rows = db.fetch_all(
        SELECT.format(subjects=SUBJECTS) + "WHERE s.id = ANY(%(ids)s)",
        firm=actor.firm_id,
        actor=actor.user_id,
        ids=list(account_ids),
        all=True,
    )
    found = {row.id: _details(row) for row in rows}
    return {account: (mask_details(each)[0] or "", each.postal_address or "") for account, each in found.items()}
