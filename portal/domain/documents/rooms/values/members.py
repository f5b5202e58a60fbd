"""Who comes to a room, and what each group may see."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID


class FolderPermission(StrEnum):
    """What a group may do with what lies in a folder."""

    NONE = "none"
    VIEW = "view"
    DOWNLOAD = "download"


class Standing(StrEnum):
    """Where a member stands: invited but not signed in yet, to sign the agreement, in, over, or taken out."""

    INVITED = "invited"
    UNSIGNED = "unsigned"
    ENTERED = "entered"
    EXPIRED = "expired"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class Group:
    """People of a room who may see the same of it."""

    id: UUID
    name: str
    members: int


@dataclass(frozen=True, slots=True)
class Member:
    """A person of a room; `groups` by name with their ids."""

    user_id: UUID
    name: str
    email: str
    groups: Mapping[UUID, str]
    standing: Standing
    until: datetime | None
    added_at: datetime
    signed_at: datetime | None
    last_visit: datetime | None


@dataclass(frozen=True, slots=True)
class Invitation:
    """Whom to let into a room: by address, in which groups, until when (None: as long as the room is open). The name
    is for who is not known here yet."""

    email: str
    name: str
    groups: tuple[UUID, ...]
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class MatrixFolder:
    """A folder of a room with its index number (empty for the room itself) and how deep it lies."""

    id: UUID
    parent_id: UUID | None
    number: str
    name: str
    depth: int


@dataclass(frozen=True, slots=True)
class Matrix:
    """Which group may do what in which folder; whatever is not in `cells` is NONE. `fingerprint` tells whether it is
    still what somebody was shown."""

    folders: tuple[MatrixFolder, ...]
    groups: tuple[Group, ...]
    cells: Mapping[tuple[UUID, UUID], FolderPermission]
    fingerprint: str

    def of(self, group_id: UUID, folder_id: UUID) -> FolderPermission:
        """What a group may do in a folder."""
        return self.cells.get((group_id, folder_id), FolderPermission.NONE)

    def seeing(self, folder_id: UUID) -> tuple[Group, ...]:
        """The groups that see a folder."""
        return tuple(each for each in self.groups if (each.id, folder_id) in self.cells)


@dataclass(frozen=True, slots=True)
class Sight:
    """What each group may do with something before it is moved and after, group by group."""

    name: str
    before: tuple[FolderPermission, ...]
    after: tuple[FolderPermission, ...]


@dataclass(frozen=True, slots=True)
class Foresight:
    """Who would see something of a room that is moved into the folder `to`: what is moved itself, then the folders in
    it. `fingerprint` is that of the matrix this was told from."""

    to: MatrixFolder
    groups: tuple[Group, ...]
    sights: tuple[Sight, ...]
    fingerprint: str
