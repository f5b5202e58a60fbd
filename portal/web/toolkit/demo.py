"""What the pages of the demo tell its visitors: who may sign in, and the code that an app would show."""

from __future__ import annotations

from typing import Any

import orjson
import pyotp

from portal.domain.identity.access.values import Role
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


def demo_parts() -> dict[str, list[dict[str, Any]]]:
    """The first sign-in of each role, by the name of the firm; none of any portal but the demo."""
    parts: dict[str, dict[str, dict[str, Any]]] = {}
    for user in demo_users():
        parts.setdefault(user["firm"], {}).setdefault(user["roles"][0], user)
    return {
        firm.replace("-", " ").title(): [of_role[role] for role in Role if role in of_role]
        for firm, of_role in parts.items()
    }


def demo_code(email: str) -> str | None:
    """The current code of this person of the demo, or None where there is none to tell."""
    secret = next((user["totp_secret"] for user in demo_users() if user["email"] == email), None)
    return None if secret is None else pyotp.TOTP(secret).at(clock.now())
