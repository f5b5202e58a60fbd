"""Uploading documents: many files at once, filed together, each checked before anybody else gets it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, Response, flash, redirect, request, url_for
from werkzeug.wrappers import Response as Redirect

from portal.domain.documents.library.policies import can_publish
from portal.domain.documents.library.queries.folders import find_root_folder, get_folder
from portal.domain.documents.library.queries.uploads import find_uploads
from portal.domain.documents.library.services.receiving import receive_documents
from portal.domain.documents.library.values.documents import Audience
from portal.domain.documents.library.values.files import Arrival, Upload
from portal.domain.documents.library.values.folders import Folder, FolderKind, OpenedFolder
from portal.domain.documents.rooms.queries.members import get_matrix
from portal.domain.identity.access.values import Permission
from portal.domain.investments.vehicles.queries import list_vehicles
from portal.domain.people.investor_accounts.queries import list_accounts
from portal.platform.errors import DomainError, Invalid, NotFound
from portal.platform.resources import resources
from portal.web.documents.document_forms import UploadForm
from portal.web.documents.receiving import received
from portal.web.toolkit.access import requires
from portal.web.toolkit.page import page
from portal.web.toolkit.places import read_id
from portal.web.toolkit.session import actor
from portal.web.toolkit.translation import ngettext

blueprint = Blueprint("uploads", __name__, url_prefix="/documents/uploads")
MOST_CHOICES = 200


@blueprint.get("/new")
@requires(Permission.EDIT_DOCUMENTS)
def new() -> Response:
    """The form, filled with what the folder says."""
    opened = _opened()
    form = UploadForm(formdata=None, data=_of_root(opened.root))
    form.offer_room(opened)
    return _form(form, opened)


@blueprint.post("")
@requires(Permission.EDIT_DOCUMENTS)
def create() -> Response | Redirect:
    """File the files, or show the form again with what to mend."""
    form, opened = UploadForm(), _opened()
    form.offer_room(opened)
    if form.validate():
        try:
            count = _file(form, opened.folder.id)
        except NotFound:
            raise
        except DomainError as error:
            form.refuse(error)
        else:
            told = ngettext("%(num)s file is being checked.", "%(num)s files are being checked.", count)
            flash(str(told), "good")
            return redirect(url_for("folders.show", folder_id=opened.folder.id), 303)
    return _form(form, opened, 422)


def _file(form: UploadForm, folder_id: UUID) -> int:
    files, person = form.chosen(), actor()
    arrived = [each for each in find_uploads(person, form.upload_ids()) if each.finished]
    if len(arrived) < len(form.upload_ids()):
        raise Invalid(fields={"files": "A file that had arrived is no longer here. Choose the files once more."})
    if not files and not arrived:
        raise Invalid(fields={"files": "Choose at least one file."})
    titles = form.titles([*(each.name for each in arrived), *(each.filename or "" for each in files)])
    details = [form.details(person, title) for title in titles]
    publication, quota = form.publication(), resources().settings.documents_quota

    def file(arrivals: list[Arrival]) -> int:
        sources: list[Arrival | UUID] = [*(each.id for each in arrived), *arrivals]
        filed = list(zip(details, sources, strict=True))
        return len(receive_documents(person, folder_id, filed, quota=quota, publication=publication))

    return received(files, file)


def _opened() -> OpenedFolder:
    """The folder that the address names, or the firm's."""
    folder_id = read_id(request.values, "folder") or find_root_folder(actor(), FolderKind.FIRM, None)
    if folder_id is None:
        raise NotFound
    return get_folder(actor(), folder_id)


def _of_root(root: Folder) -> dict[str, Any]:
    """What the outermost folder says of what is filed in it."""
    if root.kind is FolderKind.ROOM:
        return {"audience": Audience.ROOM.value}
    if root.kind is FolderKind.ACCOUNT:
        return {"audience": Audience.ACCOUNT.value, "account": root.name}
    if root.kind is FolderKind.VEHICLE:
        return {"audience": Audience.VEHICLE.value, "vehicle": root.name}
    return {"audience": Audience.FIRM.value}


def _arrived(form: UploadForm) -> list[Upload]:
    """What has arrived in parts already, and stays so while the form is mended."""
    try:
        return [each for each in find_uploads(actor(), form.upload_ids()) if each.finished]
    except Invalid:
        return []


def _groups_seeing(opened: OpenedFolder) -> list[str] | None:
    """The groups of a room that see what is published in this folder; None where it lies in no room."""
    room_id = opened.root.subject_id
    if opened.root.kind is not FolderKind.ROOM or room_id is None:
        return None
    return [each.name for each in get_matrix(actor(), room_id).seeing(opened.folder.id)]


def _form(form: UploadForm, opened: OpenedFolder, status: int = 200) -> Response:
    return page(
        "documents/uploads/new.html",
        status,
        form=form,
        opened=opened,
        seen_by=_groups_seeing(opened),
        arrived=_arrived(form),
        accounts=[each.name for each in list_accounts(actor(), most=MOST_CHOICES)],
        vehicles=[each.name for each in list_vehicles(actor(), most=MOST_CHOICES)],
        may_publish=can_publish(actor()),
    )
