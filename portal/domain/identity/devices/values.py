"""A browser or an app in which somebody is signed in, as they read it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Device:
    """A session: `agent` in words, whether it is an app's, and whether it is the one that asks."""

    id: UUID
    agent: str
    is_app: bool
    address: str
    signed_in_at: datetime
    seen_at: datetime
    is_this: bool
