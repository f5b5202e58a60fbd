"""“I have read this”, with what proves it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from uuid import UUID

# What people agree to, by version. A text that was ever agreed to stays here as it was; a new one gets a new number.
TEXTS = MappingProxyType({1: "I have read “{title}”, version {number}, and understood what it says."})
LATEST_TEXT = max(TEXTS)


def text_for(title: str, number: int, version: int = LATEST_TEXT) -> str:
    """The words that somebody agrees to who acknowledges version `number` of a document."""
    return TEXTS[version].format(title=title, number=number)


@dataclass(frozen=True, slots=True)
class Acknowledgement:
    """Somebody said that they have read a version: `said` are the words they agreed to, `digest` the SHA-256 of the
    file in hex."""

    version_id: UUID
    number: int
    digest: str
    said: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Answer:
    """Of somebody who has to acknowledge a version: when they did, None where they have not; with what proves it."""

    user_id: UUID
    name: str
    at: datetime | None
    address: str | None
    agent: str | None
    said: str | None
    digest: str | None
