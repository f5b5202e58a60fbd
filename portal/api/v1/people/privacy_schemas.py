"""What an app is told about a person's privacy."""

from __future__ import annotations

from dataclasses import dataclass
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
