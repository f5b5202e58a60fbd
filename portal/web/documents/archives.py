"""Several documents in one file."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, Response, flash, redirect, request, url_for
from werkzeug.wrappers import Response as Redirect

from portal.domain.documents.library.queries.documents import list_documents
from portal.domain.documents.library.values.documents import DocumentFilter
from portal.domain.documents.reading.errors import ArchiveGone, ArchiveOutdated, NothingChosen, NotReading, ViewOnly
from portal.domain.documents.reading.policies import can_take
from portal.domain.documents.reading.queries.archives import get_archive, list_archive_items, list_archives
from portal.domain.documents.reading.services.archives import request_archive, take_archive
from portal.domain.documents.reading.values.archives import MOST_DOCUMENTS
from portal.platform.file_links import Thing
from portal.platform.progress import find_progress
from portal.web.documents.labels import ARCHIVE_STATES, LEFT_OUT, TYPES
from portal.web.documents.pages import READERS
from portal.web.documents.readers import is_reading, reader
from portal.web.toolkit.access import requires_any
from portal.web.toolkit.page import fragment, page
from portal.web.toolkit.sending import led_to_file
from portal.web.toolkit.session import actor

blueprint = Blueprint("archives", __name__, url_prefix="/documents/archives")
MOST = 100


@blueprint.get("")
@requires_any(*READERS)
def index() -> Response:
    """The archives one asked for."""
    return page("documents/archives/index.html", archives=list_archives(actor()), states=ARCHIVE_STATES)


@blueprint.get("/new")
@requires_any(*READERS)
def new() -> Response:
    """Choose what goes into one."""
    return _choose()


@blueprint.post("")
@requires_any(*READERS)
def create() -> Response | Redirect:
    """Have the chosen ones put together: `document` for each."""
    chosen = request.form.getlist("document", type=UUID)
    try:
        archive_id = request_archive(actor(), chosen)
    except (NothingChosen, ViewOnly) as error:
        return _choose(error.message, 422)
    flash("The archive is being put together.", "good")
    return redirect(url_for("archives.show", archive_id=archive_id), 303)


@blueprint.get("/<uuid:archive_id>")
@requires_any(*READERS)
def show(archive_id: UUID) -> Response:
    """How far it is, what is in it and what is not."""
    return _show(archive_id)


@blueprint.get("/<uuid:archive_id>/_progress")
@requires_any(*READERS)
def progress(archive_id: UUID) -> Response:
    """The bar anew."""
    return fragment("documents/archives/_progress.html", **_progress(archive_id))


@blueprint.get("/<uuid:archive_id>/download")
@requires_any(*READERS)
def download(archive_id: UUID) -> Response | Redirect:
    """Off to the file, by a link that is good for a minute, while all that is in it is still theirs."""
    if not is_reading():
        raise NotReading
    try:
        take_archive(actor(), archive_id, reader())
    except (ArchiveGone, ArchiveOutdated) as error:
        return _show(archive_id, error.message, 409)
    return led_to_file(Thing.ARCHIVE, archive_id)


def _show(archive_id: UUID, problem: str | None = None, status: int = 200) -> Response:
    return page(
        "documents/archives/show.html",
        status,
        items=list_archive_items(actor(), archive_id),
        states=ARCHIVE_STATES,
        left_out=LEFT_OUT,
        problem=problem,
        **_progress(archive_id),
    )


def _progress(archive_id: UUID) -> dict[str, Any]:
    archive = get_archive(actor(), archive_id)
    return {"archive": archive, "progress": find_progress(archive_id)}


def _choose(problem: str | None = None, status: int = 200) -> Response:
    documents = list_documents(actor(), DocumentFilter(), most=MOST)
    return page(
        "documents/archives/new.html",
        status,
        documents=[each for each in documents if each.number is not None],
        may_take={each.id: can_take(actor(), view_only=each.view_only) for each in documents},
        types=TYPES,
        most=MOST_DOCUMENTS,
        problem=problem,
    )
