"""What an app is given."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta

ACCESS_LENGTH = timedelta(minutes=5)
SESSION_LENGTH = timedelta(days=30)
SAME_ANSWER = timedelta(seconds=10)


MFA_TOKEN_LENGTH = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class TokenPair:
    """An access token (JWT, minutes) and the refresh token for the next pair (opaque, once)."""

    access_token: str = field(repr=False)
    refresh_token: str = field(repr=False)
    expires_in: int


@dataclass(frozen=True, slots=True)
class FactorDue:
    """The password was right and a factor is asked for: `mfa_token` goes with its code, within five minutes."""

    mfa_token: str = field(repr=False)
