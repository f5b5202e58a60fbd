"""What the staff do with a document: its details, versions and moments, for whom it is, taking it back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, flash, redirect, url_for
from werkzeug.wrappers import Response as Redirect

from portal.domain.documents.filing.queries.recipients import get_recipient_check
from portal.domain.documents.filing.services.recipients import confirm_pages
from portal.domain.documents.library.queries.documents import get_document
from portal.domain.documents.library.queries.folders import get_folder
from portal.domain.documents.library.queries.recipients import list_recipients
from portal.domain.documents.library.services.describing import describe_document
from portal.domain.documents.library.services.keeping import delete_document, restore_document
from portal.domain.documents.library.services.publishing import (
    archive_document,
    publish_document,
    unschedule_document,
)
from portal.domain.documents.library.services.receiving import receive_version
from portal.domain.documents.library.values.documents import Document, DocumentState
from portal.domain.documents.library.values.files import Arrival
from portal.domain.identity.access.values import Permission
from portal.domain.identity.accounts.queries import find_user_names
from portal.domain.investments.vehicles.queries import list_vehicles
from portal.domain.people.investor_accounts.queries import list_accounts
from portal.platform.errors import Conflict, DomainError, Forbidden, NotFound
from portal.platform.resources import resources
from portal.web.documents.document_forms import AUDIENCES, TYPES, EditForm, PublishForm, VersionForm, filled_with
from portal.web.documents.document_views import for_staff
from portal.web.documents.receiving import received
from portal.web.documents.uploads import MOST_CHOICES
from portal.web.toolkit.access import requires
from portal.web.toolkit.forms import Form
from portal.web.toolkit.page import fragment, page
from portal.web.toolkit.session import actor

blueprint = Blueprint("handling", __name__, url_prefix="/documents/handling")
NAMED = 12


@blueprint.get("/<uuid:document_id>")
@requires(Permission.SEE_ALL_DOCUMENTS)
def show(document_id: UUID) -> Response:
    """The document, as those see it who handle it."""
    return show_document(get_document(actor(), document_id))


@blueprint.get("/<uuid:document_id>/_versions")
@requires(Permission.SEE_ALL_DOCUMENTS)
def versions(document_id: UUID) -> Response:
    """Its files alone, asked for again while one is being checked."""
    document = get_document(actor(), document_id)
    return fragment("documents/handling/_versions.html", document=document, staff=for_staff(document))


@blueprint.get("/<uuid:document_id>/edit")
@requires(Permission.EDIT_DOCUMENTS)
def edit(document_id: UUID) -> Response:
    """The form of what is said of it."""
    document = get_document(actor(), document_id)
    form = filled_with(document)
    form.offer_room(get_folder(actor(), document.summary.folder_id))
    return _edit(document, form)


@blueprint.post("/<uuid:document_id>/edit")
@requires(Permission.EDIT_DOCUMENTS)
def change(document_id: UUID) -> Response | Redirect:
    """Say other things of it."""
    document, form = get_document(actor(), document_id), EditForm()
    form.offer_room(get_folder(actor(), document.summary.folder_id))
    if form.validate():
        try:
            describe_document(actor(), document_id, form.details(actor(), form.title.data), seen=form.seen.data or None)
        except NotFound:
            raise
        except DomainError as error:
            form.refuse(error)
        else:
            flash("Saved.", "good")
            return to_document(document_id)
    return _edit(document, form, 422)


@blueprint.post("/<uuid:document_id>/versions")
@requires(Permission.EDIT_DOCUMENTS)
def add_version(document_id: UUID) -> Response | Redirect:
    """Another file in the place of the one before."""
    document, form = get_document(actor(), document_id), VersionForm()

    def file(arrivals: list[Arrival]) -> int:
        quota = resources().settings.documents_quota
        return receive_version(actor(), document_id, arrivals[0], note=form.note.data or "", quota=quota)

    if form.validate():
        try:
            received([form.file.data], file)
        except NotFound:
            raise
        except DomainError as error:
            form.refuse(error)
        else:
            flash("The file is being checked. Readers keep the version before it until this one is published.", "good")
            return to_document(document_id)
    return show_document(document, 422, refused=form)


@blueprint.get("/<uuid:document_id>/publish")
@requires(Permission.PUBLISH_DOCUMENTS)
def confirm(document_id: UUID) -> Response:
    """Who will see it, and when."""
    return _confirm(get_document(actor(), document_id), PublishForm(formdata=None))


@blueprint.post("/<uuid:document_id>/publish")
@requires(Permission.PUBLISH_DOCUMENTS)
def publish(document_id: UUID) -> Response | Redirect:
    """Let those it is for see it, now or at a moment to come."""
    document, form = get_document(actor(), document_id), PublishForm()
    if form.validate():
        try:
            number = form.number.data or document.latest_version
            looked_at = next((each for each in document.versions if each.number == number), None)
            if form.looked.data and looked_at is not None:
                confirm_pages(actor(), document_id, looked_at.id)
            state = publish_document(actor(), document_id, at=form.moment(), tell=form.tell.data, number=number)
        except NotFound:
            raise
        except DomainError as error:
            form.refuse(error)
        else:
            flash("It is published." if state is DocumentState.PUBLISHED else "It is scheduled.", "good")
            return to_document(document_id)
    return _confirm(document, form, 422)


@blueprint.post("/<uuid:document_id>/unschedule")
@requires(Permission.PUBLISH_DOCUMENTS)
def unschedule(document_id: UUID) -> Redirect:
    """Make it a draft again."""
    return _do(document_id, unschedule_document, "It is a draft again.")


@blueprint.post("/<uuid:document_id>/archive")
@requires(Permission.PUBLISH_DOCUMENTS)
def archive(document_id: UUID) -> Redirect:
    """Take it from those who see it."""
    return _do(document_id, archive_document, "It is archived: only staff see it.")


@blueprint.post("/<uuid:document_id>/delete")
@requires(Permission.EDIT_DOCUMENTS)
def delete(document_id: UUID) -> Redirect:
    """Take it from everybody; it can be brought back for a while."""
    return _do(document_id, delete_document, "It is deleted. It can be brought back for 30 days.")


@blueprint.post("/<uuid:document_id>/restore")
@requires(Permission.EDIT_DOCUMENTS)
def restore(document_id: UUID) -> Redirect:
    """Bring it back."""
    return _do(document_id, restore_document, "It is back. Nobody outside the staff sees it.")


def _do(document_id: UUID, act: Callable[[Any, UUID], None], told: str) -> Redirect:
    try:
        act(actor(), document_id)
    except (Conflict, Forbidden) as error:
        flash(error.message, "warn")
    else:
        flash(told, "good")
    return to_document(document_id)


def _edit(document: Document, form: EditForm, status: int = 200) -> Response:
    return page(
        "documents/handling/edit.html",
        status,
        document=document,
        form=form,
        accounts=[each.name for each in list_accounts(actor(), most=MOST_CHOICES)],
        vehicles=[each.name for each in list_vehicles(actor(), most=MOST_CHOICES)],
    )


def _confirm(document: Document, form: PublishForm, status: int = 200) -> Response:
    reached = list_recipients(actor(), document.id)
    check = get_recipient_check(actor(), document.id, document.versions[0].id) if document.versions else None
    return page(
        "documents/handling/publish.html",
        status,
        document=document,
        form=form,
        audiences=AUDIENCES,
        names=sorted(find_user_names(actor(), reached[:NAMED]).values()),
        reached=len(reached),
        unseen=check.unseen if check else 0,
    )


def show_document(document: Document, status: int = 200, *, refused: Form | None = None) -> Response:
    """The page; `refused` is the form on it that has something to mend."""
    return page(
        "documents/handling/show.html",
        status,
        document=document,
        types=TYPES,
        audiences=AUDIENCES,
        staff=for_staff(document, refused),
    )


def to_document(document_id: UUID) -> Redirect:
    """Back to the page."""
    return redirect(url_for("handling.show", document_id=document_id), 303)
