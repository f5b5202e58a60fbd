"""A sign-in from where somebody was not signed in before."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

REMEMBERED = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class NewDevice:
    """What to tell a person of a sign-in from where they were not signed in before."""

    name: str
    email: str
    firm: str
    locale: str
    time_zone: str
    agent: str
    address: str
    signed_in_at: datetime
