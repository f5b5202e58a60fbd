"""Filing documents and further versions of them: whole, or in parts."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar
from uuid import UUID

from flask import Response, request, url_for

from portal.api.answers import answer, nothing
from portal.api.auth import actor, requires_any
from portal.api.openapi import described
from portal.api.v1.documents.documents import STATES, moment, words_of
from portal.api.v1.documents.receiving import kept_file
from portal.api.v1.documents.upload_schemas import (
    DocumentVersion,
    DocumentVersions,
    FileForm,
    NewDocument,
    NewUpload,
    NewVersion,
    PartQuery,
    ReceivedFile,
    UploadState,
)
from portal.api.v1.routes import v1
from portal.domain.documents.library.queries.documents import get_document
from portal.domain.documents.library.queries.folders import find_root_folder, get_folder
from portal.domain.documents.library.queries.uploads import find_uploads
from portal.domain.documents.library.services.receiving import receive_documents, receive_version
from portal.domain.documents.library.services.uploads import PART, add_part, cancel_upload, start_upload
from portal.domain.documents.library.values.documents import Audience, DocumentDetails, DocumentType, Publication
from portal.domain.documents.library.values.files import Arrival, Upload, Version, VersionState
from portal.domain.documents.library.values.folders import FolderKind
from portal.domain.documents.library.values.writing import end_of, title_of
from portal.domain.identity.access.values import Permission
from portal.platform.errors import Invalid, NotFound
from portal.platform.resources import resources

R = TypeVar("R")
EDIT = Permission.EDIT_DOCUMENTS
OCTETS = "application/octet-stream"


@v1.post("/documents")
@requires_any(EDIT)
@described(ReceivedFile, status=202, refusals=(401, 403, 404, 409))
def file_document(form: NewDocument) -> Response:
    """File a document. Its file lies in quarantine until it was checked; whom it is for sees it once it is published.

    409 `quota_exceeded` where the firm has no room left, `for_staff_only` where it is to be published for nobody.
    """
    publication, quota = _publication(form), resources().settings.documents_quota
    details, folder_id = _details(form), _folder_of(form)
    (document_id,) = _with_file(
        form,
        lambda arrival: receive_documents(
            actor(), folder_id, [(details, arrival)], quota=quota, publication=publication
        ),
    )
    return _received(document_id, 1)


@v1.get("/documents/<uuid:document_id>/versions")
@requires_any(Permission.SEE_ALL_DOCUMENTS)
@described(DocumentVersions, refusals=(401, 403, 404))
def show_document_versions(document_id: UUID) -> Response:
    """All versions of a document, how each fared in its check, who brought it and what changed; for staff."""
    document = get_document(actor(), document_id)
    return answer(DocumentVersions([_version(each, document.published_version) for each in document.versions]))


@v1.post("/documents/<uuid:document_id>/versions")
@requires_any(EDIT)
@described(ReceivedFile, status=202, refusals=(401, 403, 404, 409))
def add_document_version(form: NewVersion, document_id: UUID) -> Response:
    """Another file for a document. Readers keep the version before it until this one is published."""
    get_document(actor(), document_id)
    quota = resources().settings.documents_quota
    number = _with_file(
        form, lambda arrival: receive_version(actor(), document_id, arrival, note=form.note, quota=quota)
    )
    return _received(document_id, number)


@v1.post("/documents/uploads")
@requires_any(EDIT)
@described(UploadState, status=201, refusals=(401, 403, 409))
def start_file_upload(json: NewUpload) -> Response:
    """Begin a large file, which comes in parts; 409 `too_many_uploads` where too many are under way."""
    return answer(_upload(start_upload(actor(), name=json.name, size=json.size)), 201)


@v1.get("/documents/uploads/<uuid:upload_id>")
@requires_any(EDIT)
@described(UploadState, refusals=(401, 403, 404))
def show_file_upload(upload_id: UUID) -> Response:
    """How much of a file has arrived: where a broken upload goes on."""
    found = find_uploads(actor(), [upload_id])
    if not found:
        raise NotFound
    return answer(_upload(found[0]))


@v1.put("/documents/uploads/<uuid:upload_id>")
@requires_any(EDIT)
@described(UploadState, refusals=(401, 403, 404, 409), takes=OCTETS)
def add_file_part(query: PartQuery, upload_id: UUID) -> Response:
    """The next part of a file. What arrived before is answered as before; 409 `wrong_offset` for what does not follow
    it."""
    content = request.get_data()
    return answer(_upload(add_part(actor(), upload_id, offset=query.offset, content=content)))


@v1.delete("/documents/uploads/<uuid:upload_id>")
@requires_any(EDIT)
@described(None, status=204, refusals=(401, 403, 404))
def cancel_file_upload(upload_id: UUID) -> Response:
    """Throw away what has arrived of a file."""
    cancel_upload(actor(), upload_id)
    return nothing()


def _with_file(form: FileForm, act: Callable[[Arrival | UUID], R]) -> R:
    """What `act` answers to the file of a form, or to the upload by which it arrived."""
    if (form.file is None) == (form.upload is None):
        raise Invalid(fields={"file": "Send a file, or name the upload by which it arrived."})
    if form.file is not None:
        return kept_file(form.file, act)
    assert form.upload is not None
    return act(form.upload)


def _details(form: NewDocument) -> DocumentDetails:
    return DocumentDetails(
        form.title.strip() or _title(form),
        DocumentType(form.type),
        Audience(form.audience),
        form.period.strip().upper(),
        form.account,
        form.vehicle,
        expires_at=end_of(form.expires_on) if form.expires_on else None,
        view_only=form.view_only,
        must_acknowledge=form.must_acknowledge,
        tags=tuple(dict.fromkeys(tag.strip() for tag in form.tags if tag.strip())),
    )


def _title(form: NewDocument) -> str:
    """The title that the file's own name makes."""
    if form.file is not None:
        return title_of(form.file.filename or "")
    arrived = find_uploads(actor(), [form.upload]) if form.upload else []
    return title_of(arrived[0].name if arrived else "")


