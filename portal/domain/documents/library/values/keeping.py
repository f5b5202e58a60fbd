"""Holds, and how long documents are kept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID


class HoldSubject(StrEnum):
    """What a hold keeps: one document, or all that is about an account or a vehicle."""

    DOCUMENT = "document"
    ACCOUNT = "account"
    VEHICLE = "vehicle"


@dataclass(frozen=True, slots=True)
class Hold:
    """A hold that was not lifted; `name` is what it is of."""

    id: UUID
    subject: HoldSubject
    subject_id: UUID
    name: str
    reason: str
    setter: str
    set_at: datetime
