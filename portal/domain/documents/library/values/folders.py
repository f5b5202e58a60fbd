"""Where staff keep documents."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID


class FolderKind(StrEnum):
    """What a folder is of: the firm, a vehicle, an account, a data room, or a part of another folder."""

    FIRM = "firm"
    VEHICLE = "vehicle"
    ACCOUNT = "account"
    ROOM = "room"
    FOLDER = "folder"


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder and the id of what it is of (a vehicle, an account, a room); `parent_id` is None for those of a
    subject."""

    id: UUID
    parent_id: UUID | None
    kind: FolderKind
    subject_id: UUID | None
    name: str


@dataclass(frozen=True, slots=True)
class OpenedFolder:
    """A folder with those above it, outermost first, and those in it by name."""

    folder: Folder
    above: tuple[Folder, ...]
    inside: tuple[Folder, ...]

    @property
    def root(self) -> Folder:
        """The outermost, which is of the firm, a vehicle, an account or a room."""
        return (*self.above, self.folder)[0]
