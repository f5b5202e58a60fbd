"""Documents as their readers find them: a list, one with its versions."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from uuid import UUID

from flask import Response

from portal.api.answers import versioned
from portal.api.auth import actor, requires_any
from portal.api.openapi import described
from portal.api.parsing import read_cursor
from portal.api.v1.documents.schemas import (
    DocumentDetail,
    DocumentItem,
    DocumentList,
    DocumentsQuery,
    VersionItem,
)
from portal.api.v1.routes import v1
from portal.domain.documents.library.queries.documents import get_document, list_documents
from portal.domain.documents.library.values.documents import (
    Document,
    DocumentFilter,
    DocumentSummary,
    DocumentType,
)
from portal.domain.documents.library.values.files import Version, VersionState
from portal.domain.identity.access.values import Permission
from portal.platform.pagination import Page

STATES = {
    VersionState.RECEIVED: "The file has arrived and is being checked. Nobody gets it before it has passed.",
    VersionState.RELEASED: "The file has passed its check.",
    VersionState.REFUSED: "The file was refused. Upload another one.",
}
SEEN_BY = (Permission.SEE_DOCUMENTS, Permission.SEE_ALL_DOCUMENTS)


@v1.get("/documents")
@requires_any(*SEEN_BY)
@described(DocumentList, refusals=(401, 403, 404))
def show_documents(query: DocumentsQuery) -> Response:
    """The documents you may see, newest first."""
    criteria = DocumentFilter(
        account_id=query.account,
        vehicle_id=query.vehicle,
        type=DocumentType(query.type) if query.type else None,
        period=query.period,
        tag=query.tag,
        words=query.q,
    )
    after = read_cursor(query.cursor, datetime, UUID)
    found = list_documents(actor(), criteria, after=after, most=query.limit + 1)
    page = Page(found, query.limit, lambda each: (each.at.isoformat(), each.id))
    return versioned(
        f"{page.items}|{page.next}", lambda: DocumentList([document_item(each) for each in page.items], page.next)
    )


@v1.get("/documents/<uuid:document_id>")
@requires_any(*SEEN_BY)
@described(DocumentDetail, refusals=(401, 403, 404))
def show_document(document_id: UUID) -> Response:
    """One document with its versions."""
    found = get_document(actor(), document_id)
    return versioned(f"{found}", lambda: document_detail(found))


def document_item(document: DocumentSummary) -> DocumentItem:
    """A document as an answer has it."""
    return DocumentItem(
        id=document.id,
        title=document.title,
        type=document.type.value,
        period=document.period,
        state=document.state.value,
        account=document.account or None,
        account_id=document.account_id,
        vehicle=document.vehicle or None,
        vehicle_id=document.vehicle_id,
        at=moment(document.at),
        view_only=document.view_only,
        must_acknowledge=document.must_acknowledge,
        tags=list(document.tags),
        version=document.number,
        kind=document.kind,
        size=document.size or None,
        pages=document.pages,
    )


def moment(value: datetime) -> str:
    """A moment as answers have it: ISO 8601 in UTC."""
    return value.astimezone(UTC).isoformat()


def words_of(state: VersionState, refusal: str | None) -> str:
    """How a file fared in its check, for people."""
    return refusal or STATES[state]


def document_detail(document: Document) -> DocumentDetail:
    """A document with its versions as an answer has it."""
    return DocumentDetail(
        **asdict(document_item(document.summary)),
        publish_at=moment(document.publish_at) if document.publish_at else None,
        published_at=moment(document.published_at) if document.published_at else None,
        expires_at=moment(document.details.expires_at) if document.details.expires_at else None,
        versions=[_version(each) for each in document.versions],
    )


def _version(version: Version) -> VersionItem:
    return VersionItem(
        number=version.number,
        state=version.state.value,
        message=words_of(version.state, version.refusal),
        name=version.name,
        kind=version.kind,
        size=version.size or None,
        sha256=version.digest,
        pages=version.pages,
        note=version.note,
        refusal=version.refusal,
        uploaded_at=moment(version.uploaded_at),
    )
