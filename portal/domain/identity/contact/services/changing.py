"""Changing one's address and telephone number.

Called with no transaction in force: each step works in the firm's system tenancy. What is new counts once it is proven
that the person reads what is sent there.
"""

from __future__ import annotations

import hmac

from portal.domain.identity.access.values import Actor
from portal.domain.identity.accounts.services import hold_person
from portal.domain.identity.attempts.services import note_attempt
from portal.domain.identity.attempts.values import Trial
from portal.domain.identity.audit.services import record_act
from portal.domain.identity.contact.errors import BadNumber, NothingAsked, PhoneInUse, SameContact
from portal.domain.identity.contact.queries import find_change, find_open_change, find_phone, get_contact
from portal.domain.identity.contact.rules import normal_phone
from portal.domain.identity.contact.services.keeping import keep_change, replace_email, replace_phone, settle_change
from portal.domain.identity.contact.values import CODE_LENGTH, Change, ContactKind
from portal.domain.identity.emails.values import normal_email
from portal.domain.identity.factors.errors import WrongCode
from portal.domain.identity.factors.queries import get_standing
from portal.domain.identity.factors.services import forget_attempt, register_attempt
from portal.domain.identity.links.errors import UnknownLink
from portal.domain.identity.links.queries import get_open_link
from portal.domain.identity.links.services import issue_link, use_link, withdraw_links
from portal.domain.identity.links.values import LENGTHS, Link, Purpose
from portal.platform.db import transactional
from portal.platform.outbox import enqueue
from portal.platform.sealing import Sealer
from portal.platform.tenancy import acting_as


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
    user_id = hold_person(actor)
    length = LENGTHS[Purpose.EMAIL] if kind is ContactKind.EMAIL else CODE_LENGTH
    change_id = keep_change(actor, kind, new=new, length=length)
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
    user_id = hold_person(actor)
    use_link(link)
    change = find_change(actor, link.id)
    if change is None or change.new is None:
        raise UnknownLink
    replace_email(actor, user_id, change.new)
    withdraw_links(actor, user_id, Purpose.RESET)
    settle_change(actor, sealer, change.id, change.kind)
    record_act(user_id, "contact.change", f"user:{user_id}", kind=change.kind.value)


def confirm_phone_change(actor: Actor, sealer: Sealer, code: str) -> None:
    """Let the actor's new telephone number count, by the code that was sent to it. NothingAsked, WrongCode,
    TooManyTries."""
    with acting_as(Actor.system(actor.firm_id).tenancy):
        change = actor.user_id and find_open_change(actor, actor.user_id, ContactKind.PHONE)
        if not change:
            raise NothingAsked
        attempt_id = register_attempt(actor)
        if not hmac.compare_digest(sealer.digits(change.id).encode(), code.strip().encode()):
            record_act(
                actor.user_id, "contact.change", f"user:{actor.user_id}", result="refused", kind=change.kind.value
            )
            raise WrongCode("This code is not right. Check the message, or ask for another code.")
        forget_attempt(attempt_id)
        complete_phone_change(actor, sealer, change)


@transactional
def complete_phone_change(actor: Actor, sealer: Sealer, change: Change) -> None:
    """Change the telephone number with all that follows."""
    user_id = hold_person(actor)
    replace_phone(actor, user_id, change.new)
    settle_change(actor, sealer, change.id, change.kind)
    record_act(user_id, "contact.change", f"user:{user_id}", kind=change.kind.value)


def remove_phone(actor: Actor, sealer: Sealer) -> None:
    """Keep no telephone number of the actor any more; NothingAsked where there is none."""
    with acting_as(Actor.system(actor.firm_id).tenancy):
        complete_phone_removal(actor, sealer)


@transactional
def complete_phone_removal(actor: Actor, sealer: Sealer) -> None:
    """Take the telephone number away with all that follows."""
    user_id = hold_person(actor)
    if get_standing(user_id).texts:
        raise PhoneInUse
    if find_phone(actor, user_id) is None:
        raise NothingAsked("There is no telephone number to remove.")
    change_id = keep_change(actor, ContactKind.PHONE, new=None, length=CODE_LENGTH)
    replace_phone(actor, user_id, None)
    settle_change(actor, sealer, change_id, ContactKind.PHONE)
    record_act(user_id, "contact.change", f"user:{user_id}", kind=ContactKind.PHONE.value)
