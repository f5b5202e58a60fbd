"""Documents to take away."""

from __future__ import annotations

from uuid import UUID

from flask import Response, request

from portal.api.answers import led_to_file
from portal.api.auth import actor, bearer, requires_any
from portal.api.openapi import described
from portal.api.v1.routes import v1
from portal.domain.documents.reading.errors import NotReading, ViewOnly
from portal.domain.documents.reading.policies import can_take
from portal.domain.documents.reading.queries.pages import get_readable
from portal.domain.documents.reading.services.receipts import note_taking
from portal.domain.documents.reading.values.pages import Reader
from portal.domain.identity.access.values import Permission
from portal.platform.errors import Unauthenticated
from portal.platform.file_links import Thing

READERS = (Permission.SEE_DOCUMENTS, Permission.SEE_ALL_DOCUMENTS)


def reader() -> Reader:
    """Where the app's person reads."""
    session_id = bearer().actor.session_id
    if session_id is None:
        raise Unauthenticated
    return Reader(session_id, request.user_agent.string, request.remote_addr or "")


@v1.get("/documents/<uuid:document_id>/download")
@requires_any(*READERS)
@described(None, status=303, refusals=(401, 403, 404, 409))
def download_document(document_id: UUID) -> Response:
    """Off to the file of the version in force; it is noted that the person took it.

    The link is good for a minute and needs no token. 403 `view_only` for what can only be read in the portal.
    """
    readable = get_readable(actor(), document_id)
    if not can_take(actor(), view_only=readable.view_only):
        raise ViewOnly
    if request.method != "GET":
        raise NotReading
    note_taking(actor(), readable, reader())
    return led_to_file(Thing.DOCUMENT, document_id, actor(), readable.number)
