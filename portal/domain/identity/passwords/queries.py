"""Reading for whom a password is set."""

from __future__ import annotations

from uuid import UUID

from portal.domain.identity.access.values import Actor
from portal.domain.identity.emails.values import email_of, indexes_of
from portal.domain.identity.factors.queries import get_standing
from portal.domain.identity.links.queries import get_open_link
from portal.domain.identity.links.values import Purpose
from portal.domain.identity.passwords.values import Holder
from portal.platform import db
from portal.platform.tenancy import acting_as

HOLDER = """
SELECT u.name, u.id AS user_id, u.email_sealed, k.wrapped, f.name AS firm
FROM identity.users u JOIN identity.subject_keys k ON k.subject_id = u.id
JOIN identity.firms f ON f.id = u.firm_id
WHERE u.firm_id = %(firm)s AND {by}
"""


def _holder(row: db.AnyRow | None) -> Holder | None:
    return None if row is None else Holder(row.user_id, row.name, email_of(row), row.firm)


def find_holder(actor: Actor, email: str) -> Holder | None:
    """The person of the actor's firm with this address who signs in with a password, or None."""
    by = "u.email_index = ANY(%(email)s) AND u.active AND u.password_hash IS NOT NULL"
    row = db.fetch_one(HOLDER.format(by=by), firm=actor.firm_id, email=indexes_of(email))
    return _holder(row)


def find_holder_by_id(actor: Actor, user_id: UUID) -> Holder | None:
    """The person of the actor's firm with this id, while they may sign in, or None."""
    row = db.fetch_one(HOLDER.format(by="u.id = %(id)s AND u.active"), firm=actor.firm_id, id=user_id)
    return _holder(row)


def exists_factor_of_link(token: str) -> bool:
    """Whether the person whom a link for a new password was sent to has a second factor; UnknownLink, LinkClosed."""
    link = get_open_link(token, Purpose.RESET)
    with acting_as(Actor.system(link.firm_id).tenancy):
        return get_standing(link.user_id).enrolled
