"""Codes by text message, as a person reads of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class TextOffer:
    """Whether the firm offers such codes to this person, whether they use them (`factor_id`, since when, last used),
    and the last digits of the number they are sent to."""

    offered: bool
    factor_id: UUID | None
    since: datetime | None
    used_at: datetime | None
    phone: str | None
