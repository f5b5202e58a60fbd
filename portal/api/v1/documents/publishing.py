"""Letting people see documents, and taking them back."""

from __future__ import annotations

from uuid import UUID

from flask import Response

from portal.api.answers import answer
from portal.api.auth import actor, requires_any
from portal.api.openapi import described
from portal.api.v1.documents.documents import document_detail
from portal.api.v1.documents.schemas import DocumentDetail
from portal.api.v1.documents.share_schemas import NewPublication
from portal.api.v1.routes import v1
from portal.domain.documents.library.queries.documents import get_document
from portal.domain.documents.library.services.publishing import (
    archive_document,
    publish_document,
    unschedule_document,
)
from portal.domain.identity.access.values import Permission

PUBLISH = Permission.PUBLISH_DOCUMENTS


@v1.post("/documents/<uuid:document_id>/publish")
@requires_any(PUBLISH)
@described(DocumentDetail, refusals=(401, 403, 404, 409))
def publish_checked_document(json: NewPublication, document_id: UUID) -> Response:
    """Let those a document is for see its latest version, now or at a moment to come.

    409 `not_checked` where its file has not passed its check, `other_version` where another file was uploaded since,
    `names_others` where it names another investor.
    """
    publish_document(actor(), document_id, at=json.at, tell=json.tell, number=json.version)
    return _as_it_is(document_id)


@v1.post("/documents/<uuid:document_id>/unschedule")
@requires_any(PUBLISH)
@described(DocumentDetail, refusals=(401, 403, 404, 409))
def unschedule_waiting_document(document_id: UUID) -> Response:
    """Make a document that waits for its moment a draft again."""
    unschedule_document(actor(), document_id)
    return _as_it_is(document_id)


@v1.post("/documents/<uuid:document_id>/archive")
@requires_any(PUBLISH)
@described(DocumentDetail, refusals=(401, 403, 404, 409))
def archive_published_document(document_id: UUID) -> Response:
    """Take a document from those who could see it; staff keep it."""
    archive_document(actor(), document_id)
    return _as_it_is(document_id)


def _as_it_is(document_id: UUID) -> Response:
    return answer(document_detail(get_document(actor(), document_id)))
