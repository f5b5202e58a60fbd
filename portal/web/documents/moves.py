"""Moving a document: one walks to the folder it is to lie in."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, Response, flash, request
from werkzeug.wrappers import Response as Redirect

from portal.domain.documents.library.queries.documents import get_document
from portal.domain.documents.library.queries.folders import find_root_folder, get_folder, list_root_folders
from portal.domain.documents.library.services.describing import move_document
from portal.domain.documents.library.values.folders import Folder, FolderKind
from portal.domain.identity.access.values import Permission
from portal.platform.errors import Conflict, NotFound
from portal.web.documents.folders import LONGEST_SEARCH
from portal.web.documents.handling import to_document
from portal.web.toolkit.access import requires
from portal.web.toolkit.page import page
from portal.web.toolkit.places import read_id
from portal.web.toolkit.session import actor

blueprint = Blueprint("moves", __name__, url_prefix="/documents/moves")
MOST = 20


@blueprint.get("/<uuid:document_id>")
@requires(Permission.EDIT_DOCUMENTS)
def choose(document_id: UUID) -> Response:
    """A folder with those in it, to begin with the one it lies in; or those of vehicles and accounts of a name."""
    document = get_document(actor(), document_id)
    search = request.args.get("search", "").strip()[:LONGEST_SEARCH]
    opened = get_folder(actor(), read_id(request.args, "folder") or document.summary.folder_id)
    return page(
        "documents/moves/choose.html",
        document=document,
        opened=opened,
        search=search,
        found=_roots(search) if search else [],
        firm_folder_id=find_root_folder(actor(), FolderKind.FIRM, None),
    )


@blueprint.post("/<uuid:document_id>")
@requires(Permission.EDIT_DOCUMENTS)
def move(document_id: UUID) -> Redirect:
    """Put it there."""
    folder_id = read_id(request.form, "folder")
    if folder_id is None:
        raise NotFound
    try:
        move_document(actor(), document_id, folder_id)
    except Conflict as error:
        flash(error.message, "warn")
    else:
        flash("It is moved. Whom it is for has not changed.", "good")
    return to_document(document_id)


def _roots(search: str) -> list[Folder]:
    asked: dict[str, Any] = {"search": search, "most": MOST}
    kinds = (FolderKind.VEHICLE, FolderKind.ACCOUNT)
    return [each for kind in kinds for each in list_root_folders(actor(), kind, **asked)]
