"""The staff's pages of rooms."""

from __future__ import annotations

from uuid import UUID, uuid4

from flask.testing import FlaskClient

from portal.domain.documents.rooms.queries.rooms import get_room, list_rooms
from portal.domain.documents.rooms.values.members import FolderPermission
from portal.domain.documents.rooms.values.rooms import RoomState
from portal.platform.tenancy import acting_as
from tests.conftest import World
from tests.factories.rooms import MadeRoom
from tests.factories.web import sign_in


def test_a_room_is_made_by_a_form(client: FlaskClient, world: World) -> None:
    browser = sign_in(client, world.associate)
    assert "No rooms yet" in browser.get("/documents/rooms").text
    assert browser.get("/documents/rooms/new").status_code == 200
    given = {"name": "Close <one>", "introduction": "Read me.", "opens_on": "2026-01-05", "closes_on": "2027-01-05"}
    answer = browser.post("/documents/rooms", data=given)
    assert answer.status_code == 303
    with acting_as(world.associate.tenancy):
        (room,) = list_rooms(world.associate)
    assert room.details.closes_at
    assert room.details.closes_at.date().isoformat() == "2027-01-06"
    shown = browser.get(answer.location).text
    assert "Close &lt;one&gt;" in shown
    assert "Nothing in the room yet" in shown
    edited = browser.get(f"/documents/rooms/{room.id}/edit").text
    assert 'value="2027-01-05"' in edited
    assert browser.post(f"/documents/rooms/{room.id}", data=given | {"name": "Close two"}).status_code == 303
    assert "Close two" in browser.get("/documents/rooms").text


def test_a_wrong_form_comes_back_with_what_was_typed(client: FlaskClient, world: World, room: MadeRoom) -> None:
    browser = sign_in(client, world.manager)
    given = {"name": "saltmarsh fund ii", "introduction": "Typed with care"}
    for path, data in (
        ("/documents/rooms", given),
        ("/documents/rooms", {"name": "", "introduction": "Typed with care"}),
        (f"/documents/rooms/{room.id}", given | {"opens_on": "2026-02-02", "closes_on": "2026-02-01"}),
    ):
        answer = browser.post(path, data=data)
        assert answer.status_code == 422
        assert "Typed with care" in answer.text


def test_the_index_shows_drafts_and_what_a_group_sees(
    client: FlaskClient, world: World, room: MadeRoom, everybody: UUID
) -> None:
    room.file("Model", room.make_folder("Financials"), view_only=True)
    room.file("Draft of a letter", published=False)
    narrow = room.group("Narrow", None)
    room.permit(narrow, room.folder, FolderPermission.VIEW)
    browser = sign_in(client, world.auditor)
    staff = browser.get(f"/documents/rooms/{room.id}").text
    assert all(text in staff for text in ("1.1", "Model", "view only", "Draft of a letter", "draft"))
    assert "Open the room" not in staff + browser.get("/documents/rooms").text
    theirs = browser.get(f"/documents/rooms/{room.id}?group={narrow}").text
    assert "What “Narrow” sees" in theirs
    assert "Model" not in theirs
    assert "Draft of a letter" not in browser.get(f"/documents/rooms/{room.id}?group={everybody}").text
    assert browser.get(f"/documents/rooms/{room.id}?group={uuid4()}").status_code == 404
    found = browser.get(f"/documents/rooms/{room.id}?search=mod").text
    assert "Model" in found
    assert "Draft of a letter" not in found


def test_a_room_is_opened_and_closed(client: FlaskClient, world: World, room: MadeRoom) -> None:
    browser = sign_in(client, world.manager)
    for state, expected in (("closed", RoomState.CLOSED), ("closed", RoomState.CLOSED), ("open", RoomState.OPEN)):
        answer = browser.post(f"/documents/rooms/{room.id}/state", data={"state": state})
        assert answer.status_code == 303
        with acting_as(world.manager.tenancy):
            assert get_room(world.manager, room.id).state is expected


def test_who_may_do_what(client: FlaskClient, world: World, room: MadeRoom) -> None:
    here = f"/documents/rooms/{room.id}"
    for person, reads, prepares, runs in (
        (world.investor, 403, 403, 403),
        (world.auditor, 200, 403, 403),
        (world.associate, 200, 200, 403),
        (world.foreign_manager, 404, 404, 404),
    ):
        browser = sign_in(client, person)
        assert browser.get(here).status_code == reads
        assert browser.get(f"{here}/edit").status_code == prepares
        assert browser.post(f"{here}/state", data={"state": "closed"}).status_code == runs
    assert sign_in(client, world.manager).get("/documents/rooms/new").status_code == 200
