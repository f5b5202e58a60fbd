"""Who read what in a room."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class ReaderActivity:
    """What a member did with a document of a room: different pages seen, seconds in all, whether they took it away."""

    user_id: UUID
    name: str
    number: str
    title: str
    pages: int
    seconds: int
    taken: bool
    last_at: datetime


@dataclass(frozen=True, slots=True)
class PageActivity:
    """How often and how long a member looked at a page of a version of a document."""

    name: str
    number: str
    title: str
    version: int
    page: int
    times: int
    seconds: int
    last_at: datetime
