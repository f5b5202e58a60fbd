"""Writing personal details, and showing them in full."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID

from portal.domain.identity.access.values import Actor
from portal.domain.identity.audit.services import record_act
from portal.domain.identity.subjects.queries import get_subject_key
from portal.domain.people.profiles.policies import can_change_profile, can_reveal_profile
from portal.domain.people.profiles.queries import get_details, get_profile, list_details_to_index
from portal.domain.people.profiles.rules import find_birth_problem, find_tax_number_problem, normal_tax_number
from portal.domain.people.profiles.values import Details, index_of_tax_number
from portal.platform import clock
from portal.platform.db import execute, transactional
from portal.platform.errors import Forbidden, Invalid

WRITE = """
INSERT INTO people.profiles (subject_id, firm_id, details, tax_index, changed_at, changed_by)
VALUES (%(subject)s, %(firm)s, %(details)s, %(index)s, %(now)s, %(actor)s)
ON CONFLICT (subject_id) DO UPDATE SET details = EXCLUDED.details, tax_index = EXCLUDED.tax_index,
  changed_at = EXCLUDED.changed_at, changed_by = EXCLUDED.changed_by
"""
INDEX_MANY = """
UPDATE people.profiles p SET tax_index = given.index
FROM unnest(%(ids)s::uuid[], %(indexes)s::bytea[]) AS given (id, index)
WHERE p.firm_id = %(firm)s AND p.subject_id = given.id
"""


@transactional
def change_profile(actor: Actor, subject_id: UUID, *, given: Details) -> None:
    """Write the details of an account or of the actor; what is None in `given` stays as it is. Invalid with a message
    per field, Forbidden for who may only read. The record says which were written, never what."""
    profile = get_profile(actor, subject_id)
    if not can_change_profile(actor, profile):
        raise Forbidden
    changes = _checked(given)
    details = replace(get_details(actor, subject_id), **changes)
    sealed = details.seal(subject_id, get_subject_key(subject_id))
    execute(
        WRITE,
        subject=subject_id,
        firm=actor.firm_id,
        details=sealed,
        index=index_of_tax_number(details.tax_number),
        now=clock.now(),
        actor=actor.user_id,
    )
    record_act(
        actor.user_id, "profile.change", _resource(subject_id, profile.is_account), fields=",".join(sorted(changes))
    )


@transactional
def index_tax_numbers_anew(actor: Actor, *, most: int = 500) -> int:
    """Index up to `most` tax numbers of the firm that no key, or another than that in force, indexed, in the system
    tenancy; how many there were."""
    found = list_details_to_index(actor, most=most)
    execute(
        INDEX_MANY,
        firm=actor.firm_id,
        ids=list(found),
        indexes=[index_of_tax_number(details.tax_number) for details in found.values()],
    )
    return len(found)


@transactional
def reveal_profile(actor: Actor, subject_id: UUID) -> Details:
    """The details in full, and a line in the record that they were shown; Forbidden where the role may not."""
    profile = get_profile(actor, subject_id)
    if not can_reveal_profile(actor, profile):
        raise Forbidden
    record_act(actor.user_id, "profile.reveal", _resource(subject_id, profile.is_account))
    return get_details(actor, subject_id)


def _checked(given: Details) -> dict[str, Any]:
    problems: dict[str, str] = {}
    changes: dict[str, Any] = {}
    if given.tax_number is not None:
        if given.tax_number_kind is None:
            problems["tax_number_kind"] = "Say which kind of number it is."
        elif problem := find_tax_number_problem(given.tax_number_kind, given.tax_number):
            problems["tax_number"] = problem
        else:
            number = normal_tax_number(given.tax_number_kind, given.tax_number)
            changes |= {"tax_number_kind": given.tax_number_kind, "tax_number": number}
    if given.born_on is not None:
        if problem := find_birth_problem(given.born_on, clock.today()):
            problems["born_on"] = problem
        changes["born_on"] = given.born_on
    if given.postal_address is not None:
        changes["postal_address"] = given.postal_address
    if problems or not changes:
        raise Invalid(fields=problems) if problems else Invalid("Nothing was entered, so nothing was changed.")
    return changes


def _resource(subject_id: UUID, is_account: bool) -> str:
    return f"{'account' if is_account else 'user'}:{subject_id}"
