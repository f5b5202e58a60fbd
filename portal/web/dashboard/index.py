"""Home: the portfolio for an investor, the work list for staff."""

from __future__ import annotations

from flask import Blueprint, Response, redirect, url_for
from werkzeug.wrappers import Response as Redirect

from portal.web.toolkit.access import signed_in_only
from portal.web.toolkit.page import page
from portal.web.toolkit.session import actor

blueprint = Blueprint("dashboard", __name__)


@blueprint.get("/")
@signed_in_only
def index() -> Response | Redirect:
    """Where one begins."""
    if not actor().is_staff:
        return redirect(url_for("portfolio.index"))
    return page("dashboard/index.html")
