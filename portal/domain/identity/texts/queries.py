"""Reading whether codes come by text message; in the person's own tenancy or in the firm's system tenancy."""

from __future__ import annotations

from uuid import UUID

from portal.domain.identity.access.values import Actor
from portal.domain.identity.contact.queries import find_phone
from portal.domain.identity.contact.values import masked
from portal.domain.identity.texts.values import TextOffer
from portal.platform import clock, db
from portal.platform.errors import NotFound

OFFER = """
SELECT f.text_codes AND NOT EXISTS (SELECT FROM identity.role_grants g
      WHERE g.user_id = u.id AND g.role <> ALL ('{investor,delegate}')) AS offered, t.id, t.created_at, t.used_at
FROM identity.users u JOIN identity.firms f ON f.id = u.firm_id LEFT JOIN identity.text_factors t ON t.user_id = u.id
WHERE u.firm_id = %(firm)s AND u.id = %(id)s
"""
WAITING = """
SELECT EXISTS (SELECT FROM identity.text_codes WHERE firm_id = %(firm)s AND id = %(id)s AND expires_at > %(now)s)
"""


def get_text_offer(actor: Actor) -> TextOffer:
    """How the actor stands with codes by text message."""
    row = db.fetch_one(OFFER, firm=actor.firm_id, id=actor.user_id)
    if row is None or actor.user_id is None:
        raise NotFound
    phone = find_phone(actor, actor.user_id)
    return TextOffer(row.offered, row.id, row.created_at, row.used_at, phone and masked(phone))


def exists_text_code(actor: Actor, code_id: UUID) -> bool:
    """Whether this code still waits to be used."""
    return bool(db.fetch_value(WAITING, firm=actor.firm_id, id=code_id, now=clock.now()))


def exists_text_permission() -> bool:
    """Whether the firm in force lets investors use codes by text message."""
    return bool(db.fetch_value("SELECT text_codes FROM identity.firms"))
