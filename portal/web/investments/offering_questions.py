"""Questions about an opportunity: investors ask, staff answer to one or to all."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from flask import Blueprint, Response, flash, redirect, request, url_for
from werkzeug.wrappers import Response as Redirect
from wtforms import RadioField, TextAreaField
from wtforms.validators import InputRequired, Length

from portal.domain.identity.access.values import Permission
from portal.domain.investments.opportunities.policies import can_edit_offerings, can_see_offerings
from portal.domain.investments.opportunities.queries.interests import (
    get_offering_question,
    list_offering_answers,
    list_offering_questions,
    list_own_offering_questions,
)
from portal.domain.investments.opportunities.queries.opportunities import get_opportunity
from portal.domain.investments.opportunities.services.interests import (
    answer_about_opportunity,
    ask_about_opportunity,
)
from portal.domain.investments.opportunities.values.interests import AnswerAudience, OfferingQuestion
from portal.domain.investments.opportunities.values.opportunities import OpportunityState
from portal.platform.errors import DomainError, NotFound
from portal.platform.pagination import Page, decode_cursor
from portal.web.investments.offering_names import AUDIENCES, QUESTION_STATES
from portal.web.toolkit.access import requires, requires_any
from portal.web.toolkit.forms import Form, choices_of
from portal.web.toolkit.page import page
from portal.web.toolkit.session import actor

blueprint = Blueprint(
    "offering_questions", __name__, url_prefix="/investments/offering-questions/<uuid:opportunity_id>"
)
MOST = 50
READERS = (Permission.INVEST, Permission.SEE_ALL_PORTFOLIOS)


class AskForm(Form):
    """A question."""

    question = TextAreaField("Question", [InputRequired("Write the question."), Length(max=2_000)])


class AnswerForm(Form):
    """An answer, and who reads it."""

    answer = TextAreaField("Answer", [InputRequired("Write an answer."), Length(max=10_000)])
    audience = RadioField("Who reads it", choices=choices_of(AUDIENCES), default=AnswerAudience.ASKER.value)
    question = TextAreaField("Question, as others read it", [Length(max=2_000)])


@blueprint.get("")
@requires_any(*READERS)
def index(opportunity_id: UUID) -> Response:
    """For staff every question, those that wait first; for investors their own and what all read."""
    return _index(opportunity_id, AskForm(formdata=None))


@blueprint.post("")
@requires(Permission.INVEST)
def create(opportunity_id: UUID) -> Response | Redirect:
    """Ask."""
    form = AskForm()
    get_opportunity(actor(), opportunity_id)
    if form.validate():
        try:
            ask_about_opportunity(actor(), opportunity_id, form.question.data)
        except DomainError as error:
            form.refuse(error)
        else:
            flash("The firm reads your question.", "good")
            return redirect(url_for("offering_questions.index", opportunity_id=opportunity_id), 303)
    return _index(opportunity_id, form, 422)


@blueprint.get("/<uuid:offering_question_id>")
@requires(Permission.EDIT_OFFERINGS)
def edit(opportunity_id: UUID, offering_question_id: UUID) -> Response:
    """The form to answer."""
    question = _question(opportunity_id, offering_question_id)
    return _form(question, AnswerForm(formdata=None, question=question.question))


@blueprint.post("/<uuid:offering_question_id>")
@requires(Permission.EDIT_OFFERINGS)
def answer(opportunity_id: UUID, offering_question_id: UUID) -> Response | Redirect:
    """Answer to who asked, or to everybody."""
    question, form = _question(opportunity_id, offering_question_id), AnswerForm()
    if form.validate():
        try:
            answer_about_opportunity(
                actor(),
                offering_question_id,
                answer=form.answer.data,
                audience=AnswerAudience(form.audience.data),
                question=form.question.data or "",
            )
        except DomainError as error:
            form.refuse(error)
        else:
            flash("The question is answered.", "good")
            return redirect(url_for("offering_questions.index", opportunity_id=opportunity_id), 303)
    return _form(question, form, 422)


def _question(opportunity_id: UUID, question_id: UUID) -> OfferingQuestion:
    question = get_offering_question(actor(), question_id)
    if question.opportunity_id != opportunity_id:
        raise NotFound
    return question


def _form(question: OfferingQuestion, form: AnswerForm, status: int = 200) -> Response:
    return page(
        "investments/offering_questions/edit.html",
        status,
        opportunity=get_opportunity(actor(), question.opportunity_id),
        question=question,
        form=form,
    )


def _index(opportunity_id: UUID, form: AskForm, status: int = 200) -> Response:
    person, is_staff = actor(), can_see_offerings(actor())
    opportunity = get_opportunity(person, opportunity_id)
    questions, next_url = _asked(opportunity_id) if is_staff else _own(opportunity_id)
    return page(
        "investments/offering_questions/index.html",
        status,
        opportunity=opportunity,
        questions=questions,
        next_url=next_url,
        answers=[] if is_staff else list_offering_answers(person, opportunity_id),
        form=None if is_staff or opportunity.state is not OpportunityState.OPEN else form,
        is_staff=is_staff,
        may_answer=can_edit_offerings(person),
        states=QUESTION_STATES,
        audiences=AUDIENCES,
    )


def _asked(opportunity_id: UUID) -> tuple[Sequence[OfferingQuestion], str | None]:
    place = decode_cursor(request.args["cursor"], str, datetime, UUID) if "cursor" in request.args else None
    after = None if place is None else (place[0], place[1], place[2])
    found = Page(
        list_offering_questions(actor(), opportunity_id, after=after, most=MOST + 1),
        MOST,
        lambda each: (each.state.value, each.asked_at.isoformat(), each.id),
    )
    address = url_for("offering_questions.index", opportunity_id=opportunity_id, cursor=found.next)
    return found.items, address if found.next else None


def _own(opportunity_id: UUID) -> tuple[Sequence[OfferingQuestion], str | None]:
    return list_own_offering_questions(actor(), opportunity_id), None
