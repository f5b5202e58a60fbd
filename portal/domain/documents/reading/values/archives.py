"""Archives of several documents."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from uuid import UUID

KEPT = timedelta(days=1)
MOST_DOCUMENTS = 500
MOST_BYTES = 2 * 1024**3


class ArchiveState(StrEnum):
    """Where an archive stands. `empty`: nothing that was asked for could be put in."""

    COLLECTING = "collecting"
    READY = "ready"
    EMPTY = "empty"
    GONE = "gone"


class LeftOut(StrEnum):
    """Why a document is not in an archive."""

    NO_ACCESS = "no_access"
    VIEW_ONLY = "view_only"
    TOO_LARGE = "too_large"
    MISSING = "missing"


REASONS = MappingProxyType(
    {
        LeftOut.NO_ACCESS: "You could no longer see it when it was its turn.",
        LeftOut.VIEW_ONLY: "It may only be read here.",
        LeftOut.TOO_LARGE: "The archive would have become too large. Take it in another one.",
        LeftOut.MISSING: "Its file could not be read. Try again later, or ask the firm.",
    }
)


@dataclass(frozen=True, slots=True)
class ArchiveItem:
    """A document that was asked for: its place in the archive, or why it is not in it; both None while it waits."""

    document_id: UUID
    title: str
    path: str | None
    left_out: LeftOut | None


@dataclass(frozen=True, slots=True)
class Archive:
    """Several documents of a person's in one file: `size` in bytes, `digest` its SHA-256 in hex."""

    id: UUID
    user_id: UUID
    state: ArchiveState
    requested_at: datetime
    ready_at: datetime | None
    expires_at: datetime | None
    file_key: str | None = field(repr=False)
    digest: str | None
    size: int | None
    documents: int
    added: int

    @property
    def name(self) -> str:
        """What the file is called on the person's machine."""
        return f"Documents {self.requested_at:%Y-%m-%d %H%M}.zip"


@dataclass(frozen=True, slots=True)
class Filed:
    """A file that goes into an archive: the folders it lies in, outermost first, and what the list of contents says."""

    folders: tuple[str, ...]
    name: str
    title: str
    type: str
    version: int
    size: int
    digest: str
    published_at: datetime | None
