"""All that is held about oneself, to take away."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, Response, flash, redirect, url_for
from werkzeug.wrappers import Response as Redirect

from portal.domain.identity.audit.services import record_act
from portal.domain.people.privacy.errors import ExportGone, ExportUnderWay
from portal.domain.people.privacy.queries.exports import get_downloadable_export, list_exports
from portal.domain.people.privacy.services.exports import request_export
from portal.domain.people.privacy.values.exports import ExportState
from portal.platform.file_links import Thing
from portal.web.toolkit.access import signed_in_only
from portal.web.toolkit.freshness import fresh
from portal.web.toolkit.page import fragment, page
from portal.web.toolkit.sending import led_to_file
from portal.web.toolkit.session import actor

blueprint = Blueprint("exports", __name__, url_prefix="/privacy/exports")
STATES = {
    ExportState.COLLECTING: ("being collected", "info"),
    ExportState.READY: ("ready", "good"),
    ExportState.GONE: ("deleted", "neutral"),
}


@blueprint.get("")
@signed_in_only
def index() -> Response:
    """What one asked for, and what can be downloaded."""
    return _show()


@blueprint.get("/_list")
@signed_in_only
def refresh() -> Response:
    """The list anew, while something is being collected."""
    return fragment("privacy/exports/_list.html", exports=list_exports(actor()), states=STATES)


@blueprint.post("")
@signed_in_only
@fresh
def create() -> Response | Redirect:
    """Ask for everything."""
    try:
        request_export(actor())
    except ExportUnderWay as error:
        return _show(error.message, 409)
    flash("Your data is being collected. A message tells you when it is ready.", "good")
    return redirect(url_for("exports.index"), 303)


@blueprint.get("/<uuid:export_id>/download")
@signed_in_only
@fresh
def download(export_id: UUID) -> Response | Redirect:
    """Off to the file, by a link that is good for a minute."""
    try:
        get_downloadable_export(actor(), export_id)
    except ExportGone as error:
        return _show(error.message, 409)
    record_act(actor().user_id, "privacy.download", f"user:{actor().user_id}")
    return led_to_file(Thing.EXPORT, export_id)


def _show(problem: str | None = None, status: int = 200) -> Response:
    return page("privacy/exports/index.html", status, exports=list_exports(actor()), states=STATES, problem=problem)
