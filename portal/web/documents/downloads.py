"""Documents to take away."""

from __future__ import annotations

from pathlib import PurePath
from uuid import UUID

from flask import Blueprint, Response, request
from werkzeug.wrappers import Response as Redirect

from portal.domain.documents.reading.errors import NotReading, ViewOnly
from portal.domain.documents.reading.policies import can_take, can_take_marked
from portal.domain.documents.reading.queries.pages import get_readable
from portal.domain.documents.reading.services.receipts import note_marked_copy, note_taking
from portal.platform.errors import Limited
from portal.platform.file_links import Thing
from portal.platform.storage.interface import NEVER_CACHED, attachment
from portal.web.documents.page_images import Busy, marked_copy
from portal.web.documents.pages import READERS
from portal.web.documents.readers import is_reading, reader
from portal.web.toolkit.access import requires_any
from portal.web.toolkit.sending import led_to_file
from portal.web.toolkit.session import actor

blueprint = Blueprint("downloads", __name__, url_prefix="/documents/downloads")


@blueprint.get("/<uuid:document_id>")
@requires_any(*READERS)
def download(document_id: UUID) -> Redirect:
    """Off to the file, by a link that is good for a minute; staff may name a `version`. A program that looks ahead of
    its reader gets none."""
    readable = get_readable(actor(), document_id, number=request.args.get("version", type=int))
    if not can_take(actor(), view_only=readable.view_only):
        raise ViewOnly
    if not is_reading():
        raise NotReading
    note_taking(actor(), readable, reader())
    return led_to_file(Thing.DOCUMENT, document_id, readable.number)


@blueprint.get("/<uuid:document_id>/marked")
@requires_any(*READERS)
def marked(document_id: UUID) -> Response:
    """The pages of what can only be read here, with the reader's name on each, where the firm lets them have it."""
    readable = get_readable(actor(), document_id)
    if not can_take_marked(readable):
        raise ViewOnly
    if not is_reading():
        raise NotReading
    try:
        content = marked_copy(readable)
    except Busy:
        raise Limited("Other pages are being drawn just now.", retry_after=5) from None
    note_marked_copy(actor(), readable, reader())
    name = f"{PurePath(readable.name).stem} (marked).pdf"
    return Response(
        content,
        mimetype="application/pdf",
        headers={"Content-Disposition": attachment(name), "Cache-Control": NEVER_CACHED},
    )
