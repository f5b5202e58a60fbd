"""Whom a document was given to by name, inside and outside, and giving it to one more."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from flask import Blueprint, Response, flash, redirect, url_for
from werkzeug.wrappers import Response as Redirect
from wtforms import BooleanField, DateField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Regexp

from portal.domain.documents.library.queries.documents import get_document
from portal.domain.documents.library.services.audiences import revoke_document
from portal.domain.documents.library.values.writing import end_of
from portal.domain.documents.sharing.queries import list_grants, list_shares
from portal.domain.documents.sharing.services import give_document, revoke_share
from portal.domain.documents.sharing.values import Invitation, ShareState
from portal.domain.identity.access.values import Permission
from portal.platform import clock
from portal.platform.errors import DomainError
from portal.platform.resources import resources
from portal.web.toolkit.access import requires
from portal.web.toolkit.forms import Form
from portal.web.toolkit.freshness import fresh
from portal.web.toolkit.page import page
from portal.web.toolkit.session import actor

blueprint = Blueprint("shares", __name__, url_prefix="/documents/shares/<uuid:document_id>")
STATES = {
    ShareState.OPEN: ("open", "good"),
    ShareState.REVOKED: ("taken back", None),
    ShareState.EXPIRED: ("over", None),
}
USUAL_DAYS = 30
ADDRESS = r"^\s*[^@\s]+@[^@\s]+\.[^@\s]+\s*$"


class ShareForm(Form):
    """Who is to read a document."""

    name = StringField("Name", [InputRequired("Say whom it is for."), Length(max=140)])
    email = StringField(
        "E-mail address",
        [
            InputRequired("Enter the reader's e-mail address."),
            Length(max=254),
            Regexp(ADDRESS, message="This is no e-mail address."),
        ],
    )
    until = DateField("Last day", [InputRequired("Choose the last day.")])
    view_only = BooleanField("To be read here only, with the reader's address across each page")
    note = TextAreaField("Note to the reader", [Length(max=1_000, message="At most 1,000 characters.")])


@blueprint.get("")
@requires(Permission.PUBLISH_DOCUMENTS)
def index(document_id: UUID) -> Response:
    """Who has it, where they opened it, and the form."""
    until = clock.today() + timedelta(days=USUAL_DAYS)
    return _show(document_id, ShareForm(formdata=None, until=until, view_only=True))


@blueprint.post("")
@requires(Permission.PUBLISH_DOCUMENTS)
@fresh
def create(document_id: UUID) -> Response | Redirect:
    """Give it to one more person, or see the form again with what to mend."""
    form = ShareForm()
    if form.validate():
        try:
            told = _give(document_id, form)
        except DomainError as error:
            form.refuse(error)
        else:
            flash(told, "good")
            return redirect(url_for("shares.index", document_id=document_id), 303)
    return _show(document_id, form, 422)


@blueprint.post("/<uuid:share_id>/revoke")
@requires(Permission.PUBLISH_DOCUMENTS)
def revoke(document_id: UUID, share_id: UUID) -> Redirect:
    """Take it back from a reader outside."""
    revoke_share(actor(), document_id, share_id)
    flash("The link opens nothing any more.", "good")
    return redirect(url_for("shares.index", document_id=document_id), 303)


@blueprint.post("/people/<uuid:user_id>/revoke")
@requires(Permission.PUBLISH_DOCUMENTS)
def take_back(document_id: UUID, user_id: UUID) -> Redirect:
    """Take it back from a person of the portal whom it was given to by name."""
    revoke_document(actor(), document_id, user_id)
    flash("It is no longer among this person's documents.", "good")
    return redirect(url_for("shares.index", document_id=document_id), 303)


def _give(document_id: UUID, form: ShareForm) -> str:
    """Give it to the person of the form; what to tell."""
    given = Invitation(
        form.name.data, form.email.data, end_of(form.until.data), form.view_only.data, form.note.data or ""
    )
    person = give_document(actor(), resources().sealer, document_id, given)
    if person is not None:
        return f"{person.name} signs in here, and finds it among their documents."
    return f"{form.name.data} is sent a link that opens it for them alone."


def _show(document_id: UUID, form: ShareForm, status: int = 200) -> Response:
    document = get_document(actor(), document_id)
    return page(
        "documents/shares/index.html",
        status,
        document=document,
        shares=list_shares(actor(), resources().vault, document_id),
        grants=list_grants(actor(), document_id),
        states=STATES,
        form=form,
        today=clock.today(),
    )
