"""Undoing a change of address or telephone number that was somebody else's."""

from __future__ import annotations

from uuid import UUID

from portal.domain.identity.access.values import Actor
from portal.domain.identity.accounts.services import forget_password, lock_user
from portal.domain.identity.audit.services import record_act
from portal.domain.identity.contact.queries import get_change_by_undo_link, list_former_emails
from portal.domain.identity.contact.services.keeping import close_open_changes, replace_email, replace_phone
from portal.domain.identity.contact.values import REMEMBERED, UNDONE_FOR, Change, ContactKind, Side
from portal.domain.identity.devices.services import end_devices
from portal.domain.identity.factors.services import delete_text_factor
from portal.domain.identity.links.queries import get_open_link
from portal.domain.identity.links.services import use_link, withdraw_links
from portal.domain.identity.links.values import LENGTHS, Link, Purpose
from portal.platform import clock, db
from portal.platform.db import transactional
from portal.platform.outbox import Work, enqueue, enqueue_again
from portal.platform.tenancy import acting_as

UNDONE = "UPDATE identity.contact_changes SET undone_at = %(now)s WHERE firm_id = %(firm)s AND id = %(id)s"
# Who was reached by what is undone must not be able to put it back.
CLOSE_LATER_UNDOING = """
UPDATE identity.links SET withdrawn_at = %(now)s
FROM identity.contact_changes c
WHERE c.undo_link_id = links.id AND c.firm_id = %(firm)s AND c.user_id = %(user)s AND c.kind = %(kind)s
  AND c.confirmed_at > %(since)s AND links.used_at IS NULL AND links.withdrawn_at IS NULL
"""
FORGET = "DELETE FROM identity.contact_changes WHERE firm_id = %(firm)s AND asked_at < %(before)s"


def undo_contact_change(token: str) -> None:
    """Let what was before a change count again, by the link in the notice of it: the person is signed out everywhere,
    and sets a new password. UnknownLink, LinkClosed, EmailTaken."""
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
    texts_end = _go_back(system, change)
    close_open_changes(system, user_id, change.kind)
    each = {"firm": system.firm_id, "user": user_id, "kind": change.kind.value, "now": now}
    db.execute(CLOSE_LATER_UNDOING, since=change.confirmed_at, **each)
    db.execute(UNDONE, firm=system.firm_id, id=change.id, now=now)
    for purpose in (Purpose.EMAIL, Purpose.RESET):
        withdraw_links(system, user_id, purpose)
    forget_password(system, user_id)  # whoever made the change may know it
    end_devices(system, user_id)
    enqueue("contact.announce_undoing", change_id=str(change.id), texts="end" if texts_end else "stay")
    record_act(user_id, "contact.undo", f"user:{user_id}", kind=change.kind.value)


def _go_back(system: Actor, change: Change) -> bool:
    """Write what was before; whether codes by text message end with it, as there is no number left to send them to:
    whoever gave the number has them."""
    if change.kind is ContactKind.EMAIL:
        if change.old is not None:
            replace_email(system, change.user_id, change.old)
        return False
    replace_phone(system, change.user_id, change.old)
    for side in Side:
        enqueue("contact.announce_by_text", change_id=str(change.id), side=side.value, undone="yes")
    return change.old is None and delete_text_factor(change.user_id)


@transactional
def tell_former_addresses(actor: Actor, user_id: UUID, work: Work, key: str) -> None:
    """Have what `work` tells a person told at each address that they had in the last UNDONE_FOR too (`change_id` says
    which), once for each `key`, in the system tenancy: whoever took the new one over does not read the old."""
    changes = list_former_emails(actor, user_id, since=clock.now() - UNDONE_FOR)
    enqueue_again(work, [({**work.arguments, "change_id": str(each)}, f"{key}:{each}") for each in changes])


@transactional
def forget_contact_changes(system: Actor) -> int:
    """Delete what can no longer be undone, and with it the former addresses and numbers; how many there were."""
    return db.execute(FORGET, firm=system.firm_id, before=clock.now() - REMEMBERED - LENGTHS[Purpose.EMAIL])
