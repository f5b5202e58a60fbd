"""Data rooms, for their members."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

from flask import Response

from portal.api.answers import answer, nothing
from portal.api.auth import actor, bearer, requires_any
from portal.api.openapi import described
from portal.api.v1.documents.room_schemas import (
    AskedQuestion,
    GivenAnswer,
    MadeQuestion,
    NewQuestion,
    RoomAgreement,
    RoomItem,
    RoomLine,
    RoomQuestions,
    Rooms,
    RoomShown,
    Signature,
)
from portal.api.v1.routes import v1
from portal.domain.documents.rooms.queries.contents import list_index
from portal.domain.documents.rooms.queries.questions import list_answers, list_own_questions
from portal.domain.documents.rooms.queries.rooms import get_asked_text, get_entered_room, get_gate, list_gates
from portal.domain.documents.rooms.services.agreements import sign_agreement
from portal.domain.documents.rooms.services.questions import ask_question
from portal.domain.documents.rooms.values.contents import IndexLine
from portal.domain.identity.access.values import Permission


@v1.get("/rooms")
@requires_any(Permission.SEE_DOCUMENTS)
@described(Rooms)
def show_rooms() -> Response:
    """The data rooms that one may come to now."""
    items = [
        RoomItem(each.room_id, each.name, each.inviter, each.entered, _moment(each.until))
        for each in list_gates(actor())
    ]
    return answer(Rooms(items))


@v1.get("/rooms/<uuid:room_id>")
@requires_any(Permission.SEE_DOCUMENTS)
@described(RoomShown, refusals=(401, 403, 404))
def show_room(room_id: UUID) -> Response:
    """A room with its index, or, before one signed, the agreement and nothing of what is in it."""
    gate = get_gate(actor(), room_id)
    if not gate.entered:
        text = get_asked_text(actor(), room_id)
        asked = RoomAgreement(text.version, text.body, text.digest)
        return answer(RoomShown(room_id, gate.name, gate.inviter, False, asked, None, []))
    room = get_entered_room(actor(), room_id)
    index = [_line(each) for each in list_index(actor(), room_id, since=room.seen_until)]
    return answer(RoomShown(room_id, gate.name, gate.inviter, True, None, room.introduction, index))


@v1.post("/rooms/<uuid:room_id>/agreement")
@requires_any(Permission.SEE_DOCUMENTS)
@described(None, status=204, refusals=(401, 403, 404, 409))
def sign_room_agreement(json: Signature, room_id: UUID) -> Response:
    """Sign what a room asks for. 409 `text_replaced` where another version is in force: show that one."""
    sign_agreement(
        actor(),
        room_id,
        digest=json.digest,
        typed_name=json.typed_name,
        proven_by=bearer().proven_by.value,
    )
    return nothing()


@v1.get("/rooms/<uuid:room_id>/questions")
@requires_any(Permission.SEE_DOCUMENTS)
@described(RoomQuestions, refusals=(401, 403, 404))
def show_room_questions(room_id: UUID) -> Response:
    """One's own questions, and the answers for one and others. 403 `agreement_needed` before one signed."""
    get_entered_room(actor(), room_id)
    asked = [
        AskedQuestion(
            each.id, each.document_id, _text(each.asked_at), each.question, each.state.value, each.answer or None
        )
        for each in list_own_questions(actor(), room_id)
    ]
    answers = [
        GivenAnswer(each.document_id, each.question, each.answer, _text(each.answered_at))
        for each in list_answers(actor(), room_id)
    ]
    return answer(RoomQuestions(asked, answers))


@v1.post("/rooms/<uuid:room_id>/questions")
@requires_any(Permission.SEE_DOCUMENTS)
@described(MadeQuestion, status=201, refusals=(401, 403, 404, 409))
def ask_room_question(json: NewQuestion, room_id: UUID) -> Response:
    """Ask the firm something. 409 `too_many_questions` where twenty wait."""
    return answer(MadeQuestion(ask_question(actor(), room_id, json.question, document_id=json.document_id)), 201)


def _line(line: IndexLine) -> RoomLine:
    return RoomLine(
        line.number,
        "folder" if line.is_folder else "document",
        line.name,
        line.document_id,
        _moment(line.published_at),
        line.view_only,
        line.is_new,
    )


def _text(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat()


def _moment(value: datetime | None) -> str | None:
    return None if value is None else _text(value)
