"""What the pages of the demo tell its visitors: who may sign in, and the code that an app would show."""

from __future__ import annotations

from typing import Any

import orjson
import pyotp

from portal.platform import clock
from portal.platform.resources import resources


def demo_users() -> list[dict[str, Any]]:
    """The sign-ins of the demo; none of any other portal."""
    settings = resources().settings
    file = settings.data_dir / "demo.json"
    if settings.mode != "demo" or not file.is_file():
        return []
    users: list[dict[str, Any]] = orjson.loads(file.read_bytes())["users"]
    return users


def demo_code(email: str) -> str | None:
    """The current code of this person of the demo, or None where there is none to tell."""
    secret = next((user["totp_secret"] for user in demo_users() if user["email"] == email), None)
    return None if secret is None else pyotp.TOTP(secret).at(clock.now())
