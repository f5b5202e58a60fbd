"""Folders and numbers by forms."""

from __future__ import annotations

import re
from uuid import UUID, uuid4

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from portal.domain.documents.rooms.queries.contents import list_index
from portal.domain.documents.rooms.values.members import FolderPermission
from portal.jobs.drain import drain
from portal.platform.tenancy import acting_as
from tests.conftest import World
from tests.factories.documents import make_folder
from tests.factories.rooms import MadeRoom
from tests.factories.uploads import paper, sent
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
    made = browser.post(here, data={"name": "Legal", "folder": str(room.folder)})
    assert made.status_code == 303
    assert "Nobody outside the staff sees it yet." in browser.get(made.location).text
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
    folder = room.make_folder("Legal")
    lookers = room.group("Lookers", FolderPermission.VIEW)
    room.permit(lookers, folder, FolderPermission.NONE)
    room.file("Teaser")
    here = f"/documents/room-contents/{room.id}/{item(room, 'Teaser')}"
    associate = sign_in(client, world.associate)
    assert "To another folder" not in associate.get(here).text
    assert associate.get(f"{here}/place?folder={folder}").status_code == 403
    assert associate.post(f"{here}/place", data={"folder": str(folder)}).status_code == 403
    manager = sign_in(client, world.manager)
    assert "1 Legal" in manager.get(here).text
    told = manager.get(f"{here}/place?folder={folder}").text
    assert "View and download, as before" in told
    assert "Nothing; before: View only" in told
    seen = re.search(r'name="seen"[^>]*value="(\w+)"', told)
    assert seen
    room.permit(lookers, folder, FolderPermission.VIEW)
    moving = {"folder": str(folder), "seen": seen[1]}
    late = manager.post(f"{here}/place", data=moving)
    assert late.status_code == 422
    assert "Somebody changed what groups may see meanwhile." in late.text
    assert "View only, as before" in late.text
    again = re.search(r'name="seen"[^>]*value="(\w+)"', late.text)
    assert again
    assert manager.post(f"{here}/place", data={**moving, "seen": again[1]}).status_code == 303
    assert index(room) == ["1 Legal", "1.1 Teaser"]
    assert manager.post(f"{here}/place", data={"seen": "x"}).status_code == 404


def test_a_new_folder_is_for_the_groups_that_keep_their_tick(client: FlaskClient, world: World, room: MadeRoom) -> None:
    lookers = room.group("Lookers", FolderPermission.VIEW)
    room.group("Strangers", None)
    browser, here = sign_in(client, world.associate), f"/documents/room-contents/{room.id}"
    form = browser.get(f"{here}/new").text
    assert len(re.findall(r"<input[^>]* checked[^>]* name=\"groups\"", form)) == 2
    assert "Lookers · View only" in form
    assert "Strangers" not in form
    made = browser.post(here, data={"name": "Legal", "groups": [str(lookers)]})
    assert "It is seen by Lookers." in browser.get(made.location).text
    unseen = browser.get(f"{here}/new?folder={room.make_folder('Drafts', groups=[])}").text
    assert "No group sees the folder it lies in" in unseen
    assert browser.get(f"{here}/new?folder={uuid4()}").status_code == 404


def test_what_is_uploaded_into_a_folder_is_for_who_sees_it(client: FlaskClient, world: World, room: MadeRoom) -> None:
    folder = room.make_folder("Legal")
    browser, here = sign_in(client, world.associate), f"/documents/uploads/new?folder={folder}"
    assert here in browser.get(f"/documents/rooms/{room.id}").text
    form = browser.get(here).text
    assert '<option selected value="room">' in form
    assert "is seen by Everybody." in form
    hidden = room.make_folder("Drafts", groups=[])
    assert "No group of the room sees this folder yet." in browser.get(f"/documents/uploads/new?folder={hidden}").text

    def send(folder_id: UUID) -> TestResponse:
        data = sent(("Side letter.pdf", paper()), audience="room")
        return browser.post(f"/documents/uploads?folder={folder_id}", data=data)

    assert send(folder).status_code == 303
    drain()
    assert index(room) == ["1 Legal", "1.1 Side letter", "2 Drafts"]
    assert "Not a valid choice" in send(make_folder(world.firm_id)).text


def test_what_is_said_of_a_document_of_a_room_leaves_it_there(
    client: FlaskClient, world: World, room: MadeRoom
) -> None:
    here = f"/documents/handling/{room.file('Teaser', published=False)}/edit"
    browser = sign_in(client, world.associate)
    assert '<option selected value="room">' in browser.get(here).text
    assert (
        browser.post(here, data={"title": "Letter", "type": "other", "audience": "room", "staff": ""}).status_code
        == 303
    )
    assert index(room) == ["1 Letter"]
