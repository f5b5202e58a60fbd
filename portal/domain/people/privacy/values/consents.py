"""Consents as people and staff read them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Consent:
    """What a person is asked, in the version in force, and their latest answer: `given` is None before the first, and
    `answered_version` may be an earlier version."""

    purpose_id: UUID
    name: str
    needed: bool
    version: int
    body: str
    published_at: datetime
    retired_at: datetime | None
    given: bool | None
    answered_version: int | None
    answered_at: datetime | None

    @property
    def is_new(self) -> bool:
        """Whether the person has not answered the text in force."""
        return self.answered_version != self.version


@dataclass(frozen=True, slots=True)
class ConsentAnswer:
    """One answer of a person, as it was recorded."""

    name: str
    version: int
    given: bool
    at: datetime
    address: str | None
    agent: str | None


@dataclass(frozen=True, slots=True)
class Purpose:
    """What the firm asks for, and how the people who may sign in have answered its latest text: `older` gave it to an
    earlier version and have not answered this one, `missing` never answered."""

    id: UUID
    name: str
    needed: bool
    version: int
    published_at: datetime
    retired_at: datetime | None
    given: int
    declined: int
    older: int
    missing: int


@dataclass(frozen=True, slots=True)
class PurposeText:
    """One version of a purpose's text."""

    version: int
    body: str
    published_by: str | None
    published_at: datetime


@dataclass(frozen=True, slots=True)
class Awaited:
    """A person who has not answered the latest text, and what they said to an earlier one."""

    user_id: UUID
    name: str
    given: bool | None
    answered_version: int | None
