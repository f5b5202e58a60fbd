"""Whom a document names beside those it is for, and letting it go all the same."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, Response, flash, redirect, url_for
from werkzeug.wrappers import Response as Redirect

from portal.domain.documents.filing.queries.recipients import get_recipient_check
from portal.domain.documents.filing.services.recipients import clear_stranger, confirm_pages
from portal.domain.documents.filing.values.evidence import EvidenceKind
from portal.domain.documents.library.policies import can_publish
from portal.domain.documents.library.queries.documents import get_document
from portal.domain.identity.access.values import Permission
from portal.platform.errors import DomainError, NotFound
from portal.web.documents.filing_forms import ReasonForm
from portal.web.toolkit.access import requires
from portal.web.toolkit.page import page
from portal.web.toolkit.session import actor

blueprint = Blueprint("recipients", __name__, url_prefix="/documents/recipients")
KINDS = {
    EvidenceKind.NAME: "Name",
    EvidenceKind.TAX_NUMBER: "Tax number",
    EvidenceKind.EMAIL: "E-mail address",
}


@blueprint.get("/<uuid:document_id>")
@requires(Permission.SEE_ALL_DOCUMENTS)
def index(document_id: UUID) -> Response:
    """Whom the latest version names."""
    return _show(document_id, ReasonForm(formdata=None))


@blueprint.post("/<uuid:document_id>/<uuid:version_id>/<kind>/<uuid:subject_id>")
@requires(Permission.PUBLISH_DOCUMENTS)
def clear(document_id: UUID, version_id: UUID, kind: str, subject_id: UUID) -> Response | Redirect:
    """Say why somebody may be named, or the page again."""
    form = ReasonForm()
    if kind not in set(KINDS):
        raise NotFound
    if form.validate():
        try:
            clear_stranger(
                actor(),
                document_id,
                version_id,
                subject_id=subject_id,
                kind=EvidenceKind(kind),
                reason=form.reason.data,
            )
        except DomainError as error:
            if not error.fields:
                raise
            form.refuse(error)
        else:
            flash("It is noted that they may be named.", "good")
            return redirect(url_for("recipients.index", document_id=document_id), 303)
    return _show(document_id, form, 422, wrong=(subject_id, kind))


@blueprint.post("/<uuid:document_id>/<uuid:version_id>/pages")
@requires(Permission.PUBLISH_DOCUMENTS)
def confirm(document_id: UUID, version_id: UUID) -> Redirect:
    """Say that one has looked at the pages that cannot be read."""
    confirm_pages(actor(), document_id, version_id)
    flash("It is noted that you looked at these pages.", "good")
    return redirect(url_for("recipients.index", document_id=document_id), 303)


def _show(document_id: UUID, form: ReasonForm, status: int = 200, *, wrong: tuple[UUID, str] | None = None) -> Response:
    document = get_document(actor(), document_id)
    check = None
    if document.versions:
        check = get_recipient_check(actor(), document_id, document.versions[0].id, planned=True)
    return page(
        "documents/recipients/index.html",
        status,
        document=document,
        check=check,
        kinds=KINDS,
        form=form,
        wrong=wrong,
        may_clear=can_publish(actor()),
    )
