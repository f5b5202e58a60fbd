"""Files that are missing or damaged, as the daily check of all files found them."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

from flask import Blueprint, Response, request, url_for

from portal.domain.identity.access.values import Permission
from portal.platform.pagination import Page, decode_cursor
from portal.platform.storage.losses import KeptLoss, find_check, list_losses
from portal.web.toolkit.access import requires
from portal.web.toolkit.page import page

blueprint = Blueprint("lost_files", __name__, url_prefix="/operations/lost-files")
MOST = 50
START = (datetime(9999, 1, 1, tzinfo=UTC), UUID(int=2**128 - 1))
# What the files of a table are, and the page of what they belong to.
PLACES = {
    "documents.archives": ("Documents collected for a person", None),
    "documents.batch_parts": ("Part of a file to be split", None),
    "documents.envelopes": ("Paper to be signed", None),
    "documents.page_images": ("Picture of a page", None),
    "documents.versions": ("File of a document", None),
    "investments.imports": ("File of an import", ("imports.show", "import_id")),
    "investments.statements": ("Statement", ("statements.show", "statement_id")),
    "people.data_exports": ("Data collected for a person", None),
}


@blueprint.get("")
@requires(Permission.SEE_JOBS)
def index() -> Response:
    """The firm's lost files, those found last first."""
    before = decode_cursor(request.args["cursor"], datetime, UUID) if "cursor" in request.args else START
    rows = list_losses(before=(before[0], before[1]), most=MOST + 1)
    found = Page(rows, MOST, lambda row: (row.found_at.isoformat(), row.id))
    return page(
        "operations/lost_files/index.html",
        losses=[(each, *_told(each)) for each in found.items],
        check=find_check(),
        next_url=url_for("lost_files.index", cursor=found.next) if found.next else None,
    )


def _told(loss: KeptLoss) -> tuple[str, str | None]:
    """What a lost file is, and where the thing it belongs to is shown."""
    name, place = PLACES[loss.place]
    if place is None:
        return name, None
    endpoint, argument = place
    return name, url_for(endpoint, **{argument: loss.row_id})  # type: ignore[arg-type]  # url_for takes any value
