"""Papers that an investor sends to the firm, and what became of them."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, Response, flash, redirect, request, url_for
from flask_wtf.file import FileField, FileRequired
from werkzeug.wrappers import Response as Redirect
from wtforms import SelectField, TextAreaField
from wtforms.validators import Length

from portal.domain.documents.library.values.documents import DocumentType
from portal.domain.documents.library.values.files import Arrival
from portal.domain.documents.papers.queries import list_destinations, list_own_papers
from portal.domain.documents.papers.services import send_paper
from portal.domain.documents.papers.values import LONGEST_NOTE, SENDABLE, Destination, Standing
from portal.domain.identity.access.values import Permission
from portal.platform.errors import DomainError
from portal.platform.resources import resources
from portal.web.documents.labels import TYPES
from portal.web.documents.receiving import received
from portal.web.toolkit.access import requires
from portal.web.toolkit.forms import Form, choices_of
from portal.web.toolkit.page import page
from portal.web.toolkit.places import read_id
from portal.web.toolkit.session import actor

blueprint = Blueprint("papers", __name__, url_prefix="/documents/papers")
SEND = Permission.SEND_PAPERS
STANDINGS = {
    Standing.RECEIVED: ("being checked", "info"),
    Standing.CHECKED: ("with the firm", "info"),
    Standing.REFUSED: ("refused", "bad"),
    Standing.ACCEPTED: ("accepted", "good"),
    Standing.RETURNED: ("sent back", "warn"),
}


class PaperForm(Form):
    """A paper, and what it is."""

    account = SelectField("Account")
    type = SelectField("What it is", choices=choices_of({each: TYPES[each] for each in SENDABLE}))
    file = FileField("File", [FileRequired("Choose the file.")])
    note = TextAreaField(
        "Note to the firm", [Length(max=LONGEST_NOTE, message=f"At most {LONGEST_NOTE:,} characters.")]
    )

    def offer(self, destinations: list[Destination]) -> PaperForm:
        """Let one of these accounts be chosen, and what may be sent for one of them at least."""
        self.account.choices = choices_of({str(each.account_id): each.name for each in destinations})
        if not any(each.all_types for each in destinations):
            self.type.choices = choices_of({DocumentType.TAX_FORM: TYPES[DocumentType.TAX_FORM]})
        return self


@blueprint.get("")
@requires(SEND)
def index() -> Response:
    """What one sent, and how it stands."""
    papers = list_own_papers(actor())
    return page(
        "documents/papers/index.html",
        papers=papers,
        standings=STANDINGS,
        types=TYPES,
        may_send=bool(list_destinations(actor())),
        is_underway=any(each.standing is Standing.RECEIVED for each in papers),
    )


@blueprint.get("/new")
@requires(SEND)
def new() -> Response:
    """The form."""
    chosen = read_id(request.args, "account")
    return _form(PaperForm(formdata=None, account=str(chosen) if chosen else None))


@blueprint.post("")
@requires(SEND)
def create() -> Response | Redirect:
    """Send a paper, or see the form again with what to mend."""
    form = PaperForm().offer(list_destinations(actor()))
    if form.validate():
        try:
            _send(form)
        except DomainError as error:
            form.refuse(error)
        else:
            flash("It has arrived and is being checked. You see here what becomes of it.", "good")
            return redirect(url_for("papers.index"), 303)
    return _form(form, 422)


def _send(form: PaperForm) -> UUID:
    quota = resources().settings.documents_quota

    def send(arrivals: list[Arrival]) -> UUID:
        type_, note = DocumentType(form.type.data), form.note.data or ""
        return send_paper(actor(), UUID(form.account.data), type_, arrivals[0], note=note, quota=quota)

    return received([form.file.data], send)


def _form(form: PaperForm, status: int = 200) -> Response:
    destinations = list_destinations(actor())
    return page("documents/papers/new.html", status, form=form.offer(destinations), may_send=bool(destinations))
