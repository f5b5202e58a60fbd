"""An export of all that is held about a person, as they read it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

KEPT = timedelta(days=7)


class ExportState(StrEnum):
    """Where an export stands."""

    COLLECTING = "collecting"
    READY = "ready"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class Export:
    """All of a person's data in one file: `size` in bytes, `digest` its SHA-256 in hex."""

    id: UUID
    user_id: UUID
    state: ExportState
    requested_at: datetime
    ready_at: datetime | None
    expires_at: datetime | None
    file_key: str | None
    digest: str | None
    size: int | None

    @property
    def name(self) -> str:
        """What the file is called on the person's machine."""
        return f"My data {self.requested_at:%Y-%m-%d}.zip"


@dataclass(frozen=True, slots=True)
class Collection:
    """One file of an export: where it lies, what it is in a sentence, its columns with what each means, its rows."""

    file: str
    sentence: str
    columns: Mapping[str, str]
    rows: Sequence[Mapping[str, Any]]
    is_list: bool = True


@dataclass(frozen=True, slots=True)
class FileCopy:
    """A file that goes with an export: where the store has it, its SHA-256 in hex, and its place in the archive."""

    key: str
    digest: str
    path: str
