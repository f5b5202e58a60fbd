"""Questions: who asks, who reads the answer, that nobody else learns who asked."""

from __future__ import annotations

from uuid import UUID

import pytest
from flask import Flask

from portal.domain.documents.rooms.errors import QuestionClosed, TooManyQuestions
from portal.domain.documents.rooms.queries.questions import (
    get_question,
    list_answers,
    list_own_questions,
    list_questions,
)
from portal.domain.documents.rooms.services.questions import answer_question, ask_question, decline_question
from portal.domain.documents.rooms.values.members import FolderPermission
from portal.domain.documents.rooms.values.questions import MOST_OPEN, AnswerAudience, AnswerGiven, QuestionState
from portal.domain.identity.access.values import Actor
from portal.platform import db
from portal.platform.errors import Forbidden, Invalid, NotFound
from portal.platform.tenancy import acting_as
from tests.conftest import World
from tests.factories.rooms import MadeRoom


@pytest.fixture
def narrow(app: Flask, world: World, room: MadeRoom, everybody: UUID) -> UUID:
    """Another group, in which the other investor is."""
    group = room.group("Narrow", FolderPermission.VIEW)
    room.let_in(world.investor, everybody)
    room.let_in(world.another_investor, group)
    return group


def ask(actor: Actor, room: MadeRoom, words: str = "What of the fees?", document: UUID | None = None) -> UUID:
    with acting_as(actor.tenancy):
        return ask_question(actor, room.id, words, document_id=document)


def answer(room: MadeRoom, question: UUID, audience: AnswerAudience, group: UUID | None = None) -> None:
    with acting_as(room.staff.tenancy):
        answer_question(room.staff, question, AnswerGiven(audience, "And the fees?", "Two percent.", group))


def read_by(actor: Actor, room: MadeRoom) -> list[tuple[str, str]]:
    with acting_as(actor.tenancy):
        return [(each.question, each.answer) for each in list_answers(actor, room.id)]


@pytest.mark.parametrize("audience", list(AnswerAudience))
def test_an_answer_is_read_by_whom_it_is_for(
    world: World, room: MadeRoom, everybody: UUID, narrow: UUID, audience: AnswerAudience
) -> None:
    question = ask(world.investor, room)
    answer(room, question, audience, narrow if audience is AnswerAudience.GROUP else None)
    told = [("And the fees?", "Two percent.")]
    assert read_by(world.another_investor, room) == ([] if audience is AnswerAudience.ASKER else told)
    assert read_by(world.investor, room) == (told if audience is AnswerAudience.EVERYBODY else [])
    assert read_by(world.foreign_investor, room) == []
    with acting_as(world.investor.tenancy):
        (own,) = list_own_questions(world.investor, room.id)
        assert (own.question, own.answer, own.state) == ("What of the fees?", "Two percent.", QuestionState.ANSWERED)
    with acting_as(world.another_investor.tenancy):
        assert list_own_questions(world.another_investor, room.id) == []
        assert db.fetch_all("SELECT id FROM documents.room_questions") == []
        assert len(db.fetch_all("SELECT * FROM documents.room_answers")) == (audience is not AnswerAudience.ASKER)
        for row in db.fetch_all("SELECT * FROM documents.room_answers"):
            assert world.investor.user_id not in row
            assert "What of the fees?" not in row


def test_an_answer_about_a_document_is_for_who_sees_it(world: World, room: MadeRoom, narrow: UUID) -> None:
    secret = room.file("Model", room.make_folder("Financials"))
    room.permit(narrow, room.folder, FolderPermission.VIEW)
    with acting_as(room.staff.tenancy):
        folder = db.fetch_value("SELECT folder_id FROM documents.documents WHERE id = %(id)s", id=secret)
    room.permit(narrow, folder, FolderPermission.NONE)
    answer(room, ask(world.investor, room, document=secret), AnswerAudience.EVERYBODY)
    assert len(read_by(world.investor, room)) == 1
    assert read_by(world.another_investor, room) == []
    with acting_as(room.staff.tenancy):
        assert list_answers(room.staff, room.id, group_id=narrow)[0].document == "Model"  # staff see who is told what
    with acting_as(world.another_investor.tenancy), pytest.raises(NotFound):
        ask_question(world.another_investor, room.id, "And me?", document_id=secret)


def test_a_question_is_declined_to_its_asker(world: World, room: MadeRoom, narrow: UUID) -> None:
    question = ask(world.investor, room)
    with acting_as(room.staff.tenancy):
        with pytest.raises(Invalid):
            decline_question(room.staff, question, " ")
        decline_question(room.staff, question, "We do not say this.")
        with pytest.raises(QuestionClosed):
            decline_question(room.staff, question, "Again.")
    with pytest.raises(QuestionClosed):
        answer(room, question, AnswerAudience.EVERYBODY)
    with acting_as(world.investor.tenancy):
        (own,) = list_own_questions(world.investor, room.id)
        assert (own.state, own.answer) == (QuestionState.DECLINED, "We do not say this.")
    assert read_by(world.another_investor, room) == []


def test_questions_have_limits(world: World, room: MadeRoom, narrow: UUID) -> None:
    for words in ("", " ", "x" * 2_001):
        with pytest.raises(Invalid):
            ask(world.investor, room, words)
    for number in range(MOST_OPEN):
        first = ask(world.investor, room, f"Question {number}")
    with pytest.raises(TooManyQuestions):
        ask(world.investor, room)
    ask(world.another_investor, room)
    answer(room, first, AnswerAudience.ASKER)
    ask(world.investor, room)


def test_who_answers(world: World, room: MadeRoom, narrow: UUID) -> None:
    question = ask(world.investor, room)
    given = AnswerGiven(AnswerAudience.EVERYBODY, "Fees?", "Two.")
    for actor, refusal in ((world.associate, Forbidden), (world.foreign_manager, NotFound)):
        with acting_as(actor.tenancy), pytest.raises(refusal):
            answer_question(actor, question, given)
    with acting_as(world.investor.tenancy), pytest.raises(Forbidden):
        list_questions(world.investor, room.id)
    with acting_as(world.manager.tenancy):
        with pytest.raises(Invalid):
            answer_question(world.manager, question, AnswerGiven(AnswerAudience.GROUP, "F?", "Two."))
        with pytest.raises(NotFound):
            answer_question(world.manager, question, AnswerGiven(AnswerAudience.GROUP, "F?", "Two.", question))
        assert get_question(world.manager, question).asker == world.investor.name
        assert [each.state for each in list_questions(world.manager, room.id)] == [QuestionState.OPEN]


def test_the_closed_room_s_questions_are_the_staff_s_alone(world: World, room: MadeRoom, narrow: UUID) -> None:
    answer(room, ask(world.investor, room), AnswerAudience.EVERYBODY)
    room.ask_to_sign()
    assert read_by(world.investor, room) == []
    with acting_as(world.investor.tenancy):
        assert list_own_questions(world.investor, room.id) == []
        assert db.fetch_all("SELECT id FROM documents.room_questions") == []
        assert db.fetch_all("SELECT id FROM documents.room_answers") == []
