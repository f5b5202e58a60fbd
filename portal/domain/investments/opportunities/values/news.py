"""What those who watch an offering are told of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID


class News(StrEnum):
    """What happened: an offering of the vehicle opened, a close was added, one was
    closed, it takes no more."""

    OPENED = "opened"
    DATED = "dated"
    ENDED = "ended"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class OfferingNews:
    """What a mail about an offering that somebody watches needs; `closes_on` is its last close, `ended_on`
    the last that was closed, `next_on` the one that who subscribes now is admitted by."""

    name: str
    email: str
    firm: str
    locale: str
    title: str
    opportunity_id: UUID
    closes_on: date | None
    ended_on: date | None
    next_on: date | None
