"""Papers that investors sent: the staff's work list, each accepted or sent back."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, Response, flash, redirect, request, url_for
from werkzeug.wrappers import Response as Redirect
from wtforms import SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length

from portal.domain.documents.library.values.documents import DocumentType
from portal.domain.documents.library.values.writing import LONGEST_TITLE, title_of
from portal.domain.documents.papers.errors import AlreadyDecided
from portal.domain.documents.papers.policies import can_decide
from portal.domain.documents.papers.queries import get_paper, list_papers
from portal.domain.documents.papers.services import accept_paper, return_paper
from portal.domain.documents.papers.values import LONGEST_NOTE, PaperState, SentPaper, Standing
from portal.domain.identity.access.values import Permission
from portal.platform.errors import DomainError, NotFound
from portal.web.documents.labels import TYPES
from portal.web.documents.papers import STANDINGS
from portal.web.toolkit.access import requires
from portal.web.toolkit.forms import Form, choices_of
from portal.web.toolkit.page import page
from portal.web.toolkit.session import actor

blueprint = Blueprint("received_papers", __name__, url_prefix="/documents/received-papers")
STAFF_STANDINGS = {**STANDINGS, Standing.CHECKED: ("to be decided", "warn")}
VIEWS = {
    "waiting": ("Waiting", PaperState.SENT),
    "accepted": ("Accepted", PaperState.ACCEPTED),
    "returned": ("Sent back", PaperState.RETURNED),
}


class AcceptForm(Form):
    """What the paper is called among the account's documents."""

    title = StringField("Title", [InputRequired("Give it a title."), Length(max=LONGEST_TITLE)])
    type = SelectField("Type", choices=choices_of(TYPES))
    period = StringField("Period", [Length(max=7)])


class ReturnForm(Form):
    """Why a paper comes back."""

    comment = TextAreaField("Why it comes back", [InputRequired("Say why it comes back."), Length(max=LONGEST_NOTE)])


@blueprint.get("")
@requires(Permission.SEE_ALL_DOCUMENTS)
def index() -> Response:
    """The papers that wait, the oldest first, or those that were decided on."""
    view = request.args.get("view", "waiting")
    if view not in VIEWS:
        raise NotFound
    return page(
        "documents/received_papers/index.html",
        papers=list_papers(actor(), VIEWS[view][1]),
        view=view,
        tabs=[(label, url_for("received_papers.index", view=name), name == view) for name, (label, _) in VIEWS.items()],
        standings=STAFF_STANDINGS,
        types=TYPES,
    )


@blueprint.get("/<uuid:paper_id>")
@requires(Permission.SEE_ALL_DOCUMENTS)
def show(paper_id: UUID) -> Response:
    """A paper, and what is to be decided on it."""
    paper = get_paper(actor(), paper_id)
    return _show(paper, _filled(paper), ReturnForm(formdata=None))


@blueprint.post("/<uuid:paper_id>/accept")
@requires(Permission.PUBLISH_DOCUMENTS)
def accept(paper_id: UUID) -> Response | Redirect:
    """Make it one of the account's documents."""
    paper, form = get_paper(actor(), paper_id), AcceptForm()
    if form.validate():
        try:
            type_, period = DocumentType(form.type.data), (form.period.data or "").strip().upper()
            is_seen = accept_paper(actor(), paper_id, title=form.title.data, type_=type_, period=period)
        except NotFound:
            raise
        except AlreadyDecided as error:
            return _decided(paper_id, error)
        except DomainError as error:
            form.refuse(error)
        else:
            flash(*_told(is_seen))
            return redirect(url_for("received_papers.index"), 303)
    return _show(paper, form, ReturnForm(formdata=None), 422)


@blueprint.post("/<uuid:paper_id>/return")
@requires(Permission.PUBLISH_DOCUMENTS)
def send_back(paper_id: UUID) -> Response | Redirect:
    """Send it back with a reason."""
    paper, form = get_paper(actor(), paper_id), ReturnForm()
    if form.validate():
        try:
            return_paper(actor(), paper_id, comment=form.comment.data)
        except AlreadyDecided as error:
            return _decided(paper_id, error)
        except DomainError as error:
            form.refuse(error)
        else:
            flash(f"It is sent back. {paper.sender} is written to.", "good")
            return redirect(url_for("received_papers.index"), 303)
    return _show(paper, _filled(paper), form, 422)


def _decided(paper_id: UUID, error: AlreadyDecided) -> Redirect:
    """What somebody else decided meanwhile."""
    flash(error.message, "warn")
    return redirect(url_for("received_papers.show", paper_id=paper_id), 303)


def _told(is_seen: bool) -> tuple[str, str]:
    if is_seen:
        return "It is among the account's documents.", "good"
    return "It is accepted, and not seen yet: it names somebody else. Look it through and publish it.", "warn"


def _filled(paper: SentPaper) -> AcceptForm:
    return AcceptForm(formdata=None, title=title_of(paper.name), type=paper.type.value)


def _show(paper: SentPaper, accepting: AcceptForm, returning: ReturnForm, status: int = 200) -> Response:
    waits = paper.state is PaperState.SENT
    return page(
        "documents/received_papers/show.html",
        status,
        paper=paper,
        accepting=accepting,
        returning=returning,
        standings=STAFF_STANDINGS,
        types=TYPES,
        may_decide=waits and can_decide(actor()),
        may_accept=paper.standing is Standing.CHECKED,
        has_file=paper.document_id is not None and paper.standing in {Standing.CHECKED, Standing.ACCEPTED},
    )
