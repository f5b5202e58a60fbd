"""Answering by a form."""

from __future__ import annotations

from uuid import UUID

import pytest
from flask.testing import FlaskClient

from portal.domain.documents.rooms.queries.questions import get_question, list_answers
from portal.domain.documents.rooms.services.questions import ask_question
from portal.domain.documents.rooms.values.questions import QuestionState
from portal.platform.tenancy import acting_as
from tests.conftest import World
from tests.factories.rooms import MadeRoom, make_room
from tests.factories.web import sign_in


@pytest.fixture
def question(world: World, room: MadeRoom, everybody: UUID) -> UUID:
    room.let_in(world.investor, everybody)
    with acting_as(world.investor.tenancy):
        return ask_question(world.investor, room.id, "What of <fees>?")


def test_a_question_is_answered_to_a_group(
    client: FlaskClient, world: World, room: MadeRoom, everybody: UUID, question: UUID
) -> None:
    browser, here = sign_in(client, world.manager), f"/documents/room-questions/{room.id}"
    assert "What of &lt;fees&gt;?" in browser.get(here).text
    assert "What of &lt;fees&gt;?" in browser.get(f"{here}/{question}").text
    given = {"answer": "Two percent.", "audience": "group", "group": "", "question": "Fees?"}
    assert browser.post(f"{here}/{question}", data=given).status_code == 422
    assert browser.post(f"{here}/{question}", data=given | {"group": str(everybody)}).status_code == 303
    assert "A group: Everybody" in browser.get(here).text
    with acting_as(world.investor.tenancy):
        assert [each.question for each in list_answers(world.investor, room.id)] == ["Fees?"]
    late = browser.post(f"{here}/{question}", data=given | {"audience": "everybody"})
    assert late.status_code == 422
    assert "answered or declined already" in late.text


def test_a_question_is_declined(client: FlaskClient, world: World, room: MadeRoom, question: UUID) -> None:
    browser = sign_in(client, world.manager)
    other = make_room(world.manager, "Another")
    data = {"answer": "We do not say.", "audience": "decline"}
    assert browser.post(f"/documents/room-questions/{other.id}/{question}", data=data).status_code == 404
    assert browser.post(f"/documents/room-questions/{room.id}/{question}", data=data).status_code == 303
    with acting_as(world.manager.tenancy):
        assert get_question(world.manager, question).state is QuestionState.DECLINED


def test_only_who_may_publish_answers(client: FlaskClient, world: World, room: MadeRoom, question: UUID) -> None:
    browser, here = sign_in(client, world.associate), f"/documents/room-questions/{room.id}"
    assert world.investor.name in browser.get(here).text
    assert f"{here}/{question}" not in browser.get(here).text
    assert browser.get(f"{here}/{question}").status_code == 403
