"""Batches: many files that came as one, and what becomes of each piece."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from portal.domain.documents.filing.values.evidence import EvidenceKind
from portal.domain.documents.library.values.documents import Document, DocumentType

LARGEST_BATCH = 500 * 1024 * 1024
LARGEST_PART = 16 * 1024 * 1024
MOST_PAGES = 5_000


class BatchKind(StrEnum):
    """One long document, or an archive of files."""

    PDF = "pdf"
    ZIP = "zip"


class BatchState(StrEnum):
    """Where a batch stands: until it is filed, nobody outside the staff knows of it."""

    RECEIVING = "receiving"
    READING = "reading"
    REVIEW = "review"
    FILING = "filing"
    FILED = "filed"
    PUBLISHING = "publishing"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class BatchDetails:
    """What all pieces of a batch have in common. In `title` {account}, {number} and {period} stand for those of each
    piece."""

    type: DocumentType
    title: str
    period: str = ""
    vehicle_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Batch:
    """A batch with how far it is: `received` of its `size` bytes, `filed` of its `pieces`; `matched` have an account,
    `left_out` are not to be filed."""

    id: UUID
    state: BatchState
    kind: BatchKind
    name: str
    size: int
    received: int
    details: BatchDetails
    vehicle: str
    pages: int | None
    pieces: int
    matched: int
    left_out: int
    filed: int
    problem: str | None
    publish: bool
    tell: bool
    creator: str
    created_at: datetime

    @property
    def running(self) -> bool:
        """Whether a job is at it."""
        return self.state in {BatchState.READING, BatchState.FILING, BatchState.PUBLISHING}

    @property
    def unmatched(self) -> int:
        """Pieces of which nobody knows whose they are."""
        return self.pieces - self.matched - self.left_out


@dataclass(frozen=True, slots=True)
class Evidence:
    """What speaks for the account of a piece: by what, whose, and where; page 0 is the name of the file."""

    kind: EvidenceKind
    names: tuple[str, ...]
    page: int
    line: int


@dataclass(frozen=True, slots=True)
class Piece:
    """What becomes one document: pages `first` to `last` of a long document, or the file `name` of an archive, which is
    its `first`. `sure` is how sure the match is, of 100, None where a person chose."""

    id: UUID
    batch_id: UUID
    first: int
    last: int
    name: str
    account_id: UUID | None
    account: str
    sure: int | None
    evidence: Sequence[Evidence]
    chosen: bool
    left_out: bool
    document_id: UUID | None
    problem: str | None

    @property
    def pages(self) -> int:
        """How many pages of a long document it has."""
        return self.last - self.first + 1


@dataclass(frozen=True, slots=True)
class View:
    """What the recipients of one filed piece see: the document, whom it goes to, and what keeps it from them."""

    piece_id: UUID
    document: Document
    people: tuple[str, ...]
    problem: str


@dataclass(frozen=True, slots=True)
class ViewCount:
    """How many documents of a batch there are to look at; `drafts` are nobody's but the staff's yet, and `waiting` of
    these were not tried since somebody had them published."""

    views: int
    drafts: int
    waiting: int


@dataclass(frozen=True, slots=True)
class PieceToFile:
    """A piece that is to be filed, and the account's name and number."""

    id: UUID
    first: int
    last: int
    name: str
    account_id: UUID
    account: str
    number: str


@dataclass(frozen=True, slots=True)
class FoundPiece:
    """A piece as reading found it: its place and name, the account where one is sure, and what says so (kind, page,
    line, subjects)."""

    first: int
    last: int
    name: str
    account_id: UUID | None
    confidence: int
    evidence: Sequence[tuple[EvidenceKind, int, int, Sequence[UUID]]]
    problem: str | None = None
