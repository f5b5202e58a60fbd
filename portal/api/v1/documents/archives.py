"""Several documents in one file."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

from flask import Response, request, url_for

from portal.api.answers import answer, led_to_file
from portal.api.auth import actor, requires_any
from portal.api.openapi import described
from portal.api.v1.documents.downloads import READERS, reader
from portal.api.v1.documents.reading_schemas import (
    ArchivedDocument,
    DocumentArchive,
    DocumentArchives,
    NewDocumentArchive,
    OpenedDocumentArchive,
)
from portal.api.v1.routes import v1
from portal.domain.documents.reading.errors import NotReading
from portal.domain.documents.reading.queries.archives import get_archive, list_archive_items, list_archives
from portal.domain.documents.reading.services.archives import request_archive, take_archive
from portal.domain.documents.reading.values.archives import Archive, ArchiveState
from portal.platform.file_links import Thing


@v1.get("/documents/archives")
@requires_any(*READERS)
@described(DocumentArchives)
def show_document_archives() -> Response:
    """The person's archives, newest first."""
    return answer(DocumentArchives([_item(each) for each in list_archives(actor())]))


@v1.post("/documents/archives")
@requires_any(*READERS)
@described(DocumentArchive, status=201, refusals=(401, 403, 404))
def request_document_archive(json: NewDocumentArchive) -> Response:
    """Have documents put into one file, each checked again when it is its turn.

    404 where one of them is not the person's to see; those that can only be read in the portal are left out.
    """
    archive_id = request_archive(actor(), json.documents)
    return answer(_item(get_archive(actor(), archive_id)), 201)


@v1.get("/documents/archives/<uuid:archive_id>")
@requires_any(*READERS)
@described(OpenedDocumentArchive, refusals=(401, 403, 404))
def show_document_archive(archive_id: UUID) -> Response:
    """How far an archive is, what is in it and what is not."""
    archive = get_archive(actor(), archive_id)
    items = [
        ArchivedDocument(each.document_id, each.path if each.title else None, each.left_out)
        for each in list_archive_items(actor(), archive_id)
    ]
    return answer(OpenedDocumentArchive(_item(archive), items))


@v1.get("/documents/archives/<uuid:archive_id>/download")
@requires_any(*READERS)
@described(None, status=303, refusals=(401, 403, 404, 409))
def download_document_archive(archive_id: UUID) -> Response:
    """Off to the file, while all that is in it is still the person's to take.

    The link is good for a minute and needs no token. 409 `archive_outdated` where something in it was closed since.
    """
    if request.method != "GET":
        raise NotReading
    take_archive(actor(), archive_id, reader())
    return led_to_file(Thing.ARCHIVE, archive_id, actor())


def _item(archive: Archive) -> DocumentArchive:
    ready = archive.state is ArchiveState.READY
    return DocumentArchive(
        archive.id,
        archive.state.value,
        archive.requested_at.astimezone(UTC).isoformat(),
        _moment(archive.ready_at),
        _moment(archive.expires_at),
        archive.documents,
        archive.added,
        archive.size if ready else None,
        archive.digest if ready else None,
        url_for("api.download_document_archive", archive_id=archive.id) if ready else None,
    )


def _moment(value: datetime | None) -> str | None:
    return None if value is None else value.astimezone(UTC).isoformat()
