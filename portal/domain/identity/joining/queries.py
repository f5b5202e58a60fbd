"""Reading who joins."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from portal.domain.identity.access.values import STAFF_ROLES, Actor
from portal.domain.identity.emails.values import email_of, indexes_of
from portal.domain.identity.joining.values import JOINING, Greeting, Joiner
from portal.domain.identity.links.queries import get_open_link
from portal.platform import clock, db
from portal.platform.errors import NotFound
from portal.platform.tenancy import acting_as

WAITING = """
SELECT u.name, u.id AS user_id, u.email_sealed, k.wrapped, f.name AS firm,
  EXISTS (SELECT FROM identity.role_grants g WHERE g.user_id = u.id AND g.role = ANY(%(staff)s)) AS is_staff
FROM identity.users u JOIN identity.subject_keys k ON k.subject_id = u.id JOIN identity.firms f ON f.id = u.firm_id
WHERE u.firm_id = %(firm)s AND u.id = %(id)s AND u.password_hash IS NULL
"""
BY_ADDRESS = """
SELECT id, active, password_hash IS NULL AS is_waiting FROM identity.users
WHERE firm_id = %(firm)s AND email_index = ANY(%(email)s)
"""
UNCONFIRMED = """
SELECT u.id FROM identity.users u
WHERE u.firm_id = %(firm)s AND NOT u.active AND u.password_hash IS NULL
  AND EXISTS (SELECT FROM identity.links l WHERE l.user_id = u.id AND l.purpose = 'registration')
  AND NOT EXISTS (
    SELECT FROM identity.links l WHERE l.user_id = u.id AND (l.purpose = 'invitation' OR l.expires_at > %(now)s))
"""
GREETING = """
SELECT u.name, u.id AS user_id, u.email_sealed, k.wrapped, f.name AS firm
FROM identity.users u JOIN identity.subject_keys k ON k.subject_id = u.id
JOIN identity.firms f ON f.id = u.firm_id
WHERE u.firm_id = %(firm)s AND u.id = %(id)s
"""


def get_joiner(token: str) -> Joiner:
    """Who holds the link with this token; UnknownLink or LinkClosed where it does not open."""
    link = get_open_link(token, *JOINING)
    with acting_as(Actor.system(link.firm_id).tenancy):
        row = db.fetch_one(WAITING, firm=link.firm_id, id=link.user_id, staff=[role.value for role in STAFF_ROLES])
    if row is None:
        raise NotFound
    return Joiner(link, row.name, email_of(row), row.firm, row.is_staff)


def find_person_by_address(actor: Actor, email: str) -> db.AnyRow | None:
    """`id`, `active` and `is_waiting` (never had a password) of the person with this address, or None."""
    return db.fetch_one(BY_ADDRESS, firm=actor.firm_id, email=indexes_of(email))


def list_unconfirmed(actor: Actor, *, most: int) -> Sequence[UUID]:
    """Up to `most` people of the actor's firm who registered, were not invited, and let their link run out."""
    return [
        row.id for row in db.fetch_all(f"{UNCONFIRMED} LIMIT %(most)s", firm=actor.firm_id, now=clock.now(), most=most)
    ]


def exists_unconfirmed(actor: Actor, user_id: UUID) -> bool:
    """Whether this person is one of them."""
    row = db.fetch_one(f"{UNCONFIRMED} AND u.id = %(id)s", firm=actor.firm_id, now=clock.now(), id=user_id)
    return row is not None


def get_greeting(actor: Actor, user_id: UUID) -> Greeting:
    """How to greet a person of the actor's firm in a mail; NotFound where there is nobody."""
    row = db.fetch_one(GREETING, firm=actor.firm_id, id=user_id)
    if row is None:
        raise NotFound
    return Greeting(row.name, email_of(row), row.firm)
