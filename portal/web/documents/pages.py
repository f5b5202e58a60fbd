"""The pages of documents as pictures, and how long they are looked at."""

from __future__ import annotations

import re
from uuid import UUID

from flask import Blueprint, Response, request

from portal.domain.documents.reading.queries.pages import get_readable
from portal.domain.documents.reading.services.receipts import note_page_view, note_reading_time
from portal.domain.identity.access.values import Permission
from portal.platform.errors import Invalid
from portal.platform.page_images.values import MEDIA_TYPE
from portal.web.documents.page_images import Busy, page_image
from portal.web.documents.readers import is_reading, reader
from portal.web.toolkit.access import requires_any
from portal.web.toolkit.once import every_time
from portal.web.toolkit.session import actor

blueprint = Blueprint("pages", __name__, url_prefix="/documents/pages")
READERS = (Permission.SEE_DOCUMENTS, Permission.SEE_ALL_DOCUMENTS)
SOON = "1"
MOST_TOLD = 100
TOLD = re.compile(r"[0-9]{1,6}:[0-9]{1,6}")


@blueprint.get("/<uuid:document_id>/<int:version>/<int:number>")
@requires_any(*READERS)
def show(document_id: UUID, version: int, number: int) -> Response:
    """A page as a picture, which nobody keeps; who was shown it is noted. 503 where it has to be drawn and as many are
    being drawn as may be."""
    readable = get_readable(actor(), document_id, number=version)
    try:
        image = page_image(readable, number)
    except Busy:
        return Response(status=503, headers={"Retry-After": SOON, "Cache-Control": "private, no-store"})
    if is_reading():
        note_page_view(actor(), readable, number, reader())
    response = Response(image.content, mimetype=MEDIA_TYPE)
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["Content-Disposition"] = "inline"
    return response


@blueprint.post("/<uuid:document_id>/<int:version>/seconds")
@requires_any(*READERS)
@every_time("seconds are added up")
def tell(document_id: UUID, version: int) -> Response:
    """Take down how many seconds pages stood on the screen: `seconds=3:12` for each page."""
    readable = get_readable(actor(), document_id, number=version)
    note_reading_time(actor(), readable.version_id, _told(), reader())
    return Response(status=204)


def _told() -> dict[int, int]:
    entries = request.form.getlist("seconds")[:MOST_TOLD]
    if not all(TOLD.fullmatch(entry) for entry in entries):
        raise Invalid("Seconds are told as page:seconds.")
    told = (entry.split(":") for entry in entries)
    return {int(page): int(count) for page, count in told}
