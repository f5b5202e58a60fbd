"""Importing history: a file, its columns, its preview, its posting, and taking it back."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from flask import Blueprint, Response, flash, redirect, request, url_for
from werkzeug.wrappers import Response as Redirect

from portal.domain.identity.access.values import Permission
from portal.domain.identity.record.queries import list_history
from portal.domain.investments.imports import policies
from portal.domain.investments.imports.errors import UnreadableFile
from portal.domain.investments.imports.queries.ground import find_later_position
from portal.domain.investments.imports.queries.imports import (
    find_same_file,
    get_import,
    get_starting_options,
    list_import_vehicles,
    list_imports,
)
from portal.domain.investments.imports.services.checks import choose_import_options, stop_import
from portal.domain.investments.imports.services.postings import queue_posting, queue_undo
from portal.domain.investments.imports.services.uploads import discard_import, replace_import_file, start_import
from portal.domain.investments.imports.values.records import Import, ImportState
from portal.domain.investments.imports.values.tables import ImportKind
from portal.platform.errors import Conflict, Invalid, NotFound
from portal.platform.pagination import Page, decode_cursor
from portal.web.investments.import_forms import FIELD_NAMES, ColumnsForm, FileForm, columns_form, filled_with
from portal.web.investments.import_views import preview_of, progress_of
from portal.web.toolkit.access import requires
from portal.web.toolkit.page import fragment, page
from portal.web.toolkit.session import actor

blueprint = Blueprint("imports", __name__, url_prefix="/investments/imports")
MOST = 50
PREPARE = Permission.PREPARE_IMPORTS
DONE = {ImportState.POSTED, ImportState.UNDONE}


@blueprint.get("")
@requires(PREPARE)
def index() -> Response:
    """All imports, newest first."""
    place = decode_cursor(request.args["cursor"], datetime, UUID) if "cursor" in request.args else None
    rows = list_imports(actor(), before=None if place is None else (place[0], place[1]), most=MOST + 1)
    found = Page(rows, MOST, lambda each: (each.created_at.isoformat(), each.id))
    next_url = url_for("imports.index", cursor=found.next) if found.next else None
    return page("investments/imports/index.html", imports=found.items, next_url=next_url)


@blueprint.get("/new")
@requires(PREPARE)
def new() -> Response:
    """The form for a file."""
    return page("investments/imports/new.html", form=FileForm(formdata=None))


@blueprint.post("")
@requires(PREPARE)
def create() -> Response | Redirect:
    """An import of the uploaded file, or the form again with what is wrong with it."""
    form = FileForm()
    if form.validate():
        name, content = form.upload()
        try:
            return _to(start_import(actor(), name=name, content=content))
        except UnreadableFile as error:
            form.file.errors = [error.message]
    return page("investments/imports/new.html", 422, form=form)


@blueprint.get("/<uuid:import_id>")
@requires(PREPARE)
def show(import_id: UUID) -> Response | Redirect:
    """How an import stands: its progress, its preview, or what came of it."""
    found = get_import(actor(), import_id)
    if found.state is ImportState.UPLOADED:
        return redirect(url_for("imports.choose", import_id=import_id), 303)
    return _show(found, FileForm(formdata=None))


def _show(found: Import, form: FileForm, status: int = 200) -> Response:
    """The page of an import's state; `form` is that for a corrected file."""
    if found.running:
        return page("investments/imports/progress.html", found=found, bar=progress_of(found))
    if found.state is ImportState.FAILED:
        return page("investments/imports/failed.html", status, found=found, form=form)
    if found.state in DONE:
        vehicles, count = list_import_vehicles(actor(), found.id) if found.state is ImportState.POSTED else ([], 0)
        return page(
            "investments/imports/done.html",
            found=found,
            names=FIELD_NAMES,
            vehicles=vehicles,
            vehicle_count=count,
            history=list_history(actor(), f"import:{found.id}"),
        )
    preview = preview_of(actor(), found, request.args)
    return page(
        "investments/imports/preview.html",
        status,
        found=found,
        form=form,
        names=FIELD_NAMES,
        preview=preview,
        file_problems=[(None, FIELD_NAMES.get(each.field), each.message) for each in preview.summary.file_problems],
        may_post=policies.can_post(actor(), found),
        may_replace=policies.can_replace_file(actor(), found),
        may_discard=policies.can_discard(actor(), found),
    )


