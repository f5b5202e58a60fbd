"""Places to go on to, and what addresses name."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlsplit
from uuid import UUID

from flask import request, url_for

from portal.platform.errors import NotFound


def on_this_host(target: str | None) -> str:
    """`target` where it is a place of ours, else home: a redirect never leaves the host."""
    try:
        parts = urlsplit((target or "").replace("\\", "/"))
    except ValueError:
        return url_for("dashboard.index")
    if not parts.path.startswith("/") or parts.path.startswith("//") or (parts.netloc and parts.netloc != request.host):
        return url_for("dashboard.index")
    return parts._replace(scheme="", netloc="").geturl()


def read_id(arguments: Mapping[str, str], name: str) -> UUID | None:
    """The id under `name`, None without one; NotFound for what cannot be one."""
    text = arguments.get(name, "").strip()
    try:
        return UUID(text) if text else None
    except ValueError as error:
        raise NotFound from error
