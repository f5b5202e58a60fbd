"""The pages of members: nothing before the door is passed, then the index, questions, the morning's mail."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from flask.testing import FlaskClient

from portal.domain.documents.rooms.queries.rooms import get_entered_room
from portal.domain.documents.rooms.services.rooms import close_room
from portal.jobs.drain import drain
from portal.platform import clock
from portal.platform.tenancy import acting_as
from tests.conftest import World
from tests.factories.rooms import MadeRoom
from tests.factories.web import sign_in


@pytest.fixture
def signed_for(world: World, room: MadeRoom, everybody: UUID) -> UUID:
    """A document in a folder of a room that asks for a signature, of which the investor is a member."""
    paper = room.file("Secret model", room.make_folder("Hidden financials"))
    room.ask_to_sign()
    room.let_in(world.investor, everybody)
    return paper


def test_the_door_names_nothing_of_the_room(
    client: FlaskClient, world: World, room: MadeRoom, signed_for: UUID
) -> None:
    browser, here = sign_in(client, world.investor), f"/documents/data-rooms/{room.id}"
    listed, door = browser.get("/documents/data-rooms").text, browser.get(here).text
    assert "sign to enter" in listed
    for shown in (listed, door, browser.get(f"{here}?search=secret").text):
        assert "Saltmarsh Fund II" in shown
        for hidden in ("Secret model", "Hidden financials", "For the second close.", str(signed_for)):
            assert hidden not in shown
    assert browser.get(f"{here}/questions").status_code == 303
    assert browser.post(f"{here}/questions", data={"question": "Who is there?"}).status_code == 403


def test_who_signs_enters(client: FlaskClient, world: World, room: MadeRoom, signed_for: UUID) -> None:
    browser, here = sign_in(client, world.investor), f"/documents/data-rooms/{room.id}"
    digest = browser.get(here).text.partition('name="digest"')[2].partition('value="')[2][:64]
    assert browser.post(f"{here}/sign", data={"digest": digest, "typed_name": ""}).status_code == 422
    stale = browser.post(f"{here}/sign", data={"digest": "0" * 64, "typed_name": "Ada Lane"})
    assert stale.status_code == 422
    assert "replaced by a newer version" in stale.text
    assert browser.post(f"{here}/sign", data={"digest": digest, "typed_name": "Ada Lane"}).status_code == 303
    shown = browser.get(here).text
    for text in ("Secret model", "Hidden financials", "1.1", "For the second close.", f"/documents/{signed_for}"):
        assert text in shown
    assert browser.post(f"{here}/sign", data={"digest": digest, "typed_name": ""}).status_code == 303
    found = browser.get(f"{here}?search=mod").text
    assert "Secret model" in found
    assert "Hidden financials" not in found
    room.ask_to_sign("Stricter.", replaces=1)
    assert "Secret model" not in browser.get(here).text


def test_what_came_since_the_last_visit_is_marked(
    client: FlaskClient, world: World, room: MadeRoom, everybody: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    room.file("Old")
    room.let_in(world.investor, everybody)
    browser, here = sign_in(client, world.investor), f"/documents/data-rooms/{room.id}"
    assert ">new<" not in browser.get(here).text
    room.file("Fresh")
    assert ">new<" not in browser.get(here).text  # the same visit goes on
    later = clock.now() + timedelta(minutes=31)
    monkeypatch.setattr(clock, "now", lambda: later)
    room.file("Later still")
    shown = browser.get(here).text
    assert shown.count(">new<") == 1
    assert "Later still" in shown


def test_the_morning_s_mail_is_ended_and_asked_for(
    client: FlaskClient, world: World, room: MadeRoom, everybody: UUID
) -> None:
    room.let_in(world.investor, everybody)
    browser, here = sign_in(client, world.investor), f"/documents/data-rooms/{room.id}"
    for wanted in ("no", "yes"):
        assert browser.post(f"{here}/digest", data={"wanted": wanted}).status_code == 303
        with acting_as(world.investor.tenancy):
            assert get_entered_room(world.investor, room.id).wants_digest is (wanted == "yes")


def test_questions_are_asked_and_read(client: FlaskClient, world: World, room: MadeRoom, everybody: UUID) -> None:
    paper = room.file("Model")
    room.let_in(world.investor, everybody)
    browser, here = sign_in(client, world.investor), f"/documents/data-rooms/{room.id}/questions"
    assert "1 Model" in browser.get(here).text
    assert browser.post(here, data={"question": "", "document": str(paper)}).status_code == 422
    assert browser.post(here, data={"question": "Why <so>?", "document": str(paper)}).status_code == 303
    assert browser.post(here, data={"question": "Why?", "document": "x"}).status_code == 404
    assert "Why &lt;so&gt;?" in browser.get(here).text


def test_a_room_is_there_for_its_members_while_it_is_open(
    client: FlaskClient, world: World, room: MadeRoom, everybody: UUID
) -> None:
    room.let_in(world.investor, everybody)
    here = f"/documents/data-rooms/{room.id}"
    ways = (("GET", here), ("GET", f"{here}/questions"), ("POST", f"{here}/digest"), ("POST", f"{here}/sign"))
    browser = sign_in(client, world.investor)
    assert browser.get(here).status_code == 200
    for person, status in ((world.another_investor, 404), (world.foreign_investor, 404), (world.manager, 403)):
        stranger = sign_in(client, person)
        for method, path in ways:
            data = {"typed_name": "Ada Lane", "digest": "0" * 64}
            assert stranger.open(path, method=method, data=data).status_code == status, (method, path)
    with acting_as(world.manager.tenancy):
        close_room(world.manager, room.id)
    browser = sign_in(client, world.investor)
    assert browser.get(here).status_code == 404
    assert "Saltmarsh" not in browser.get("/documents/data-rooms").text


def test_an_archive_names_what_is_in_the_room_by_its_numbers(
    client: FlaskClient, world: World, room: MadeRoom, everybody: UUID
) -> None:
    papers = [room.file("Model", room.make_folder("Financials")), room.file("Teaser")]
    room.let_in(world.investor, everybody)
    browser = sign_in(client, world.investor)
    made = browser.post("/documents/archives", data={"document": [str(paper) for paper in papers]})
    drain()
    shown = browser.get(made.location).text
    assert "Saltmarsh Fund II/1.1 Model.pdf" in shown
    assert "Saltmarsh Fund II/2 Teaser.pdf" in shown
