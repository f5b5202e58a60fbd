"""Folders of the library, for the staff: of the firm, of vehicles and accounts, and what was made in them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, flash, redirect, request, url_for
from werkzeug.wrappers import Response as Redirect
from wtforms import StringField
from wtforms.validators import InputRequired, Length

from portal.domain.documents.library.queries.documents import list_documents
from portal.domain.documents.library.queries.files import find_checks
from portal.domain.documents.library.queries.folders import find_root_folder, get_folder, list_root_folders
from portal.domain.documents.library.services.folders import create_folder, delete_folder, rename_folder
from portal.domain.documents.library.values.documents import DocumentFilter, DocumentState, DocumentType
from portal.domain.documents.library.values.files import VersionState
from portal.domain.documents.library.values.folders import FolderKind
from portal.domain.identity.access.policies import can
from portal.domain.identity.access.values import Permission
from portal.platform import clock
from portal.platform.errors import Conflict, DomainError, NotFound
from portal.platform.ids import name_key
from portal.platform.pagination import Page, decode_cursor
from portal.web.documents.document_forms import AUDIENCES, TYPES
from portal.web.toolkit.access import requires
from portal.web.toolkit.exports import Cell
from portal.web.toolkit.exports import export as export_rows
from portal.web.toolkit.forms import Form
from portal.web.toolkit.freshness import fresh_file
from portal.web.toolkit.page import fragment, page
from portal.web.toolkit.session import actor

blueprint = Blueprint("folders", __name__, url_prefix="/documents/folders")
PER_PAGE = 50
PER_READ = 500
LONGEST_SEARCH = 100
ROOTS = (FolderKind.VEHICLE, FolderKind.ACCOUNT)
NARROWING = ("q", "type", "period", "tag", "state")
COLUMNS = (
    "title", "type", "period", "account", "vehicle", "for", "state", "filed_at", "version", "pages", "bytes", "tags",
    "document",
)  # fmt: skip


class FolderForm(Form):
    """What a folder is called."""

    name = StringField("Name", [InputRequired("Give the folder a name."), Length(max=120)])


@blueprint.get("")
@requires(Permission.SEE_ALL_DOCUMENTS)
def index() -> Response:
    """The folders of vehicles or accounts by name, and that of the firm."""
    kind = request.args.get("kind", FolderKind.VEHICLE.value)
    if kind not in ROOTS:
        raise NotFound
    search = request.args.get("search", "").strip()[:LONGEST_SEARCH]
    after = decode_cursor(request.args["cursor"], str, UUID) if "cursor" in request.args else None
    found = list_root_folders(
        actor(), FolderKind(kind), search=search, after=(after[0], after[1]) if after else None, most=PER_PAGE + 1
    )
    shown = Page(found, PER_PAGE, lambda each: (name_key(each.name), each.id))
    again: dict[str, Any] = {"kind": kind, "search": search or None}
    return page(
        "documents/folders/index.html",
        folders=shown.items,
        of=kind,
        search=search,
        firm_folder_id=find_root_folder(actor(), FolderKind.FIRM, None),
        next_url=url_for("folders.index", **again, cursor=shown.next) if shown.next else None,
        may_edit=_may_edit(),
    )


@blueprint.get("/<uuid:folder_id>")
@requires(Permission.SEE_ALL_DOCUMENTS)
def show(folder_id: UUID) -> Response:
    """What lies in a folder."""
    opened = get_folder(actor(), folder_id)
    return page("documents/folders/show.html", opened=opened, may_edit=_may_edit(), **_shown(folder_id))


@blueprint.get("/<uuid:folder_id>/_documents")
@requires(Permission.SEE_ALL_DOCUMENTS)
def documents(folder_id: UUID) -> Response:
    """The list alone, asked for again while files are being checked."""
    opened = get_folder(actor(), folder_id)
    return fragment("documents/folders/_documents.html", opened=opened, may_edit=_may_edit(), **_shown(folder_id))


@blueprint.get("/<uuid:folder_id>/export.<kind>")
@requires(Permission.SEE_ALL_DOCUMENTS)
@fresh_file
def export(folder_id: UUID, kind: str) -> Response:
    """The list as a file."""
    get_folder(actor(), folder_id)
    return export_rows(kind, f"documents-{clock.today()}", COLUMNS, _rows(_criteria(folder_id)))


@blueprint.get("/<uuid:folder_id>/new")
@requires(Permission.EDIT_DOCUMENTS)
def new(folder_id: UUID) -> Response:
    """The form for a folder in this one."""
    return _form(folder_id, FolderForm(formdata=None))


@blueprint.post("/<uuid:folder_id>/new")
@requires(Permission.EDIT_DOCUMENTS)
def create(folder_id: UUID) -> Response | Redirect:
    """Make a folder in this one."""
    form = FolderForm()
    if form.validate():
        try:
            made = create_folder(actor(), folder_id, form.name.data)
        except (NotFound, Conflict):
            raise
        except DomainError as error:
            form.refuse(error)
        else:
            return redirect(url_for("folders.show", folder_id=made), 303)
    return _form(folder_id, form, 422)


@blueprint.get("/<uuid:folder_id>/rename")
@requires(Permission.EDIT_DOCUMENTS)
def edit(folder_id: UUID) -> Response:
    """The form for another name, and for deleting it."""
    opened = get_folder(actor(), folder_id)
    return _form(folder_id, FolderForm(formdata=None, data={"name": opened.folder.name}), again=True)


@blueprint.post("/<uuid:folder_id>/rename")
@requires(Permission.EDIT_DOCUMENTS)
def rename(folder_id: UUID) -> Response | Redirect:
    """Call it otherwise."""
    form = FolderForm()
    if form.validate():
        try:
            rename_folder(actor(), folder_id, form.name.data)
        except NotFound:
            raise
        except DomainError as error:
            form.refuse(error)
        else:
            return redirect(url_for("folders.show", folder_id=folder_id), 303)
    return _form(folder_id, form, 422, again=True)


@blueprint.post("/<uuid:folder_id>/delete")
@requires(Permission.EDIT_DOCUMENTS)
def delete(folder_id: UUID) -> Redirect:
    """Delete it, where it is empty."""
    try:
        above = delete_folder(actor(), folder_id)
    except Conflict as error:
        flash(error.message, "warn")
        return redirect(url_for("folders.show", folder_id=folder_id), 303)
    flash("The folder is deleted.", "good")
    return redirect(url_for("folders.show", folder_id=above), 303)


def _form(folder_id: UUID, form: FolderForm, status: int = 200, *, again: bool = False) -> Response:
    opened = get_folder(actor(), folder_id)
    return page("documents/folders/form.html", status, opened=opened, form=form, again=again)


def _shown(folder_id: UUID) -> dict[str, Any]:
    """A page of the folder's documents, and how their files fare in their checks."""
    place = decode_cursor(request.args["cursor"], datetime, UUID) if "cursor" in request.args else None
    found = list_documents(
        actor(), _criteria(folder_id), after=(place[0], place[1]) if place else None, most=PER_PAGE + 1
    )
    shown = Page(found, PER_PAGE, lambda each: (each.at.isoformat(), each.id))
    checks = find_checks(actor(), [each.id for each in shown.items])
    narrowed = _narrowed()
    return {
        "documents": shown.items,
        "checks": checks,
        "checking": any(check.state is VersionState.RECEIVED for check in checks.values()),
        "narrowed": narrowed,
        "types": TYPES,
        "audiences": AUDIENCES,
        "again_url": url_for("folders.documents", folder_id=folder_id, **_asked()),
        "next_url": url_for("folders.show", folder_id=folder_id, **narrowed, cursor=shown.next) if shown.next else None,
    }


