"""Messages about changed addresses and telephone numbers: what proves the new one, and notices to old and new."""

from __future__ import annotations

from uuid import UUID

from portal.domain.identity.access.values import Actor
from portal.domain.identity.contact.queries import find_change, find_open_change
from portal.domain.identity.contact.services.correcting import complete_correction
from portal.domain.identity.contact.values import Change, ContactKind, Side
from portal.platform import mail
from portal.platform.mail_rendering import Envelope, render_mail
from portal.platform.outbox import Work
from portal.platform.resources import resources

CONFIRM = ("mail/contact_confirm.html", "mail/contact_confirm.txt")
CHANGED = ("mail/contact_changed.html", "mail/contact_changed.txt")
UNDONE = ("mail/contact_undone.html", "mail/contact_undone.txt")
SUBJECTS = {
    ContactKind.EMAIL: "Your e-mail address was changed",
    ContactKind.PHONE: "Your telephone number was changed",
}


def prove_email(work: Work) -> None:
    """Send the link that proves a new address to it, while the change waits for that."""
    change = _change(work)
    open_now = change and find_open_change(Actor.system(work.firm_id), change.user_id, ContactKind.EMAIL)
    if change is not None and change.new and open_now and open_now.id == change.id:
        url = _address(f"contact/email/{resources().sealer.link_token(change.id)}")
        _post(work, change, change.new, "Confirm your e-mail address", CONFIRM, url=url)


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
    undo = _address(f"contact/undo/{resources().sealer.link_token(change.undo_link_id)}") if before else None
    if address:
        by_staff = work.arguments.get("by") == "staff"
        _post(
            work, change, address, SUBJECTS[change.kind], CHANGED, url=undo, kind=change.kind.value, by_staff=by_staff
        )


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
        url, texts_end = _address("password/forgot"), work.arguments.get("texts") == "end"
        said = {"kind": change.kind.value, "texts_end": texts_end}
        _post(work, change, change.email, "A change was undone", UNDONE, url=url, **said)


def _change(work: Work) -> Change | None:
    return find_change(Actor.system(work.firm_id), UUID(work.arguments["change_id"]))


def _post(work: Work, change: Change, address: str, subject: str, templates: tuple[str, str], **said: object) -> None:
    settings = resources().settings
    envelope = Envelope(settings.mail_from, change.firm, change.name, address, subject, work.id)
    context = {"person": change, "portal_url": settings.public_url, **said}
    html, text = templates
    mail.send(settings.smtp_url, render_mail(html, text, envelope, **context))


def _text(work: Work, number: str, text: str) -> None:
    sms = resources().sms
    if sms is not None:
        sms.send(number, text, key=work.id)


def _address(path: str) -> str:
    return f"{resources().settings.public_url}/{path}"
