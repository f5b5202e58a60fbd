"""Questions of a room's members, for the staff who answer."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, Response, flash, redirect, url_for
from werkzeug.wrappers import Response as Redirect
from wtforms import RadioField, SelectField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length

from portal.domain.documents.rooms.policies import can_run_rooms
from portal.domain.documents.rooms.queries.members import list_groups
from portal.domain.documents.rooms.queries.questions import get_question, list_questions
from portal.domain.documents.rooms.queries.rooms import get_room
from portal.domain.documents.rooms.services.questions import answer_question, decline_question
from portal.domain.documents.rooms.values.questions import AnswerAudience, AnswerGiven, Question
from portal.domain.identity.access.values import Permission
from portal.platform.errors import DomainError, NotFound
from portal.web.documents.room_names import AUDIENCES, QUESTION_STATES, room_tabs
from portal.web.toolkit.access import requires
from portal.web.toolkit.forms import Form, choices_of
from portal.web.toolkit.page import page
from portal.web.toolkit.session import actor

blueprint = Blueprint("room_questions", __name__, url_prefix="/documents/room-questions/<uuid:room_id>")
DECLINE = "decline"


class AnswerForm(Form):
    """An answer, or why there is none, and who reads it."""

    answer = TextAreaField("Answer", [InputRequired("Write an answer."), Length(max=10_000)])
    audience = RadioField(
        "Who reads it",
        choices=[*choices_of(AUDIENCES), SelectChoice(DECLINE, "Only who asked, as declined")],
        default=AnswerAudience.ASKER.value,
    )
    group = SelectField("Group", validate_choice=False)
    question = TextAreaField("Question, as others read it", [Length(max=2_000)])

    def given(self) -> AnswerGiven:
        """What was entered, as the domain takes it."""
        audience = AnswerAudience(self.audience.data)
        try:
            group = UUID(self.group.data) if audience is AnswerAudience.GROUP and self.group.data else None
        except ValueError:
            raise NotFound from None
        return AnswerGiven(audience, self.question.data or "", self.answer.data, group)


@blueprint.get("")
@requires(Permission.SEE_ALL_DOCUMENTS)
def index(room_id: UUID) -> Response:
    """Every question, those that wait first."""
    room = get_room(actor(), room_id)
    return page(
        "documents/room_questions/index.html",
        room=room,
        questions=list_questions(actor(), room_id),
        states=QUESTION_STATES,
        audiences=AUDIENCES,
        tabs=room_tabs(room, "room_questions.index"),
        may_run=can_run_rooms(actor()),
    )


@blueprint.get("/<uuid:question_id>")
@requires(Permission.PUBLISH_DOCUMENTS)
def edit(room_id: UUID, question_id: UUID) -> Response:
    """The form to answer."""
    question = _question(room_id, question_id)
    return _form(room_id, question, AnswerForm(formdata=None, question=question.question))


@blueprint.post("/<uuid:question_id>")
@requires(Permission.PUBLISH_DOCUMENTS)
def answer(room_id: UUID, question_id: UUID) -> Response | Redirect:
    """Answer, or decline to."""
    question, form = _question(room_id, question_id), AnswerForm()
    if form.validate():
        try:
            if form.audience.data == DECLINE:
                decline_question(actor(), question_id, form.answer.data)
            else:
                answer_question(actor(), question_id, form.given())
        except NotFound:
            raise
        except DomainError as error:
            form.refuse(error)
        else:
            flash("Who asked is written to.", "good")
            return redirect(url_for("room_questions.index", room_id=room_id), 303)
    return _form(room_id, question, form, 422)


def _question(room_id: UUID, question_id: UUID) -> Question:
    question = get_question(actor(), question_id)
    if question.room_id != room_id:
        raise NotFound
    return question


def _form(room_id: UUID, question: Question, form: AnswerForm, status: int = 200) -> Response:
    form.group.choices = [SelectChoice(str(each.id), each.name) for each in list_groups(actor(), room_id)]
    return page(
        "documents/room_questions/edit.html", status, room=get_room(actor(), room_id), question=question, form=form
    )
