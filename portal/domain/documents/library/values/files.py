"""The files of documents: as they came, and as they were released."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

CONTENT_TYPES = {
    "pdf": "application/pdf",
    "png": "image/png",
    "jpg": "image/jpeg",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "csv": "text/csv; charset=utf-8",
}


class VersionState(StrEnum):
    """Whether the file may be given to anybody: received ones lie in quarantine."""

    RECEIVED = "received"
    RELEASED = "released"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Arrival:
    """A file that lies in quarantine under `key`: the name it was sent with, its bytes."""

    key: str
    name: str
    size: int


@dataclass(frozen=True, slots=True)
class Release:
    """A checked copy that lies in the store under `key`: clean name, kind (its extension), bytes, SHA-256 in hex, pages
    where it has any, and what was taken out of it."""

    key: str
    name: str
    kind: str
    size: int
    digest: str
    pages: int | None = None
    removed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Paper:
    """What the portal made of one account and published where it was made. `source` names what it was made from,
    `replaced` what the paper was made from that it takes the place of, None for a first one; `pages` of the release may
    be missing, and its size 0 where nobody noted it."""

    source: str
    replaced: str | None
    account_id: UUID
    vehicle_id: UUID
    title: str
    period: str
    release: Release


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a document's file. `file_key` and `digest` once it is released, `refusal` says why it is not;
    `note` is what changed, in the words of who uploaded it."""

    id: UUID
    document_id: UUID
    number: int
    state: VersionState
    file_key: str | None
    name: str
    kind: str | None
    size: int
    digest: str | None
    pages: int | None
    removed: tuple[str, ...]
    refusal: str | None
    note: str
    uploaded_by: UUID | None
    uploader: str
    uploaded_at: datetime


@dataclass(frozen=True, slots=True)
class Quarantined:
    """A version that waits for its check, and where it lies."""

    id: UUID
    document_id: UUID
    number: int
    raw_key: str
    name: str
    size: int


@dataclass(frozen=True, slots=True)
class Check:
    """How a version fares in its check; `refusal` says why it was refused."""

    state: VersionState
    refusal: str | None


@dataclass(frozen=True, slots=True)
class Upload:
    """A file on its way, in parts: how many of its bytes have arrived, and whether that is all of it."""

    id: UUID
    name: str
    size: int
    received: int
    finished: bool
