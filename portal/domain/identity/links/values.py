"""Links that are sent by mail, open once and for a while."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID


class Purpose(StrEnum):
    """What a link lets its holder do."""

    RESET = "reset"
    INVITATION = "invitation"
    REGISTRATION = "registration"
    EMAIL = "email"
    UNDO = "undo"


class LinkState(StrEnum):
    """Whether a link opens, and if not, why."""

    OPEN = "open"
    USED = "used"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


LENGTHS = {
    Purpose.RESET: timedelta(hours=1),
    Purpose.INVITATION: timedelta(days=7),
    Purpose.REGISTRATION: timedelta(days=1),
    Purpose.EMAIL: timedelta(days=1),
    Purpose.UNDO: timedelta(days=14),
}
STANDING = frozenset({Purpose.UNDO})  # a newer one does not make the older ones worth nothing

WHY_CLOSED = {
    (Purpose.RESET, LinkState.USED): "This link was used already. Sign in with the new password, or ask for another"
    " link.",
    (Purpose.RESET, LinkState.WITHDRAWN): "This link no longer opens: a newer one was sent, or the password was"
    " changed since. Use the newest mail, or ask for another link.",
    (Purpose.RESET, LinkState.EXPIRED): "This link was good for one hour, which is over. Ask for another link.",
    (Purpose.INVITATION, LinkState.USED): "This invitation was accepted already. Sign in with your e-mail address and"
    " password.",
    (Purpose.INVITATION, LinkState.WITHDRAWN): "This invitation was withdrawn, or replaced by a newer one. Use the"
    " newest mail, or ask whoever invited you.",
    (Purpose.INVITATION, LinkState.EXPIRED): "This invitation was good for seven days, which are over. Ask whoever"
    " invited you to send it again.",
    (Purpose.REGISTRATION, LinkState.USED): "This link was used already. Sign in with your e-mail address and"
    " password.",
    (
        Purpose.REGISTRATION,
        LinkState.WITHDRAWN,
    ): "This link no longer opens: a newer one was sent. Use the newest mail.",
    (Purpose.REGISTRATION, LinkState.EXPIRED): "This link was good for one day, which is over. Register again.",
    (Purpose.EMAIL, LinkState.USED): "This link was used already: the address counts.",
    (Purpose.EMAIL, LinkState.WITHDRAWN): "This link no longer opens: a newer one was sent, or the change was taken"
    " back.",
    (Purpose.EMAIL, LinkState.EXPIRED): "This link was good for one day, which is over. Change the address again.",
    (Purpose.UNDO, LinkState.USED): "This change was undone already.",
    (Purpose.UNDO, LinkState.WITHDRAWN): "This link no longer opens: an earlier change was undone, and this one with"
    " it.",
    (Purpose.UNDO, LinkState.EXPIRED): "This link was good for fourteen days, which are over. Ask the firm.",
}


@dataclass(frozen=True, slots=True)
class Link:
    """A link that was sent to a person."""

    id: UUID
    firm_id: UUID
    user_id: UUID
    purpose: Purpose
    state: LinkState
    expires_at: datetime


def state_of(used_at: datetime | None, withdrawn_at: datetime | None, expires_at: datetime, now: datetime) -> LinkState:
    """Whether a link with these dates opens at `now`."""
    if used_at is not None:
        return LinkState.USED
    if withdrawn_at is not None:
        return LinkState.WITHDRAWN
    return LinkState.EXPIRED if expires_at <= now else LinkState.OPEN
