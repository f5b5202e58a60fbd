"""What an app is given."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta

ACCESS_LENGTH = timedelta(minutes=5)
SESSION_LENGTH = timedelta(days=30)
SAME_ANSWER = timedelta(seconds=10)


@dataclass(frozen=True, slots=True)
class TokenPair:
    """An access token (JWT, minutes) and the refresh token for the next pair (opaque, once)."""

    access_token: str = field(repr=False)
    refresh_token: str = field(repr=False)
    expires_in: int
