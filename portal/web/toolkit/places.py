"""Places to go on to."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import request, url_for


def on_this_host(target: str | None) -> str:
    """`target` where it is a place of ours, else home: a redirect never leaves the host."""
    try:
        parts = urlsplit((target or "").replace("\\", "/"))
    except ValueError:
        return url_for("dashboard.index")
    if not parts.path.startswith("/") or parts.path.startswith("//") or (parts.netloc and parts.netloc != request.host):
        return url_for("dashboard.index")
    return parts._replace(scheme="", netloc="").geturl()
