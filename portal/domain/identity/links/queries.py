"""Reading links."""

from __future__ import annotations

from uuid import UUID

from portal.domain.identity.access.values import Actor
from portal.domain.identity.links.errors import LinkClosed, UnknownLink
from portal.domain.identity.links.values import WHY_CLOSED, Link, LinkState, Purpose, state_of
from portal.platform import clock, db
from portal.platform.ids import digest
from portal.platform.tenancy import GATE, acting_as

SELECT = "SELECT id, firm_id, user_id, purpose, used_at, withdrawn_at, expires_at FROM identity.links"


def _link(row: db.AnyRow) -> Link:
    state = state_of(row.used_at, row.withdrawn_at, row.expires_at, clock.now())
    return Link(row.id, row.firm_id, row.user_id, Purpose(row.purpose), state, row.expires_at)


def get_open_link(token: str, *purposes: Purpose) -> Link:
    """The link with this token, made for one of `purposes`, asked at the gate; UnknownLink where there is none,
    LinkClosed where it no longer opens."""
    with acting_as(GATE):
        row = db.fetch_one(f"{SELECT} WHERE token_hash = %(hash)s", hash=digest(token))
    if row is None or row.purpose not in purposes:
        raise UnknownLink
    link = _link(row)
    if link.state is not LinkState.OPEN:
        raise LinkClosed(WHY_CLOSED[link.purpose, link.state])
    return link


def find_link(actor: Actor, link_id: UUID) -> Link | None:
    """The link of the actor's firm with this id, or None."""
    row = db.fetch_one(f"{SELECT} WHERE firm_id = %(firm)s AND id = %(id)s", firm=actor.firm_id, id=link_id)
    return None if row is None else _link(row)
