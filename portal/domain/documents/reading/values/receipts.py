"""Who read which version of a document, and how."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID


class Way(StrEnum):
    """How a document reached its reader."""

    VIEWED = "viewed"
    DOWNLOADED = "downloaded"
    ARCHIVED = "archived"
    MARKED = "marked"


@dataclass(frozen=True, slots=True)
class Receipt:
    """One person read one version in one session, in one way. `pages` counts the different pages that were shown,
    `seconds` how long they stood on the screen; both are 0 for a file that was taken."""

    id: UUID
    user_id: UUID
    name: str
    is_staff: bool
    version: int
    way: Way
    times: int
    first_at: datetime
    last_at: datetime
    pages: int
    seconds: int
    address: str | None
    agent: str | None


@dataclass(frozen=True, slots=True)
class PageTime:
    """What one page of a version got: by how many people it was seen, and for how many seconds in all."""

    page: int
    readers: int
    seconds: int
