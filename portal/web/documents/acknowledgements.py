"""“I have read this”: said by readers, followed by staff."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, Response, flash, redirect, url_for
from werkzeug.wrappers import Response as Redirect
from wtforms import BooleanField, HiddenField, validators

from portal.domain.documents.library.queries.documents import get_document
from portal.domain.documents.reading.queries.acknowledgements import list_answers
from portal.domain.documents.reading.services.acknowledgements import acknowledge_document, remind_readers
from portal.domain.identity.access.policies import can
from portal.domain.identity.access.values import Permission
from portal.platform.errors import Invalid
from portal.web.documents.readers import reader
from portal.web.toolkit.access import requires
from portal.web.toolkit.forms import Form
from portal.web.toolkit.page import page
from portal.web.toolkit.session import actor

blueprint = Blueprint("acknowledgements", __name__, url_prefix="/documents/acknowledgements")


class AcknowledgementForm(Form):
    """The version that was read, and the box that says so."""

    version = HiddenField("Version", [validators.UUID("Open the document again.")])
    read = BooleanField("Read", [validators.InputRequired("Tick the box once you have read the document.")])


@blueprint.post("/<uuid:document_id>")
@requires(Permission.SEE_DOCUMENTS)
def create(document_id: UUID) -> Redirect:
    """Say that one has read it."""
    form = AcknowledgementForm()
    if not form.validate_on_submit():
        raise Invalid("Tick the box once you have read the document, and send it again.")
    acknowledge_document(actor(), document_id, UUID(form.version.data), reader())
    flash("Thank you: it is noted that you have read this document.", "good")
    return redirect(url_for("documents.show", document_id=document_id), 303)


@blueprint.get("/<uuid:document_id>")
@requires(Permission.SEE_ALL_DOCUMENTS)
def index(document_id: UUID) -> Response:
    """Who has said it and who has not."""
    document, answers = get_document(actor(), document_id), list_answers(actor(), document_id)
    awaited = sum(each.at is None for each in answers)
    return page(
        "documents/acknowledgements/index.html",
        document=document,
        answers=answers,
        awaited=awaited,
        may_remind=can(actor(), Permission.EDIT_DOCUMENTS),
    )


@blueprint.post("/<uuid:document_id>/remind")
@requires(Permission.EDIT_DOCUMENTS)
def remind(document_id: UUID) -> Redirect:
    """Write to those who have not."""
    count = remind_readers(actor(), document_id)
    flash(f"A reminder goes to {count} {'person' if count == 1 else 'people'}, to each once a day at the most.", "good")
    return redirect(url_for("acknowledgements.index", document_id=document_id), 303)
