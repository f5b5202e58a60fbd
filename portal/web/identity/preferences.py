"""How one likes to see the product."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Blueprint, redirect, request, url_for
from werkzeug.wrappers import Response as Redirect

from portal.platform.resources import resources
from portal.web.toolkit.access import public

blueprint = Blueprint("preferences", __name__)
THEMES = ("auto", "light", "dark")
YEAR = 365 * 24 * 3600


@blueprint.post("/preferences/theme")
@public
def choose_theme() -> Redirect:
    """Light, dark, or as the device says; kept in the browser."""
    response = redirect(_back(), 303)
    theme = request.form.get("theme", "auto")
    if theme in THEMES:
        secure = resources().settings.secure
        response.set_cookie("theme", theme, max_age=YEAR, secure=secure, httponly=True, samesite="Lax")
    return response


def _back() -> str:
    """The page the choice was made on, or home; never another host."""
    referrer = urlsplit(request.referrer or "")
    return (
        referrer._replace(scheme="", netloc="").geturl()
        if referrer.netloc == request.host
        else url_for("dashboard.index")
    )
