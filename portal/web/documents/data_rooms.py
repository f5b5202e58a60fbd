"""Data rooms, for their members: the door, what is in them, questions."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, Response, after_this_request, flash, redirect, request, url_for
from werkzeug.wrappers import Response as Redirect
from wtforms import HiddenField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length

from portal.domain.documents.rooms.queries.contents import list_index
from portal.domain.documents.rooms.queries.questions import list_answers, list_own_questions
from portal.domain.documents.rooms.queries.rooms import get_asked_text, get_entered_room, get_gate, list_gates
from portal.domain.documents.rooms.services.agreements import sign_agreement
from portal.domain.documents.rooms.services.questions import ask_question
from portal.domain.documents.rooms.services.visits import choose_digest, note_visit
from portal.domain.identity.access.values import Permission
from portal.platform.errors import DomainError, NotFound
from portal.web.documents.room_names import QUESTION_STATES
from portal.web.toolkit.access import requires
from portal.web.toolkit.forms import Form
from portal.web.toolkit.page import page
from portal.web.toolkit.session import actor, signed_in

blueprint = Blueprint("data_rooms", __name__, url_prefix="/documents/data-rooms")


class SignatureForm(Form):
    """One's name as a signature under the text with this digest."""

    typed_name = StringField(
        "Your full name", [InputRequired("Type your full name as your signature."), Length(max=200)]
    )
    digest = HiddenField()


class QuestionForm(Form):
    """A question about the room or a document in it."""

    question = TextAreaField("Your question", [InputRequired("Write your question."), Length(max=2_000)])
    document = SelectField("About", validate_choice=False)


@blueprint.get("")
@requires(Permission.SEE_DOCUMENTS)
def index() -> Response:
    """The rooms that one may come to."""
    return page("documents/data_rooms/index.html", rooms=list_gates(actor()))


@blueprint.get("/<uuid:room_id>")
@requires(Permission.SEE_DOCUMENTS)
def show(room_id: UUID) -> Response:
    """What is in a room; before signing, the door."""
    gate = get_gate(actor(), room_id)
    if not gate.entered:
        return _door(room_id, SignatureForm(formdata=None))
    room = get_entered_room(actor(), room_id)
    words = request.args.get("search", "").strip()[:100]
    _note_visit_after(room_id)
    return page(
        "documents/data_rooms/show.html",
        room=room,
        search=words,
        lines=list_index(actor(), room_id, since=room.seen_until, words=words),
    )


@blueprint.post("/<uuid:room_id>/sign")
@requires(Permission.SEE_DOCUMENTS)
def sign(room_id: UUID) -> Response | Redirect:
    """Sign, and enter."""
    form, person = SignatureForm(), signed_in()
    if get_gate(actor(), room_id).entered:
        return redirect(url_for("data_rooms.show", room_id=room_id), 303)
    if form.validate() and person is not None:
        try:
            sign_agreement(
                actor(),
                room_id,
                digest=form.digest.data or "",
                typed_name=form.typed_name.data,
                proven_by=person.proven_by.value,
            )
        except NotFound:
            raise
        except DomainError as error:
            form.refuse(error)
        else:
            flash("Signed. You may read here now.", "good")
            return redirect(url_for("data_rooms.show", room_id=room_id), 303)
    return _door(room_id, form, 422)


@blueprint.post("/<uuid:room_id>/digest")
@requires(Permission.SEE_DOCUMENTS)
def change_digest(room_id: UUID) -> Redirect:
    """Be told each morning of what is new, or not."""
    wanted = request.form.get("wanted") == "yes"
    choose_digest(actor(), room_id, wanted=wanted)
    flash("You are told each morning of what is new." if wanted else "You are no longer told by mail.", "good")
    return redirect(url_for("data_rooms.show", room_id=room_id), 303)


@blueprint.get("/<uuid:room_id>/questions")
@requires(Permission.SEE_DOCUMENTS)
def questions(room_id: UUID) -> Response | Redirect:
    """What one asked, what was answered, and the form to ask."""
    if not get_gate(actor(), room_id).entered:
        return redirect(url_for("data_rooms.show", room_id=room_id), 303)
    _note_visit_after(room_id)
    return _questions(room_id, QuestionForm(formdata=None, document=request.args.get("document", "")))


@blueprint.post("/<uuid:room_id>/questions")
@requires(Permission.SEE_DOCUMENTS)
def ask(room_id: UUID) -> Response | Redirect:
    """Ask, or show the form again with what to mend."""
    form = QuestionForm()
    get_entered_room(actor(), room_id)
    if form.validate():
        try:
            document = UUID(form.document.data) if form.document.data else None
        except ValueError:
            raise NotFound from None
        try:
            ask_question(actor(), room_id, form.question.data, document_id=document)
        except NotFound:
            raise
        except DomainError as error:
            form.refuse(error)
        else:
            flash("Your question is sent. You are written to when it is answered.", "good")
            return redirect(url_for("data_rooms.questions", room_id=room_id), 303)
    return _questions(room_id, form, 422)


def _door(room_id: UUID, form: SignatureForm, status: int = 200) -> Response:
    gate, text = get_gate(actor(), room_id), get_asked_text(actor(), room_id)
    form.digest.data = text.digest if form.digest.raw_data is None else form.digest.data
    return page("documents/data_rooms/door.html", status, room=gate, text=text, form=form)


def _questions(room_id: UUID, form: QuestionForm, status: int = 200) -> Response:
    lines = [line for line in list_index(actor(), room_id) if line.document_id]
    choices = [SelectChoice(str(line.document_id), f"{line.number} {line.name}") for line in lines]
    form.document.choices = [SelectChoice("", "The room"), *choices]
    return page(
        "documents/data_rooms/questions.html",
        status,
        room=get_entered_room(actor(), room_id),
        form=form,
        own=list_own_questions(actor(), room_id),
        answers=list_answers(actor(), room_id),
        states=QUESTION_STATES,
    )


def _note_visit_after(room_id: UUID) -> None:
    reader = actor()

    def note(response: Response) -> Response:
        note_visit(reader, room_id)
        return response

    after_this_request(note)