@blueprint.get("/<uuid:import_id>/_progress")
@requires(PREPARE)
def progress(import_id: UUID) -> Response:
    """The bar alone, asked for each second until the job is done."""
    found = get_import(actor(), import_id)
    return fragment("investments/imports/_progress.html", found=found, bar=progress_of(found), eager=False)


@blueprint.get("/<uuid:import_id>/columns")
@requires(PREPARE)
def choose(import_id: UUID) -> Response | Redirect:
    """The columns to choose; ?kind= shows those of the other kind."""
    found = get_import(actor(), import_id)
    if not policies.can_choose_options(actor(), found) or found.layout is None or found.options is None:
        return _to(import_id)
    kind = request.args.get("kind", found.options.kind.value)
    if kind not in set(ImportKind):
        raise NotFound
    options = found.options
    if kind != options.kind:
        options = get_starting_options(actor(), found.layout.header, ImportKind(kind))
    return _choose(found, filled_with(options, found.layout))


@blueprint.post("/<uuid:import_id>/columns")
@requires(PREPARE)
def check(import_id: UUID) -> Response | Redirect:
    """Have the file checked with what was chosen, or the form again."""
    found = get_import(actor(), import_id)
    kind = request.args.get("kind", "")
    if found.layout is None or found.options is None or kind not in set(ImportKind):
        raise NotFound
    form = columns_form(ImportKind(kind))().offer(found.layout, found.options)
    if form.validate():
        try:
            choose_import_options(actor(), import_id, form.options())
        except Invalid as error:
            form.refuse(error)
        else:
            return _to(import_id)
    return _choose(found, form, 422)


def _choose(found: Import, form: ColumnsForm, status: int = 200) -> Response:
    return page(
        "investments/imports/columns.html",
        status,
        found=found,
        form=form,
        same=find_same_file(actor(), found.id),
        may_discard=policies.can_discard(actor(), found),
    )


@blueprint.post("/<uuid:import_id>/file")
@requires(PREPARE)
def replace(import_id: UUID) -> Response | Redirect:
    """Put a corrected file in the place of this one, or say what is wrong with it."""
    form = FileForm()
    if form.validate():
        name, content = form.upload()
        try:
            replace_import_file(actor(), import_id, name=name, content=content)
        except UnreadableFile as error:
            form.file.errors = [error.message]
        else:
            return _to(import_id)
    return _show(get_import(actor(), import_id), form, 422)


@blueprint.post("/<uuid:import_id>/post")
@requires(PREPARE)
def post(import_id: UUID) -> Redirect:
    """Post what the preview shows."""
    try:
        queue_posting(actor(), import_id, attempt=request.form.get("attempt", -1, type=int))
    except Conflict as error:
        flash(error.message, "warn")
    return _to(import_id)


@blueprint.post("/<uuid:import_id>/stop")
@requires(PREPARE)
def stop(import_id: UUID) -> Redirect:
    """Stop the job that is at it."""
    try:
        stop_import(actor(), import_id)
        flash("It is stopped. Nothing was posted.", "info")
    except Conflict as error:
        flash(error.message, "warn")
    return _to(import_id)


@blueprint.get("/<uuid:import_id>/undo")
@requires(PREPARE)
def confirm_undo(import_id: UUID) -> Response:
    """What undoing does, and whether it can be done."""
    found = get_import(actor(), import_id)
    reason = find_later_position(actor(), import_id)
    return page("investments/imports/undo.html", found=found, reason=reason)


@blueprint.post("/<uuid:import_id>/undo")
@requires(PREPARE)
def undo(import_id: UUID) -> Redirect:
    """Take back what was posted."""
    try:
        queue_undo(actor(), import_id)
    except Conflict as error:
        flash(error.message, "bad")
    return _to(import_id)


@blueprint.get("/<uuid:import_id>/discard")
@requires(PREPARE)
def confirm_discard(import_id: UUID) -> Response:
    """What discarding does."""
    return page("investments/imports/discard.html", found=get_import(actor(), import_id))


@blueprint.post("/<uuid:import_id>/discard")
@requires(PREPARE)
def discard(import_id: UUID) -> Redirect:
    """Forget an import that was never posted."""
    discard_import(actor(), import_id)
    flash("The import is discarded.", "good")
    return redirect(url_for("imports.index"), 303)


def _to(import_id: UUID) -> Redirect:
    return redirect(url_for("imports.show", import_id=import_id), 303)
