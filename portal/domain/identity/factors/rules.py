"""Which code is right, and how long to wait after wrong ones."""

from __future__ import annotations

import hmac
import re
from base64 import b32encode
from collections.abc import Sequence
from datetime import datetime, timedelta

import pyotp

from portal.domain.identity.factors.values import LIMITS

PERIOD = 30  # seconds of a step
TOTP = re.compile(r"[0-9]{6}")
BETWEEN = re.compile(r"[\s-]")


def normal_code(typed: str) -> str:
    """A code as it is compared: without the blanks and hyphens that make it readable, in capitals."""
    return BETWEEN.sub("", typed).upper()


def is_of_an_app(code: str) -> bool:
    """Whether a normal code has the form of an authenticator app's (six digits), not of a recovery code."""
    return TOTP.fullmatch(code) is not None


def find_step(secret: str, code: str, now: datetime) -> int | None:
    """The step T or T−1 (half minutes since 1970; RFC 6238) whose code this is, or None. Always compares both."""
    current, totp = int(now.timestamp()) // PERIOD, pyotp.TOTP(secret, interval=PERIOD)
    right = [
        step for step in (current, current - 1) if hmac.compare_digest(totp.generate_otp(step).encode(), code.encode())
    ]
    return right[0] if right else None


def write_recovery_code(random: bytes) -> str:
    """Fifteen random bytes as a code for paper, six groups of four (`ABCD-…`) from an alphabet without 0, 1, 8 and
    9: long enough that its bare digest can be kept."""
    text = b32encode(random).decode()
    return "-".join(text[start : start + 4] for start in range(0, len(text), 4))


def waiting_time(tries: Sequence[datetime], now: datetime) -> timedelta | None:
    """How long nothing more is tried after these earlier tries (latest first), or None where one more may be."""
    waits = [
        tries[most - 1] + span - now for most, span in LIMITS if len(tries) >= most and tries[most - 1] > now - span
    ]
    return max(waits, default=None)
