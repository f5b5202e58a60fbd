"""Reading how people are reached, and what they changed of it."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from portal.domain.identity.access.values import Actor
from portal.domain.identity.contact.values import (
    Change,
    Contact,
    ContactKind,
    Correction,
    Side,
    masked,
    place_in_request,
    place_of_phone,
    place_of_side,
)
from portal.domain.identity.emails.values import email_of
from portal.domain.identity.links.errors import UnknownLink
from portal.domain.identity.links.queries import get_open_link
from portal.domain.identity.links.values import Purpose
from portal.domain.identity.subjects.queries import get_subject_key
from portal.platform import clock, db
from portal.platform.crypto import Unopenable
from portal.platform.errors import NotFound
from portal.platform.personal import unseal

CONTACT = """
SELECT u.id AS user_id, u.email_sealed, u.email_changed_at, u.phone_sealed, u.phone_changed_at, k.wrapped
FROM identity.users u JOIN identity.subject_keys k ON k.subject_id = u.id
WHERE u.firm_id = %(firm)s AND u.id = %(id)s
"""
CHANGE = """
SELECT c.id, c.user_id, c.kind, c.old_sealed, c.new_sealed, c.confirmed_at, c.undo_link_id, k.wrapped, u.name,
  u.email_sealed, f.name AS firm
FROM identity.contact_changes c JOIN identity.subject_keys k ON k.subject_id = c.user_id
JOIN identity.users u ON u.id = c.user_id JOIN identity.firms f ON f.id = c.firm_id
WHERE c.firm_id = %(firm)s AND {by}
"""
OPEN = CHANGE.format(
    by="c.user_id = %(user)s AND c.kind = %(kind)s AND c.confirmed_at IS NULL AND c.closed_at IS NULL"
    " AND c.expires_at > %(now)s ORDER BY c.asked_at DESC LIMIT 1"
)
FORMER = """
SELECT id FROM identity.contact_changes
WHERE firm_id = %(firm)s AND user_id = %(user)s AND kind = 'email' AND confirmed_at > %(since)s AND undone_at IS NULL
  AND old_sealed IS NOT NULL
ORDER BY confirmed_at
"""


def _change(row: db.AnyRow) -> Change:
    def opened(side: Side, sealed: bytes | None) -> str | None:
        return None if sealed is None else unseal(sealed, place_of_side(side, row.id, row.user_id), row.wrapped)

    return Change(
        row.id,
        row.user_id,
        ContactKind(row.kind),
        opened(Side.OLD, row.old_sealed),
        opened(Side.NEW, row.new_sealed),
        row.confirmed_at,
        row.undo_link_id,
        row.name,
        email_of(row),
        row.firm,
    )


def find_phone(actor: Actor, user_id: UUID) -> str | None:
    """The telephone number of a person of the actor's firm (E.164), or None; not to be shown."""
    row = db.fetch_one(CONTACT, firm=actor.firm_id, id=user_id)
    if row is None or row.phone_sealed is None:
        return None
    return unseal(row.phone_sealed, place_of_phone(user_id), row.wrapped)


def get_contact(actor: Actor) -> Contact:
    """How the actor is reached."""
    if actor.user_id is None:
        raise NotFound
    row = db.fetch_one(CONTACT, firm=actor.firm_id, id=actor.user_id)
    if row is None:
        raise NotFound
    phone = find_phone(actor, actor.user_id)
    waiting = find_open_change(actor, actor.user_id, ContactKind.PHONE)
    return Contact(
        email_of(row),
        row.email_changed_at,
        phone and masked(phone),
        row.phone_changed_at,
        masked(waiting.new) if waiting and waiting.new else None,
    )


def find_open_change(actor: Actor, user_id: UUID, kind: ContactKind) -> Change | None:
    """The change of this kind that a person asked for last and has not confirmed, while it can be, or None."""
    row = db.fetch_one(OPEN, firm=actor.firm_id, user=user_id, kind=kind.value, now=clock.now())
    return None if row is None else _change(row)


def find_change(actor: Actor, change_id: UUID) -> Change | None:
    """A change of a person of the actor's firm, or None."""
    row = db.fetch_one(CHANGE.format(by="c.id = %(id)s"), firm=actor.firm_id, id=change_id)
    return None if row is None else _change(row)


def get_asked_email(actor: Actor, token: str) -> str:
    """The address that the link with this token lets count; UnknownLink (another person's too), LinkClosed."""
    link = get_open_link(token, Purpose.EMAIL)
    change = find_change(actor, link.id) if link.user_id == actor.user_id else None
    if change is None or change.new is None:
        raise UnknownLink
    return change.new


def find_correction(user_id: UUID, content: Mapping[str, str]) -> Correction | None:
    """What the content of a request for approval corrects, or None where the person was erased since."""
    wrapped = get_subject_key(user_id)
    try:
        before, after = (
            unseal(b64decode(content[side]), place_in_request(side, user_id), wrapped) for side in (Side.OLD, Side.NEW)
        )
    except Unopenable:
        return None
    return Correction(before, after)


def get_change_by_undo_link(actor: Actor, link_id: UUID) -> Change:
    """The change that this link undoes; NotFound where there is none."""
    row = db.fetch_one(CHANGE.format(by="c.undo_link_id = %(id)s"), firm=actor.firm_id, id=link_id)
    if row is None:
        raise NotFound
    return _change(row)


def list_former_emails(actor: Actor, user_id: UUID, *, since: datetime) -> list[UUID]:
    """The changes of address of a person since then, in the system tenancy: each has a former address to tell too."""
    return [row.id for row in db.fetch_all(FORMER, firm=actor.firm_id, user=user_id, since=since)]


def find_former_email(actor: Actor, change_id: str | None) -> str | None:
    """The address that a person had before a change, in the system tenancy; None for no change, or one forgotten."""
    change = find_change(actor, UUID(change_id)) if change_id else None
    return change.old if change else None
