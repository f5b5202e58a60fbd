"""Changing one's password, and getting a new one when it is forgotten.

Called with no tenancy in force, or the actor's own: each step enters the one it needs.
"""

from __future__ import annotations

from uuid import UUID

from portal.domain.identity.access.values import Actor
from portal.domain.identity.accounts.errors import WrongPassword
from portal.domain.identity.accounts.services import hold_person, lock_user, set_password
from portal.domain.identity.attempts.services import forgive_attempt, note_attempt
from portal.domain.identity.attempts.values import Trial
from portal.domain.identity.audit.services import record_act
from portal.domain.identity.devices.services import end_devices
from portal.domain.identity.factors.queries import get_standing
from portal.domain.identity.firms.queries import list_firms
from portal.domain.identity.links.queries import get_open_link
from portal.domain.identity.links.services import issue_link, use_link, withdraw_links
from portal.domain.identity.links.values import Link, Purpose
from portal.domain.identity.passwords.queries import find_holder
from portal.domain.identity.passwords.values import Holder
from portal.domain.identity.sessions.queries import find_password_hash
from portal.platform.db import transactional
from portal.platform.outbox import enqueue
from portal.platform.passwords import verify_password
from portal.platform.sealing import Sealer
from portal.platform.tenancy import acting_as


def change_password(actor: Actor, *, current: str, new: str) -> None:
    """Replace the actor's password after proof of the present one: all their other sessions end, and a mail tells
    them. WrongPassword, WeakPassword, or Limited after many wrong ones."""
    attempt = note_attempt(Trial.PASSWORD, str(actor.user_id), firm_id=actor.firm_id)
    stored = find_password_hash(actor.user_id)
    if not verify_password(stored, current):
        raise WrongPassword(fields={"current": WrongPassword.message})
    forgive_attempt(attempt)
    with acting_as(Actor.system(actor.firm_id).tenancy):
        replace_password(actor, old=stored, new=new)


@transactional
def replace_password(actor: Actor, *, old: str | None, new: str) -> None:
    """Store the actor's new password with all that follows, in the firm's system tenancy; WrongPassword where the one
    behind the hash `old` was replaced meanwhile."""
    user_id = hold_person(actor)
    if find_password_hash(user_id) != old:
        raise WrongPassword(fields={"current": WrongPassword.message})
    set_password(actor, user_id, password=new, has_factor=get_standing(user_id).enrolled)
    _follow_up(actor, user_id, keep=actor.session_id)
    record_act(user_id, "password.change", f"user:{user_id}")


def request_password_reset(sealer: Sealer, email: str, *, firm_id: UUID | None) -> None:
    """Have a link sent to the person with this address, if there is one (in `firm_id`, or in every firm). Who asks
    cannot tell: the same is done for every address, and whose it is, only the job finds out."""
    note_attempt(Trial.FORGOT, email, firm_id=firm_id)
    for firm in [firm_id] if firm_id else [each.id for each in list_firms()]:
        with acting_as(Actor.system(firm).tenancy):
            enqueue_reset(sealer.seal(email))


@transactional
def enqueue_reset(sealed_email: str) -> None:
    """Have the reset started after this commit; the outbox holds no address that anybody can read."""
    enqueue("accounts.start_reset", email=sealed_email)


@transactional
def start_password_reset(actor: Actor, email: str, *, link_id: UUID, token: str) -> Holder | None:
    """Make the link for the person with this address, which older ones die of; None where there is nobody."""
    holder = find_holder(actor, email)
    if holder is not None:
        issue_link(actor, holder.id, Purpose.RESET, link_id=link_id, token=token)
        record_act(None, "password.forget", f"user:{holder.id}")
    return holder


def reset_password(token: str, *, new: str) -> None:
    """Set a new password by a link from a mail: all sessions end, and a mail tells the person. UnknownLink,
    LinkClosed, WeakPassword."""
    link = get_open_link(token, Purpose.RESET)
    actor = Actor.system(link.firm_id)
    with acting_as(actor.tenancy):
        complete_reset(actor, link, new=new)


@transactional
def complete_reset(actor: Actor, link: Link, *, new: str) -> None:
    """Use the link up and store the new password with all that follows."""
    lock_user(actor, link.user_id)
    use_link(link)
    set_password(actor, link.user_id, password=new, has_factor=get_standing(link.user_id).enrolled)
    _follow_up(actor, link.user_id, keep=None)
    record_act(link.user_id, "password.reset", f"user:{link.user_id}")


def _follow_up(actor: Actor, user_id: UUID, *, keep: UUID | None) -> None:
    for purpose in (Purpose.RESET, Purpose.EMAIL):  # a new address that somebody else asked for must not count either
        withdraw_links(actor, user_id, purpose)
    end_devices(actor, user_id, but=keep)
    enqueue("accounts.announce_password", user_id=str(user_id))
