"""A firm as others read it."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Firm:
    """The sponsor that runs the portal for its investors: the tenant."""

    id: UUID
    slug: str
    name: str
    accent: str
    locale: str
    time_zone: str
