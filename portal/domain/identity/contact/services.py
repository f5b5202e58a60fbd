"""Changing one's address and telephone number, and undoing a change that was somebody else's.

Called with no transaction in force: each step works in the firm's system tenancy. What is new counts once it is proven
that the person reads what is sent there.
"""

from __future__ import annotations

import hmac
from datetime import datetime
from uuid import UUID

from sqlalchemy.exc import IntegrityError

from portal.domain.identity.access.values import Actor
from portal.domain.identity.accounts.errors import EmailTaken
from portal.domain.identity.accounts.queries import find_user_by_email
from portal.domain.identity.accounts.services import lock_user
from portal.domain.identity.attempts.services import note_attempt
from portal.domain.identity.attempts.values import Trial
from portal.domain.identity.audit.services import record_act
from portal.domain.identity.contact.errors import BadNumber, NothingAsked, PhoneInUse, SameContact
from portal.domain.identity.contact.models import ContactChange
from portal.domain.identity.contact.queries import (
    find_change,
    find_open_change,
    find_phone,
    get_change_by_undo_link,
    get_contact,
)
from portal.domain.identity.contact.rules import normal_phone
from portal.domain.identity.contact.values import (
    CODE_LENGTH,
    REMEMBERED,
    Change,
    ContactKind,
    Side,
    place_of_phone,
    place_of_side,
)
from portal.domain.identity.devices.services import end_devices
from portal.domain.identity.emails.services import write_email
from portal.domain.identity.emails.values import normal_email
from portal.domain.identity.factors.errors import WrongCode
from portal.domain.identity.factors.queries import get_standing
from portal.domain.identity.factors.services import delete_text_factor, forget_attempt, register_attempt
from portal.domain.identity.links.errors import UnknownLink
from portal.domain.identity.links.queries import get_open_link
from portal.domain.identity.links.services import issue_link, use_link, withdraw_links
from portal.domain.identity.links.values import LENGTHS, Link, Purpose
from portal.domain.identity.subjects.queries import get_subject_key
from portal.platform import clock, db
from portal.platform.db import session, transactional
from portal.platform.ids import new_id
from portal.platform.outbox import enqueue
from portal.platform.personal import seal
from portal.platform.sealing import Sealer
from portal.platform.tenancy import acting_as

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
UNDONE = "UPDATE identity.contact_changes SET undone_at = %(now)s WHERE firm_id = %(firm)s AND id = %(id)s"
# Who was reached by what is undone must not be able to put it back.
CLOSE_LATER_UNDOING = """
UPDATE identity.links SET withdrawn_at = %(now)s
FROM identity.contact_changes c
WHERE c.undo_link_id = links.id AND c.firm_id = %(firm)s AND c.user_id = %(user)s AND c.kind = %(kind)s
  AND c.confirmed_at > %(since)s AND links.used_at IS NULL AND links.withdrawn_at IS NULL
"""
FORGET = "DELETE FROM identity.contact_changes WHERE firm_id = %(firm)s AND asked_at < %(before)s"


def request_email_change(actor: Actor, sealer: Sealer, *, email: str) -> None:
    """Have a link sent to a new address of the actor's, which counts once the link is opened. Whether somebody else
    has the address, only who reads its mail finds out. SameContact, Limited."""
    note_attempt(Trial.EMAIL, str(actor.user_id), firm_id=actor.firm_id)
    with acting_as(Actor.system(actor.firm_id).tenancy):
        if get_contact(actor).email == normal_email(email):
            raise SameContact(fields={"email": SameContact.message})
        open_change(actor, sealer, ContactKind.EMAIL, new=normal_email(email))


def request_phone_change(actor: Actor, sealer: Sealer, *, phone: str) -> None:
    """Have a code sent to a new telephone number of the actor's, which counts once the code comes back. BadNumber,
    SameContact, Limited."""
    number = normal_phone(phone)
    if number is None:
        raise BadNumber(fields={"phone": BadNumber.message})
    note_attempt(Trial.PHONE, str(actor.user_id), firm_id=actor.firm_id)
    with acting_as(Actor.system(actor.firm_id).tenancy):
        if actor.user_id and find_phone(actor, actor.user_id) == number:
            raise SameContact(fields={"phone": SameContact.message})
        open_change(actor, sealer, ContactKind.PHONE, new=number)