def _folder_of(form: NewDocument) -> UUID:
    """Where a document is filed: where it says, else in the folder of its account, its vehicle or the firm."""
    person = actor()
    in_room = form.folder is not None and get_folder(person, form.folder).root.kind is FolderKind.ROOM
    if form.audience == Audience.ROOM.value and not in_room:
        raise Invalid(fields={"audience": "Name a folder that lies in a data room."})
    if form.folder is not None:
        return form.folder
    wanted = {"account": (FolderKind.ACCOUNT, form.account), "vehicle": (FolderKind.VEHICLE, form.vehicle)}
    kind, subject_id = wanted.get(form.audience, (FolderKind.FIRM, None))
    found = find_root_folder(person, kind, subject_id) or find_root_folder(person, FolderKind.FIRM, None)
    if found is None:
        raise NotFound
    return found


def _publication(form: NewDocument) -> Publication | None:
    if form.publish:
        return Publication(form.publish_at, form.tell)
    if form.publish_at is not None:
        raise Invalid(fields={"publish_at": "Say publish=true with it, or leave it out."})
    return None


def _received(document_id: UUID, number: int) -> Response:
    state = VersionState.RECEIVED
    response = answer(ReceivedFile(document_id, number, state.value, STATES[state]), 202)
    response.headers["Location"] = url_for("api.show_document", document_id=document_id)
    return response


def _version(version: Version, published: int | None) -> DocumentVersion:
    return DocumentVersion(
        number=version.number,
        state=version.state.value,
        message=words_of(version.state, version.refusal),
        name=version.name,
        kind=version.kind,
        size=version.size or None,
        sha256=version.digest,
        pages=version.pages,
        removed=list(version.removed),
        note=version.note,
        uploaded_by=version.uploader or None,
        uploaded_at=moment(version.uploaded_at),
        in_force=version.number == published,
    )


def _upload(upload: Upload) -> UploadState:
    return UploadState(upload.id, upload.name, upload.size, upload.received, upload.finished, PART)
