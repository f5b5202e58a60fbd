"""What an app is told about a person's privacy."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BeforeValidator, Field

from portal.api.parsing import Body


def _whole(value: object) -> object:
    """`1.0` is 1 in JSON."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


@dataclass(frozen=True, slots=True)
class ConsentItem:
    """What the firm asks for, in the version in force. `given` is the person's latest answer, null before the first;
    `answered_version` tells which text it was given to. Moments are in UTC (ISO 8601)."""

    purpose_id: UUID
    name: str
    needed: bool
    version: int
    text: str
    published_at: str
    given: bool | None
    answered_version: int | None
    answered_at: str | None


@dataclass(frozen=True, slots=True)
class Consents:
    """What a person is asked, what waits for an answer first."""

    items: list[ConsentItem]


class ConsentAnswer(Body):
    """An answer to the text of `version`, which the person has read."""

    version: Annotated[int, Field(ge=1, le=100_000), BeforeValidator(_whole)]
    given: bool


@dataclass(frozen=True, slots=True)
class DataExport:
    """An archive (ZIP) of all that is held about a person: `size` in bytes; `download` once it is ready, until
    `expires_at`."""

    id: UUID
    state: Literal["collecting", "ready", "gone"]
    requested_at: str
    ready_at: str | None
    expires_at: str | None
    size: int | None
    sha256: str | None
    download: str | None


@dataclass(frozen=True, slots=True)
class DataExports:
    """What a person asked for, newest first."""

    items: list[DataExport]


class NewErasure(Body):
    """Asking to be erased; `reason`, if the person wants to say why, is forgotten with the rest."""

    reason: Annotated[str, Field(max_length=1_000)] = ""


@dataclass(frozen=True, slots=True)
class PlannedCategory:
    """What an erasure does with a part of the data (`sign_in`, `contact`, `exports`, `books`, `tax`, `record`): it goes
    at once where `until` is null, and is kept to the end of that day by `rule` otherwise."""

    category: str
    title: str
    what: str
    until: date | None
    rule: str | None


@dataclass(frozen=True, slots=True)
class KeptAccount:
    """An account that the person acts for. What is sealed of it `goes` with the person in the end where it is a natural
    person's and nobody else acts for it."""

    id: UUID
    name: str
    goes: bool


@dataclass(frozen=True, slots=True)
class ErasureRequest:
    """A request to be erased; `by_person` is false where the firm asked for it. `answer` says why it was refused.
    Moments are in UTC (ISO 8601)."""

    id: UUID
    state: Literal["asked", "approved", "refused", "withdrawn", "done"]
    by_person: bool
    asked_at: datetime
    reason: str
    answer: str | None
    closed_at: datetime | None


@dataclass(frozen=True, slots=True)
class ErasurePlan:
    """What erasing the person today would do; what is kept is destroyed after `destroy_after`. `request` is the newest
    one, null where there never was any."""

    categories: list[PlannedCategory]
    accounts: list[KeptAccount]
    destroy_after: date
    request: ErasureRequest | None
