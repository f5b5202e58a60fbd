"""What an app sends and is given of data rooms."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from portal.api.parsing import Body

Words = Annotated[str, Field(max_length=2_000, pattern=r"^[^\x00]*$")]


@dataclass(frozen=True, slots=True)
class RoomItem:
    """A data room that one may come to: before one `entered`, nothing else of it is told."""

    id: UUID
    name: str
    inviter: str
    entered: bool
    until: str | None


@dataclass(frozen=True, slots=True)
class Rooms:
    """By name."""

    items: list[RoomItem]


@dataclass(frozen=True, slots=True)
class RoomLine:
    """A folder or a document, in the order of the index. `number` is its place there; numbers are the same for
    everybody, so that what one may not see leaves a gap. `view_only`: it is read in the portal and not taken away."""

    number: str
    kind: Literal["folder", "document"]
    name: str
    document_id: UUID | None
    published_at: str | None
    view_only: bool
    new: bool


@dataclass(frozen=True, slots=True)
class RoomAgreement:
    """What has to be signed before one enters; `digest` names the text that was read."""

    version: int
    text: str
    digest: str


@dataclass(frozen=True, slots=True)
class RoomShown:
    """A room: with `agreement` where that has to be signed first, and then nothing of what is in it."""

    id: UUID
    name: str
    inviter: str
    entered: bool
    agreement: RoomAgreement | None
    introduction: str | None
    index: list[RoomLine]


class Signature(Body):
    """One's name, typed as a signature under the text with this digest."""

    digest: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    typed_name: Annotated[str, Field(min_length=2, max_length=200, pattern=r"^[^\x00]*$")]


class NewQuestion(Body):
    """A question about the room, or about a document in it."""

    question: Words
    document_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class MadeQuestion:
    """A question that was asked."""

    id: UUID


@dataclass(frozen=True, slots=True)
class AskedQuestion:
    """What one asked, with the answer once there is one."""

    id: UUID
    document_id: UUID | None
    asked_at: str
    question: str
    state: Literal["open", "answered", "declined"]
    answer: str | None


@dataclass(frozen=True, slots=True)
class GivenAnswer:
    """A question that was answered to everybody, or to a group of one's own."""

    document_id: UUID | None
    question: str
    answer: str
    answered_at: str


@dataclass(frozen=True, slots=True)
class RoomQuestions:
    """What one asked, and what was answered to one and others; the newest first."""

    asked: list[AskedQuestion]
    answers: list[GivenAnswer]
