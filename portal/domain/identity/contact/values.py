"""How the firm reaches a person, and changes of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from portal.platform.personal import Place

CODE_LENGTH = timedelta(minutes=5)
UNDONE_FOR = timedelta(days=14)
REMEMBERED = timedelta(days=15)  # a day longer than a change can be undone


class ContactKind(StrEnum):
    """What is changed."""

    EMAIL = "email"
    PHONE = "phone"


class Side(StrEnum):
    """Whose notice of a change it is: who was reached before, or who is from now on."""

    OLD = "old"
    NEW = "new"


@dataclass(frozen=True, slots=True)
class Contact:
    """How a person is reached: the address, the telephone number as far as it is shown, when each was changed, and
    which number waits for its code."""

    email: str
    email_changed_at: datetime | None
    phone: str | None
    phone_changed_at: datetime | None
    waiting_phone: str | None


@dataclass(frozen=True, slots=True)
class Change:
    """A change that was asked for: what it was and what it is to be; None is no telephone number. `email` is where the
    person is reached by mail now."""

    id: UUID
    user_id: UUID
    kind: ContactKind
    old: str | None
    new: str | None
    confirmed_at: datetime | None
    undo_link_id: UUID | None
    name: str
    email: str
    firm: str


@dataclass(frozen=True, slots=True)
class Correction:
    """What two people of staff correct: the address that a person signs in with, and the one they are to have."""

    before: str
    after: str


def place_in_request(side: Side, user_id: UUID) -> Place:
    """Where a side of a correction is sealed, in the content of its request for approval."""
    return Place(f"identity.approvals.{side}", user_id, user_id)


def place_of_phone(user_id: UUID) -> Place:
    """Where a person's number is sealed."""
    return Place("identity.users.phone", user_id, user_id)


def place_of_side(side: Side, change_id: UUID, user_id: UUID) -> Place:
    """Where a side of a change is sealed."""
    return Place(f"identity.contact_changes.{side}", change_id, user_id)


def masked(phone: str) -> str:
    """A number (E.164) as it is shown: its last four digits."""
    return f"••• {phone[-4:]}"