@transactional
def open_change(actor: Actor, sealer: Sealer, kind: ContactKind, *, new: str) -> None:
    """Write a change down that waits for its proof, in the place of an earlier one that still waits."""
    user_id = _hold(actor)
    length = LENGTHS[Purpose.EMAIL] if kind is ContactKind.EMAIL else CODE_LENGTH
    change_id = _note_change(actor, kind, new=new, until=clock.now() + length)
    if kind is ContactKind.EMAIL:
        token = sealer.link_token(change_id)
        issue_link(Actor.system(actor.firm_id), user_id, Purpose.EMAIL, link_id=change_id, token=token)
        enqueue("contact.prove_email", change_id=str(change_id))
    else:
        enqueue("contact.prove_phone", change_id=str(change_id))
    record_act(user_id, "contact.ask", f"user:{user_id}", kind=kind.value)


def confirm_email_change(actor: Actor, sealer: Sealer, token: str) -> None:
    """Let the actor's new address count, by the link that was sent to it. UnknownLink (another person's too),
    LinkClosed, EmailTaken."""
    link = get_open_link(token, Purpose.EMAIL)
    if link.user_id != actor.user_id:
        raise UnknownLink
    with acting_as(Actor.system(actor.firm_id).tenancy):
        complete_email_change(actor, sealer, link)


@transactional
def complete_email_change(actor: Actor, sealer: Sealer, link: Link) -> None:
    """Use the link up and change the address with all that follows."""
    user_id = _hold(actor)
    use_link(link)
    change = find_change(actor, link.id)
    if change is None or change.new is None:
        raise UnknownLink
    _write_email(actor, user_id, change.new)
    withdraw_links(actor, user_id, Purpose.RESET)
    _settle(actor, sealer, change.id, change.kind)


def confirm_phone_change(actor: Actor, sealer: Sealer, code: str) -> None:
    """Let the actor's new telephone number count, by the code that was sent to it. NothingAsked, WrongCode,
    TooManyTries."""
    with acting_as(Actor.system(actor.firm_id).tenancy):
        attempt_id = register_attempt(actor)
        change = actor.user_id and find_open_change(actor, actor.user_id, ContactKind.PHONE)
        if not change:
            raise NothingAsked
        if not hmac.compare_digest(sealer.digits(change.id).encode(), code.strip().encode()):
            raise WrongCode("This code is not right. Check the message, or ask for another code.")
        forget_attempt(attempt_id)
        complete_phone_change(actor, sealer, change)


@transactional
def complete_phone_change(actor: Actor, sealer: Sealer, change: Change) -> None:
    """Change the telephone number with all that follows."""
    user_id = _hold(actor)
    _write_phone(actor, user_id, change.new)
    _settle(actor, sealer, change.id, change.kind)


def remove_phone(actor: Actor, sealer: Sealer) -> None:
    """Keep no telephone number of the actor any more; NothingAsked where there is none."""
    with acting_as(Actor.system(actor.firm_id).tenancy):
        complete_phone_removal(actor, sealer)


@transactional
def complete_phone_removal(actor: Actor, sealer: Sealer) -> None:
    """Take the telephone number away with all that follows."""
    user_id = _hold(actor)
    if get_standing(user_id).texts:
        raise PhoneInUse
    if find_phone(actor, user_id) is None:
        raise NothingAsked("There is no telephone number to remove.")
    change_id = _note_change(actor, ContactKind.PHONE, new=None, until=clock.now() + CODE_LENGTH)
    _write_phone(actor, user_id, None)
    _settle(actor, sealer, change_id, ContactKind.PHONE)


