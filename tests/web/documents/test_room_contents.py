"""Folders and numbers by forms."""

from __future__ import annotations

from uuid import UUID, uuid4

from flask.testing import FlaskClient

from portal.domain.documents.rooms.queries.contents import list_index
from portal.platform.tenancy import acting_as
from tests.conftest import World
from tests.factories.rooms import MadeRoom
from tests.factories.web import sign_in


def index(room: MadeRoom) -> list[str]:
    with acting_as(room.staff.tenancy):
        return [f"{line.number} {line.name}" for line in list_index(room.staff, room.id)]


def item(room: MadeRoom, name: str) -> UUID:
    with acting_as(room.staff.tenancy):
        return next(line.item_id for line in list_index(room.staff, room.id) if line.name == name)


def test_folders_are_made_and_things_moved(client: FlaskClient, world: World, room: MadeRoom) -> None:
    browser, here = sign_in(client, world.associate), f"/documents/room-contents/{room.id}"
    room.file("Teaser")
    room.file("Letter")
    assert "Saltmarsh Fund II" in browser.get(f"{here}/new").text
    assert browser.post(here, data={"name": "Legal", "folder": str(room.folder)}).status_code == 303
    again = browser.post(here, data={"name": "Legal", "folder": str(room.folder)})
    assert again.status_code == 422
    assert "There is a folder of this name here already." in again.text
    assert browser.post(here, data={"name": "Legal", "folder": "x"}).status_code == 404
    assert index(room) == ["1 Teaser", "2 Letter", "3 Legal"]
    assert 'value="3"' in browser.get(f"{here}/{item(room, 'Legal')}").text
    assert browser.post(f"{here}/{item(room, 'Legal')}", data={"number": "1"}).status_code == 303
    assert index(room) == ["1 Legal", "2 Teaser", "3 Letter"]
    assert browser.post(f"{here}/{item(room, 'Legal')}", data={"number": "0"}).status_code == 422
    assert browser.get(f"{here}/{uuid4()}").status_code == 404


def test_a_document_is_moved_to_another_folder_by_who_may_publish(
    client: FlaskClient, world: World, room: MadeRoom
) -> None:
    folder, here = room.make_folder("Legal"), f"/documents/room-contents/{room.id}"
    room.file("Teaser")
    data = {"number": "2", "folder": str(folder)}
    associate = sign_in(client, world.associate)
    assert associate.post(f"{here}/{item(room, 'Teaser')}", data=data).status_code == 422
    manager = sign_in(client, world.manager)
    assert "In another folder it comes last" in manager.get(f"{here}/{item(room, 'Teaser')}").text
    assert manager.post(f"{here}/{item(room, 'Teaser')}", data=data).status_code == 303
    assert index(room) == ["1 Legal", "1.1 Teaser"]
