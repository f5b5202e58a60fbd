"""Asking and answering."""

from __future__ import annotations

from uuid import UUID

from portal.domain.documents.library.queries.documents import get_document
from portal.domain.documents.rooms.errors import QuestionClosed, TooManyQuestions
from portal.domain.documents.rooms.models import RoomAnswerRecord, RoomQuestionRecord
from portal.domain.documents.rooms.queries.contents import find_room_of
from portal.domain.documents.rooms.queries.members import get_group
from portal.domain.documents.rooms.queries.questions import count_open_questions, get_question
from portal.domain.documents.rooms.queries.rooms import get_entered_room
from portal.domain.documents.rooms.rules import find_question_faults
from portal.domain.documents.rooms.services.announcing import plan_digest, plan_questions_digest
from portal.domain.documents.rooms.values.questions import (
    MOST_OPEN,
    AnswerAudience,
    AnswerGiven,
    Question,
    QuestionState,
)
from portal.domain.identity.access.policies import require
from portal.domain.identity.access.values import Actor, Permission
from portal.domain.identity.audit.services import record_act
from portal.platform.db import execute, session, take_turns, transactional
from portal.platform.errors import Forbidden, Invalid, NotFound
from portal.platform.ids import new_id
from portal.platform.outbox import enqueue
from portal.platform.tenancy import acting_as

CLOSE = """
UPDATE documents.room_questions SET state = %(state)s WHERE firm_id = %(firm)s AND id = %(id)s AND state = 'open'
"""


def ask_question(actor: Actor, room_id: UUID, question: str, *, document_id: UUID | None = None) -> UUID:
    """Ask the staff something about a room that the actor has entered, or about a document in it; the id. NotFound,
    AgreementNeeded, Invalid, TooManyQuestions. Written in the firm's system tenancy, as people see nothing of the
    outbox."""
    get_entered_room(actor, room_id)
    if faults := find_question_faults(question):
        raise Invalid(fields=faults)
    if document_id is not None:
        get_document(actor, document_id)
        if find_room_of(actor, document_id) != room_id:
            raise NotFound
    with acting_as(Actor.system(actor.firm_id).tenancy):
        return _ask(actor, room_id, question, document_id)


@transactional
def _ask(actor: Actor, room_id: UUID, question: str, document_id: UUID | None) -> UUID:
    if actor.user_id is None or actor.read_only:
        raise Forbidden
    get_entered_room(actor, room_id)  # as it is now that nothing else of theirs is written
    take_turns("questions of a member", f"{room_id}:{actor.user_id}")
    if count_open_questions(actor, room_id, actor.user_id) >= MOST_OPEN:
        raise TooManyQuestions
    asked = RoomQuestionRecord(
        id=new_id(),
        firm_id=actor.firm_id,
        room_id=room_id,
        document_id=document_id,
        asked_by=actor.user_id,
        question=question.strip(),
    )
    session.add(asked)
    session.flush()
    plan_questions_digest(room_id)
    record_act(actor.user_id, "room_question.ask", f"room:{room_id}", question=str(asked.id))
    return asked.id


@transactional
def answer_question(actor: Actor, question_id: UUID, given: AnswerGiven) -> None:
    """Answer a question to its asker alone, to a group or to everybody in the room; the asker is written to, and the
    others are not told who asked. NotFound, Invalid, QuestionClosed."""
    require(actor, Permission.PUBLISH_DOCUMENTS)
    question = get_question(actor, question_id)
    words = question.question if given.audience is AnswerAudience.ASKER else given.question
    if faults := find_question_faults(words, given.answer):
        raise Invalid(fields=faults)
    group_id = given.group_id if given.audience is AnswerAudience.GROUP else None
    if given.audience is AnswerAudience.GROUP:
        if group_id is None:
            raise Invalid(fields={"group_id": "Choose the group."})
        get_group(actor, question.room_id, group_id)
    _close(actor, question, QuestionState.ANSWERED)
    _write(actor, question, given.audience, group_id, words, given.answer)
    if given.audience is not AnswerAudience.ASKER:
        plan_digest(question.room_id)
    record_act(actor.user_id, "room_question.answer", f"room:{question.room_id}", question=str(question_id))


@transactional
def decline_question(actor: Actor, question_id: UUID, reason: str) -> None:
    """Say why a question is not answered, to its asker alone. NotFound, Invalid, QuestionClosed."""
    require(actor, Permission.PUBLISH_DOCUMENTS)
    question = get_question(actor, question_id)
    if faults := find_question_faults(question.question, reason):
        raise Invalid(fields=faults)
    _close(actor, question, QuestionState.DECLINED)
    _write(actor, question, AnswerAudience.ASKER, None, question.question, reason)
    record_act(actor.user_id, "room_question.decline", f"room:{question.room_id}", question=str(question_id))


def _close(actor: Actor, question: Question, state: QuestionState) -> None:
    if not execute(CLOSE, firm=actor.firm_id, id=question.id, state=state.value):
        raise QuestionClosed


def _write(
    actor: Actor, question: Question, audience: AnswerAudience, group_id: UUID | None, words: str, answer: str
) -> None:
    session.add(
        RoomAnswerRecord(
            firm_id=actor.firm_id,
            room_id=question.room_id,
            question_id=question.id,
            document_id=question.document_id,
            audience=audience.value,
            group_id=group_id,
            question=words.strip(),
            answer=answer.strip(),
            answered_by=actor.user_id,
        )
    )
    session.flush()
    enqueue("rooms.announce_answer", once=str(question.id), question_id=str(question.id))
