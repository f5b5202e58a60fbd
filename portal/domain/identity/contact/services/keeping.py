"""Writing down how a person is reached and what is changed of it; each step joins the operation that needs it."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from sqlalchemy.exc import IntegrityError

from portal.domain.identity.access.values import Actor
from portal.domain.identity.accounts.errors import EmailTaken
from portal.domain.identity.accounts.queries import find_user_by_email
from portal.domain.identity.contact.errors import NothingAsked
from portal.domain.identity.contact.models import ContactChange
from portal.domain.identity.contact.queries import find_phone, get_contact
from portal.domain.identity.contact.values import ContactKind, Side, place_of_phone, place_of_side
from portal.domain.identity.emails.services import write_email
from portal.domain.identity.links.services import issue_link
from portal.domain.identity.links.values import Purpose
from portal.domain.identity.subjects.queries import get_subject_key
from portal.platform import clock, db
from portal.platform.db import session, transactional
from portal.platform.ids import new_id
from portal.platform.outbox import enqueue
from portal.platform.personal import seal
from portal.platform.sealing import Sealer

CLOSE = """
UPDATE identity.contact_changes SET closed_at = %(now)s
WHERE firm_id = %(firm)s AND user_id = %(user)s AND kind = %(kind)s AND confirmed_at IS NULL AND closed_at IS NULL
"""
CONFIRM = """
UPDATE identity.contact_changes SET confirmed_at = %(now)s, undo_link_id = %(undo)s
WHERE firm_id = %(firm)s AND id = %(id)s AND confirmed_at IS NULL AND closed_at IS NULL AND expires_at > %(now)s
"""
DATE_EMAIL = "UPDATE identity.users SET email_changed_at = %(now)s WHERE firm_id = %(firm)s AND id = %(id)s"
WRITE_PHONE = """
UPDATE identity.users SET phone_sealed = %(sealed)s, phone_changed_at = %(now)s
WHERE firm_id = %(firm)s AND id = %(id)s
"""


@transactional
def close_open_changes(actor: Actor, user_id: UUID, kind: ContactKind) -> None:
    """Let no change of this kind that a person asked for count any more, unless it counts already."""
    db.execute(CLOSE, firm=actor.firm_id, user=user_id, kind=kind.value, now=clock.now())


@transactional
def keep_change(actor: Actor, kind: ContactKind, *, new: str | None, length: timedelta) -> UUID:
    """Write a change of the actor's down, open for so long, in the place of others of its kind; its id."""
    user_id, change_id, now = actor.user_id, new_id(), clock.now()
    assert user_id is not None
    close_open_changes(actor, user_id, kind)
    wrapped = get_subject_key(user_id)
    old = get_contact(actor).email if kind is ContactKind.EMAIL else find_phone(actor, user_id)
    sides = {
        side: text and seal(text, place_of_side(side, change_id, user_id), wrapped)
        for side, text in ((Side.OLD, old), (Side.NEW, new))
    }
    session.add(
        ContactChange(
            id=change_id,
            firm_id=actor.firm_id,
            user_id=user_id,
            kind=kind.value,
            old_sealed=sides[Side.OLD],
            new_sealed=sides[Side.NEW],
            asked_at=now,
            expires_at=now + length,
        )
    )
    session.flush()
    return change_id


@transactional
def settle_change(actor: Actor, sealer: Sealer, change_id: UUID, kind: ContactKind, *, by_staff: bool = False) -> None:
    """Note that a change of the actor's counts, and tell both sides of it, with the link that undoes it; NothingAsked
    where it does not wait any more."""
    undo_id, user_id = new_id(), actor.user_id
    assert user_id is not None
    if db.execute(CONFIRM, firm=actor.firm_id, id=change_id, undo=undo_id, now=clock.now()) != 1:
        raise NothingAsked
    token = sealer.link_token(undo_id)
    issue_link(Actor.system(actor.firm_id), user_id, Purpose.UNDO, link_id=undo_id, token=token)
    by = "staff" if by_staff else "person"
    for side in Side:
        if kind is ContactKind.PHONE:
            enqueue("contact.announce_by_text", change_id=str(change_id), side=side.value)
        if kind is ContactKind.EMAIL or side is Side.OLD:
            enqueue("contact.announce_by_mail", change_id=str(change_id), side=side.value, by=by)


@transactional
def replace_email(actor: Actor, user_id: UUID, email: str) -> None:
    """Reach and sign a person in by another address; EmailTaken."""
    # While an index key is rotated, the constraint alone does not know the address under the key before.
    found = find_user_by_email(actor, email)
    if found is not None and found.id != user_id:
        raise EmailTaken
    try:
        write_email(actor, user_id, email)
    except IntegrityError as error:
        raise EmailTaken from error
    db.execute(DATE_EMAIL, firm=actor.firm_id, id=user_id, now=clock.now())


@transactional
def replace_phone(actor: Actor, user_id: UUID, phone: str | None) -> None:
    """Reach a person by another telephone number (E.164), or by none."""
    sealed = phone and seal(phone, place_of_phone(user_id), get_subject_key(user_id))
    db.execute(WRITE_PHONE, firm=actor.firm_id, id=user_id, sealed=sealed, now=clock.now())
