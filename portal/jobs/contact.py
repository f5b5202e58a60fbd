"""Messages about changed addresses and telephone numbers: what proves the new one, and notices to old and new."""

from __future__ import annotations

from uuid import UUID

from portal.domain.identity.access.values import Actor
from portal.domain.identity.contact.queries import find_change, find_open_change
from portal.domain.identity.contact.services.correcting import complete_correction
from portal.domain.identity.contact.values import Change, ContactKind, Side
from portal.jobs.posting import address_of, post
from portal.platform.outbox import Work
from portal.platform.resources import resources

SUBJECTS = {
    ContactKind.EMAIL: "Your e-mail address was changed",
    ContactKind.PHONE: "Your telephone number was changed",
}


def prove_email(work: Work) -> None:
    """Send the link that proves a new address to it, while the change waits for that."""
    change = _change(work)
    open_now = change and find_open_change(Actor.system(work.firm_id), change.user_id, ContactKind.EMAIL)
    if change is not None and change.new and open_now and open_now.id == change.id:
        url = address_of(f"contact/email/{resources().sealer.link_token(change.id)}")
        post(work, change, "Confirm your e-mail address", "mail/contact_confirm.txt", address=change.new, url=url)


def correct_email(work: Work) -> None:
    """Change an address as two people of staff decided."""
    complete_correction(Actor.system(work.firm_id), resources().sealer, UUID(work.arguments["approval_id"]))


def prove_phone(work: Work) -> None:
    """Send the code that proves a new telephone number to it; not once its five minutes are over."""
    change = _change(work)
    waiting = change and find_open_change(Actor.system(work.firm_id), change.user_id, ContactKind.PHONE)
    if change is not None and change.new and waiting and waiting.id == change.id:
        code = resources().sealer.digits(change.id)
        _text(work, change.new, f"{change.firm}: {code} confirms this telephone number. It is good for five minutes.")


def announce_by_mail(work: Work) -> None:
    """Tell a person of a change; who was reached before gets the link that undoes it."""
    change = _change(work)
    if change is None or change.undo_link_id is None:
        return
    before = Side(work.arguments["side"]) is Side.OLD
    address = change.email if change.kind is ContactKind.PHONE else change.old if before else change.new
    undo = address_of(f"contact/undo/{resources().sealer.link_token(change.undo_link_id)}") if before else None
    if address:
        kind, by_staff = change.kind.value, work.arguments.get("by") == "staff"
        subject, template = SUBJECTS[change.kind], "mail/contact_changed.txt"
        post(work, change, subject, template, address=address, url=undo, kind=kind, by_staff=by_staff)


def announce_by_text(work: Work) -> None:
    """Tell a telephone number that it counts from now on, or no longer."""
    change = _change(work)
    if change is None:
        return
    before = Side(work.arguments["side"]) is Side.OLD
    number, undone = change.old if before else change.new, "undone" in work.arguments
    kept = before is undone
    counts = "is kept with your sign-in from now on" if kept else "is no longer kept with your sign-in"
    if number:
        _text(
            work, number, f"{change.firm}: this telephone number {counts}. Our mail says what to do if it was not you."
        )


def announce_undoing(work: Work) -> None:
    """Tell a person that a change was undone, and that they are signed out."""
    change = _change(work)
    if change is not None:
        url, texts_end = address_of("password/forgot"), work.arguments.get("texts") == "end"
        subject, kind = "A change was undone", change.kind.value
        post(work, change, subject, "mail/contact_undone.txt", url=url, kind=kind, texts_end=texts_end)


def _change(work: Work) -> Change | None:
    return find_change(Actor.system(work.firm_id), UUID(work.arguments["change_id"]))


def _text(work: Work, number: str, text: str) -> None:
    sms = resources().sms
    if sms is not None:
        sms.send(number, text, key=work.id)
