"""That somebody of the staff views the portal as an investor does."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from portal.domain.identity.access.values import Actor

LONGEST = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class Viewing:
    """Who looks, as whom (an actor who can only read), why, and until when at the latest."""

    id: UUID
    viewer: Actor
    investor: Actor
    reason: str
    ends_at: datetime
