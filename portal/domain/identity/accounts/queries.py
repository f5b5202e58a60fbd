"""Reading users."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from portal.domain.identity.access.values import Actor, Role
from portal.domain.identity.accounts.values import User
from portal.domain.identity.emails.values import email_of, indexes_of
from portal.platform import db
from portal.platform.errors import NotFound

SELECT = """
SELECT u.id AS user_id, u.email_sealed, k.wrapped, u.name, u.active,
  COALESCE((SELECT array_agg(g.role ORDER BY g.role) FROM identity.role_grants g WHERE g.user_id = u.id), '{}') AS roles
FROM identity.users u JOIN identity.subject_keys k ON k.subject_id = u.id WHERE u.firm_id = %(firm)s
"""
FIRST = ("", UUID(int=0))


def _user(row: db.AnyRow) -> User:
    return User(row.user_id, email_of(row), row.name, row.active, frozenset(Role(role) for role in row.roles))


def find_user_by_email(actor: Actor, email: str) -> User | None:
    """The user of the actor's firm with this e-mail address, or None."""
    row = db.fetch_one(f"{SELECT} AND u.email_index = ANY(%(email)s)", firm=actor.firm_id, email=indexes_of(email))
    return None if row is None else _user(row)


def get_user(actor: Actor, user_id: UUID) -> User:
    """The user of the actor's firm with this id; NotFound where there is none."""
    row = db.fetch_one(f"{SELECT} AND u.id = %(id)s", firm=actor.firm_id, id=user_id)
    if row is None:
        raise NotFound
    return _user(row)


def find_user_names(actor: Actor, user_ids: Sequence[UUID]) -> dict[UUID, str]:
    """The names of those of these people who are of the actor's firm."""
    rows = db.fetch_all(
        "SELECT id, name FROM identity.users WHERE firm_id = %(firm)s AND id = ANY(%(ids)s)",
        firm=actor.firm_id,
        ids=list(user_ids),
    )
    return {row.id: row.name for row in rows}


def exists_other_administrator(actor: Actor, user_id: UUID) -> bool:
    """Whether the actor's firm has an active administrator besides this user."""
    found: bool = db.fetch_value(
        "SELECT EXISTS (SELECT FROM identity.users u JOIN identity.role_grants g ON g.user_id = u.id"
        " WHERE u.firm_id = %(firm)s AND u.active AND g.role = 'administrator' AND u.id <> %(id)s)",
        firm=actor.firm_id,
        id=user_id,
    )
    return found


def exists_switched_off(actor: Actor, user_id: UUID) -> bool:
    """Whether this user of the actor's firm came in once and may not any more; one who was invited just waits."""
    found: bool = db.fetch_value(
        "SELECT EXISTS (SELECT FROM identity.users"
        " WHERE firm_id = %(firm)s AND id = %(id)s AND NOT active AND password_hash IS NOT NULL)",
        firm=actor.firm_id,
        id=user_id,
    )
    return found


def exists_session(actor: Actor) -> bool:
    """Whether the session in which the actor acts was not ended meanwhile; so too for one who acts in none."""
    ended = "SELECT revoked_at IS NOT NULL FROM identity.sessions WHERE id = %(id)s"
    return not db.fetch_value(ended, id=actor.session_id)


def list_users(actor: Actor, *, search: str = "", after: tuple[str, UUID] = FIRST, most: int = 50) -> Sequence[User]:
    """Users of the actor's firm by name, those after the (name, id) pair; with `search` those with it in their name,
    or with exactly this address."""
    found = " AND (u.name ILIKE %(like)s OR u.email_index = ANY(%(email)s))" if search else ""
    rows = db.fetch_all(
        f"{SELECT} AND (u.name, u.id) > (%(name)s, %(id)s){found} ORDER BY u.name, u.id LIMIT %(most)s",
        firm=actor.firm_id,
        name=after[0],
        id=after[1],
        like=db.containing(search),
        email=list(indexes_of(search)),
        most=most,
    )
    return [_user(row) for row in rows]
