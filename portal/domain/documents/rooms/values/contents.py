"""What lies in a room, in the order of its index."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class IndexLine:
    """A folder or a document of a room. `number` is its place ("1.2.3"); numbers stay as they are until staff move
    something, so that one speaks of the same thing to everybody, and what a reader may not see leaves a gap.
    `published_at`, `kind` and `pages` are of documents, `state` too; `position` is the last part of the number."""

    item_id: UUID
    number: str
    depth: int
    position: int
    name: str
    folder_id: UUID
    is_folder: bool
    document_id: UUID | None
    state: str | None
    published_at: datetime | None
    kind: str | None
    pages: int | None
    view_only: bool
    is_new: bool


@dataclass(frozen=True, slots=True)
class News:
    """What came into a room for one person since a moment: numbers and titles, and answers to questions."""

    documents: tuple[tuple[str, str], ...]
    answers: int

    def __bool__(self) -> bool:
        return bool(self.documents or self.answers)
