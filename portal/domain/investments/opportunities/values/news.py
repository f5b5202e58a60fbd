"""What those who watch an offering are told of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID


class News(StrEnum):
    """What happened: an offering of the vehicle opened, a close was added, it takes no more."""

    OPENED = "opened"
    DATED = "dated"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class OfferingNews:
    """What a mail about an offering that somebody watches needs; `closes_on` is its last close."""

    name: str
    email: str
    firm: str
    locale: str
    title: str
    opportunity_id: UUID
    closes_on: date | None
