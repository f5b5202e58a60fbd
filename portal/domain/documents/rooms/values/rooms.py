"""Rooms, as staff and as their members know them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID


class RoomState(StrEnum):
    """Whether members may come in. A room that is not open does not exist for them."""

    DRAFT = "draft"
    OPEN = "open"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class RoomDetails:
    """What staff say of a room: what it is for, about which vehicle, and between which moments it is open."""

    name: str
    introduction: str = ""
    vehicle_id: UUID | None = None
    opens_at: datetime | None = None
    closes_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Room:
    """A room as staff know it. `folder_id`: the library's folder with all that is in it; `questions` wait for an
    answer. `nda_version` is None where nothing has to be signed."""

    id: UUID
    details: RoomDetails
    vehicle: str
    state: RoomState
    nda_version: int | None
    folder_id: UUID
    members: int
    documents: int
    questions: int
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Gate:
    """What somebody who was invited knows of a room before they entered: its name and who invites. `until`: the end of
    their membership."""

    room_id: UUID
    name: str
    inviter: str
    entered: bool
    nda_version: int | None
    until: datetime | None


@dataclass(frozen=True, slots=True)
class EnteredRoom:
    """What a member who has entered sees of a room itself. `seen_until`: when their visit before this one ended; None
    on the first."""

    gate: Gate
    introduction: str
    vehicle: str
    wants_digest: bool
    seen_until: datetime | None


@dataclass(frozen=True, slots=True)
class RoomText:
    """A version of what is signed; `digest` is its SHA-256 in hex."""

    version: int
    body: str
    digest: str
    written_by: str
    written_at: datetime


@dataclass(frozen=True, slots=True)
class Agreement:
    """That somebody signed a version, with what proves it."""

    user_id: UUID
    name: str
    version: int
    digest: str
    typed_name: str
    agreed_at: datetime
    address: str | None
    agent: str | None
    proven_by: str | None


@dataclass(frozen=True, slots=True)
class RoomMail:
    """What a person is written about a room: to whom, of which firm, which room, who invites."""

    name: str
    email: str
    firm: str
    room: str
    inviter: str
