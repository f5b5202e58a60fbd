"""What is counted, and how much of it is let through."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum

WINDOW = timedelta(minutes=5)
PER_ACCOUNT = 10
PER_ADDRESS = 10
OVERALL = 1_000


class Trial(StrEnum):
    """What somebody may try only so often, each counted by itself."""

    SIGN_IN = "sign_in"
    PASSWORD = "password"  # noqa: S105 — the name of what is tried
    PASSKEY = "passkey"
    FORGOT = "forgot"
    REGISTER = "register"
    RECOVERY = "recovery"
    EMAIL = "email"
    PHONE = "phone"
    TEXT = "text"
    SHARE = "share"
    SHARE_CODE = "share_code"
