"""What became of documents for one reader since they last asked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from portal.domain.documents.library.values.documents import DocumentSummary

NOBODY = UUID(int=0)


@dataclass(frozen=True, slots=True)
class FeedPlace:
    """How far a reader has read: the transaction and document of the last change, when they were last at the end, and
    a digest of what they could read then."""

    transaction: int
    document_id: UUID
    at: datetime
    reaches: str


@dataclass(frozen=True, slots=True)
class DocumentChange:
    """A document as it is now, or the id of one that the reader had and sees no more (`document` is None)."""

    id: UUID
    document: DocumentSummary | None


@dataclass(frozen=True, slots=True)
class DocumentChanges:
    """Changes in the order to apply them, where to go on from, whether there are more already, and whether the reader
    has to begin anew: what they may read is another than before, or they last asked too long ago."""

    items: tuple[DocumentChange, ...]
    place: FeedPlace
    more: bool
    anew: bool
