"""“I have read this”."""

from __future__ import annotations

from datetime import UTC
from uuid import UUID

from flask import Response

from portal.api.answers import answer, nothing
from portal.api.auth import actor, requires_any
from portal.api.openapi import described
from portal.api.v1.documents.downloads import reader
from portal.api.v1.documents.reading_schemas import AcknowledgedVersion, DocumentAcknowledgement
from portal.api.v1.routes import v1
from portal.domain.documents.reading.queries.acknowledgements import find_acknowledgement
from portal.domain.documents.reading.queries.pages import get_readable
from portal.domain.documents.reading.services.acknowledgements import acknowledge_document
from portal.domain.documents.reading.values.acknowledgements import text_for
from portal.domain.identity.access.values import Permission


@v1.get("/documents/<uuid:document_id>/acknowledgement")
@requires_any(Permission.SEE_DOCUMENTS)
@described(DocumentAcknowledgement, refusals=(401, 403, 404))
def show_acknowledgement(document_id: UUID) -> Response:
    """What the person is asked to say of the version in force, or has said."""
    readable = get_readable(actor(), document_id)
    found = find_acknowledgement(actor(), readable.version_id)
    return answer(
        DocumentAcknowledgement(
            readable.version_id,
            readable.number,
            readable.digest,
            readable.must_acknowledge,
            found.said if found else text_for(readable.title, readable.number),
            found.at.astimezone(UTC).isoformat() if found else None,
        )
    )


@v1.put("/documents/<uuid:document_id>/acknowledgement")
@requires_any(Permission.SEE_DOCUMENTS)
@described(None, status=204, refusals=(401, 403, 404, 409))
def acknowledge_read_document(json: AcknowledgedVersion, document_id: UUID) -> Response:
    """Say that one has read a version, in the words that were shown; saying it again changes nothing.

    409 `version_replaced` where another version is in force: show that one. 409 `nothing_to_acknowledge` where nobody
    asks.
    """
    acknowledge_document(actor(), document_id, json.version_id, reader())
    return nothing()
