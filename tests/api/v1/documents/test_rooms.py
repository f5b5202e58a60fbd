"""Data rooms in JSON: the gate, the index, questions."""

from __future__ import annotations

from uuid import UUID

import pytest
from flask.testing import FlaskClient

from portal.domain.documents.rooms.queries.members import list_groups
from portal.domain.documents.rooms.services.questions import answer_question
from portal.domain.documents.rooms.values.questions import AnswerAudience, AnswerGiven
from portal.platform.tenancy import acting_as
from tests.conftest import World
from tests.factories.api import bearer
from tests.factories.rooms import MadeRoom, make_room

ROOMS = "/api/v1/rooms"


@pytest.fixture
def room(client: FlaskClient, world: World) -> MadeRoom:
    """A room that asks for a signature, of which the investor is a member."""
    made = make_room(world.manager, introduction="For the second close.")
    with acting_as(world.manager.tenancy):
        group = list_groups(world.manager, made.id)[0].id
    made.file("Secret model", made.make_folder("Hidden financials"))
    made.ask_to_sign()
    made.let_in(world.investor, group)
    return made


def test_before_signing_only_the_gate_is_told(client: FlaskClient, world: World, room: MadeRoom) -> None:
    mine = bearer(world.investor)
    (listed,) = client.get(ROOMS, headers=mine).json["items"]
    assert (listed["name"], listed["inviter"], listed["entered"]) == ("Saltmarsh Fund II", world.manager.name, False)
    shown = client.get(f"{ROOMS}/{room.id}", headers=mine)
    assert shown.json["agreement"]["text"] == "What is said here stays here."
    assert (shown.json["index"], shown.json["introduction"]) == ([], None)
    assert "Secret" not in shown.text
    assert "Hidden" not in shown.text
    for method in ("GET", "POST"):
        refused = client.open(f"{ROOMS}/{room.id}/questions", method=method, json={"question": "Why?"}, headers=mine)
        assert (refused.status_code, refused.json["type"]) == (403, "urn:problem-type:agreement_needed")


def test_who_signs_reads_and_asks(client: FlaskClient, world: World, room: MadeRoom) -> None:
    mine, here = bearer(world.investor), f"{ROOMS}/{room.id}"
    digest = client.get(here, headers=mine).json["agreement"]["digest"]
    stale = client.post(f"{here}/agreement", json={"digest": "0" * 64, "typed_name": "Ada Lane"}, headers=mine)
    assert (stale.status_code, stale.json["type"]) == (409, "urn:problem-type:text_replaced")
    signed = client.post(f"{here}/agreement", json={"digest": digest, "typed_name": "Ada Lane"}, headers=mine)
    assert signed.status_code == 204
    shown = client.get(here, headers=mine).json
    assert [(line["number"], line["kind"], line["name"]) for line in shown["index"]] == [
        ("1", "folder", "Hidden financials"),
        ("1.1", "document", "Secret model"),
    ]
    asked = {"question": "Why?", "document_id": shown["index"][1]["document_id"]}
    made = client.post(f"{here}/questions", json=asked, headers=mine)
    assert made.status_code == 201
    with acting_as(world.manager.tenancy):
        given = AnswerGiven(AnswerAudience.EVERYBODY, "And why?", "So.")
        answer_question(world.manager, UUID(made.json["id"]), given)
    told = client.get(f"{here}/questions", headers=mine).json
    assert [(each["question"], each["state"], each["answer"]) for each in told["asked"]] == [
        ("Why?", "answered", "So.")
    ]
    assert [(each["question"], each["answer"]) for each in told["answers"]] == [("And why?", "So.")]


def test_the_same_key_asks_once(client: FlaskClient, world: World, room: MadeRoom) -> None:
    room.sign(world.investor)
    sent = {**bearer(world.investor), "Idempotency-Key": "a-question-of-mine"}
    answers = [
        client.post(f"{ROOMS}/{room.id}/questions", json={"question": "Why?"}, headers=sent).json for _ in range(2)
    ]
    assert answers[0] == answers[1]
    assert len(client.get(f"{ROOMS}/{room.id}/questions", headers=sent).json["asked"]) == 1


def test_nobody_else_knows_of_it(client: FlaskClient, world: World, room: MadeRoom) -> None:
    for person, status in ((world.another_investor, 404), (world.foreign_investor, 404), (world.manager, 403)):
        theirs = bearer(person)
        for method, path in (("GET", ""), ("GET", "/questions"), ("POST", "/questions"), ("POST", "/agreement")):
            body = {"digest": "0" * 64, "typed_name": "Ben"} if path == "/agreement" else {"question": "Why?"}
            answer = client.open(f"{ROOMS}/{room.id}{path}", method=method, json=body, headers=theirs)
            assert answer.status_code == status, (method, path)
        if status == 404:
            assert client.get(ROOMS, headers=theirs).json["items"] == []
