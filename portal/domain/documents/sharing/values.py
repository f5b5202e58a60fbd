"""Documents that were given to readers outside, and what these may do."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

MOST_DEVICES = 3
MOST_TRIES = 5
CODE_LENGTH = timedelta(minutes=10)
LONGEST_SHARE = timedelta(days=366)
REMEMBERED = timedelta(days=365)  # who a reader outside was, after their link ended
LONGEST_AGENT = 300
CODE_COLUMN = "documents.share_codes.code"


def place_of(share_id: UUID) -> str:
    """Where the sealed address of a share belongs."""
    return f"documents.shares.email:{share_id}"


class ShareState(StrEnum):
    """Whether the link opens."""

    OPEN = "open"
    REVOKED = "revoked"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class Invitation:
    """Whom a document is given to outside, until when, and whether they may only read it here."""

    name: str
    email: str
    until: datetime
    view_only: bool = False
    note: str = ""


@dataclass(frozen=True, slots=True)
class Device:
    """A browser in which the reader proved their address, how many pages they opened, how often they took the file."""

    agent: str
    address: str
    proven_at: datetime
    opened: int
    taken: int
    last_at: datetime | None


@dataclass(frozen=True, slots=True)
class Share:
    """A document given to a reader outside, as the staff see it."""

    id: UUID
    name: str
    email: str
    note: str
    view_only: bool
    until: datetime
    created_by: str
    created_at: datetime
    state: ShareState
    devices: tuple[Device, ...]


@dataclass(frozen=True, slots=True)
class Grant:
    """A person of the portal whom a document was given to by name; `until` is None where that has no end."""

    user_id: UUID
    name: str
    until: datetime | None
    granted_by: str
    granted_at: datetime


@dataclass(frozen=True, slots=True)
class Found:
    """A share that a link names, whether or not it still opens."""

    id: UUID
    firm_id: UUID


@dataclass(frozen=True, slots=True)
class SharedDocument:
    """What a reader outside may read now: the published version, and as whom they read it."""

    share_id: UUID
    firm_id: UUID
    document_id: UUID
    version_id: UUID
    name: str
    email: str
    note: str
    until: datetime
    view_only: bool
    firm: str
    locale: str
    time_zone: str
    title: str
    number: int
    kind: str
    pages: int | None
    size: int
    digest: str
    file_key: str = field(repr=False)
    file_name: str
