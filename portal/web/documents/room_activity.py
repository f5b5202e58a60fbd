"""Who read what in a room, and how long on which page."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, Response

from portal.domain.documents.rooms.queries.activity import list_page_activity, list_reader_activity
from portal.domain.documents.rooms.queries.rooms import get_room
from portal.domain.identity.access.values import Permission
from portal.platform import clock
from portal.web.documents.room_names import room_tabs
from portal.web.toolkit.access import requires
from portal.web.toolkit.exports import export as export_rows
from portal.web.toolkit.freshness import fresh_file
from portal.web.toolkit.page import page
from portal.web.toolkit.session import actor

blueprint = Blueprint("room_activity", __name__, url_prefix="/documents/room-activity/<uuid:room_id>")
COLUMNS = ("reader", "number", "document", "version", "page", "times", "seconds", "last_at")


@blueprint.get("")
@requires(Permission.SEE_ALL_DOCUMENTS)
def show(room_id: UUID) -> Response:
    """Each reader of each document."""
    room = get_room(actor(), room_id)
    return page(
        "documents/room_activity/show.html",
        room=room,
        activity=list_reader_activity(actor(), room_id),
        tabs=room_tabs(room, "room_activity.show"),
    )


@blueprint.get("/export.<kind>")
@requires(Permission.SEE_ALL_DOCUMENTS)
@fresh_file
def export(room_id: UUID, kind: str) -> Response:
    """Page by page, as a file."""
    rows = [
        (
            each.name,
            each.number,
            each.title,
            each.version,
            each.page,
            each.times,
            each.seconds,
            each.last_at.isoformat(),
        )
        for each in list_page_activity(actor(), room_id)
    ]
    return export_rows(kind, f"room-activity-{clock.today()}", COLUMNS, rows)