def undo_contact_change(token: str) -> None:
    """Let what was before a change count again, by the link in the notice of it: the person is signed out everywhere.
    UnknownLink, LinkClosed, EmailTaken."""
    link = get_open_link(token, Purpose.UNDO)
    system = Actor.system(link.firm_id)
    with acting_as(system.tenancy):
        complete_undoing(system, link)


@transactional
def complete_undoing(system: Actor, link: Link) -> None:
    """Use the link up and go back, with all that follows."""
    lock_user(system, link.user_id)
    use_link(link)
    change, user_id, now = get_change_by_undo_link(system, link.id), link.user_id, clock.now()
    if change.kind is ContactKind.PHONE:
        _write_phone(system, user_id, change.old)
        if change.old is None:  # whoever gave the number may have had codes sent to it
            delete_text_factor(user_id)
    elif change.old is not None:
        _write_email(system, user_id, change.old)
    each = {"firm": system.firm_id, "user": user_id, "kind": change.kind.value, "now": now}
    db.execute(CLOSE, **each)
    db.execute(CLOSE_LATER_UNDOING, since=change.confirmed_at, **each)
    db.execute(UNDONE, firm=system.firm_id, id=change.id, now=now)
    for purpose in (Purpose.EMAIL, Purpose.RESET):
        withdraw_links(system, user_id, purpose)
    end_devices(system, user_id)
    enqueue("contact.announce_undoing", change_id=str(change.id))
    record_act(user_id, "contact.undo", f"user:{user_id}", kind=change.kind.value)


@transactional
def forget_contact_changes(system: Actor) -> int:
    """Delete what can no longer be undone, and with it the former addresses and numbers; how many there were."""
    return db.execute(FORGET, firm=system.firm_id, before=clock.now() - REMEMBERED - LENGTHS[Purpose.EMAIL])


def _hold(actor: Actor) -> UUID:
    assert actor.user_id is not None
    lock_user(actor, actor.user_id)
    return actor.user_id


def _note_change(actor: Actor, kind: ContactKind, *, new: str | None, until: datetime) -> UUID:
    user_id, change_id, now = actor.user_id, new_id(), clock.now()
    assert user_id is not None
    db.execute(CLOSE, firm=actor.firm_id, user=user_id, kind=kind.value, now=now)
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
            expires_at=until,
        )
    )
    session.flush()
    return change_id


def _settle(actor: Actor, sealer: Sealer, change_id: UUID, kind: ContactKind) -> None:
    """Note that a change counts, and tell both sides of it, with the link that undoes it."""
    undo_id, user_id = new_id(), actor.user_id
    assert user_id is not None
    if db.execute(CONFIRM, firm=actor.firm_id, id=change_id, undo=undo_id, now=clock.now()) != 1:
        raise NothingAsked
    token = sealer.link_token(undo_id)
    issue_link(Actor.system(actor.firm_id), user_id, Purpose.UNDO, link_id=undo_id, token=token)
    for side in Side:
        if kind is ContactKind.PHONE:
            enqueue("contact.announce_by_text", change_id=str(change_id), side=side.value)
        if kind is ContactKind.EMAIL or side is Side.OLD:
            enqueue("contact.announce_by_mail", change_id=str(change_id), side=side.value)
    record_act(user_id, "contact.change", f"user:{user_id}", kind=kind.value)


def _write_email(actor: Actor, user_id: UUID, email: str) -> None:
    # While an index key is rotated, the constraint alone does not know the address under the key before.
    found = find_user_by_email(actor, email)
    if found is not None and found.id != user_id:
        raise EmailTaken
    try:
        write_email(actor, user_id, email)
    except IntegrityError as error:
        raise EmailTaken from error
    db.execute(DATE_EMAIL, firm=actor.firm_id, id=user_id, now=clock.now())


def _write_phone(actor: Actor, user_id: UUID, phone: str | None) -> None:
    sealed = phone and seal(phone, place_of_phone(user_id), get_subject_key(user_id))
    db.execute(WRITE_PHONE, firm=actor.firm_id, id=user_id, sealed=sealed, now=clock.now())