def _asked() -> dict[str, Any]:
    return {name: request.args[name] for name in (*NARROWING, "cursor") if name in request.args}


def _narrowed() -> dict[str, Any]:
    return {name: value for name in NARROWING if (value := request.args.get(name, "").strip())}


def _criteria(folder_id: UUID) -> DocumentFilter:
    given = _narrowed()
    state, type_ = given.get("state"), given.get("type")
    return DocumentFilter(
        folder_id,
        type=DocumentType(type_) if type_ in set(DocumentType) else None,
        period=given.get("period", ""),
        tag=given.get("tag", ""),
        words=given.get("q", "")[:LONGEST_SEARCH],
        state=DocumentState(state) if state in set(DocumentState) else None,
    )


def _rows(criteria: DocumentFilter) -> Iterator[list[Cell]]:
    place: tuple[datetime, UUID] | None = None
    while found := list_documents(actor(), criteria, after=place, most=PER_READ):
        for each in found:
            yield [
                each.title, each.type.value, each.period, each.account, each.vehicle, each.audience.value,
                each.state.value, each.at.isoformat(), each.number, each.pages, each.size, ", ".join(each.tags),
                str(each.id),
            ]  # fmt: skip
        place = found[-1].at, found[-1].id


def _may_edit() -> bool:
    return can(actor(), Permission.EDIT_DOCUMENTS)
