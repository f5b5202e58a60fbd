"""Letting people in and out by forms."""

from __future__ import annotations

from uuid import UUID

from flask.testing import FlaskClient

from portal.domain.documents.rooms.queries.members import list_members
from portal.domain.documents.rooms.values.members import Standing
from portal.platform.tenancy import acting_as
from tests.conftest import World
from tests.factories.rooms import MadeRoom
from tests.factories.web import sign_in


def test_people_are_let_in_and_out(client: FlaskClient, world: World, room: MadeRoom, everybody: UUID) -> None:
    browser, here = sign_in(client, world.manager), f"/documents/room-members/{room.id}"
    members = browser.get(here).text
    assert "Nobody yet" in members
    assert 'href="/documents/rooms" aria-current="page"' in members, "they belong to the rooms in the navigation"
    assert 'href="/documents" aria-current="page"' not in members
    assert "Everybody" in browser.get(f"{here}/new").text
    wrong = browser.post(here, data={"email": "nora@example.com", "name": "Nora <New>"})
    assert wrong.status_code == 422
    assert "Choose at least one group" in wrong.text
    assert "Nora &lt;New&gt;" in wrong.text
    given = {"email": "nora@example.com", "name": "Nora <New>", "groups": str(everybody), "until": "2099-12-31"}
    assert browser.post(here, data=given).status_code == 303
    assert "Nora &lt;New&gt;" in browser.get(here).text
    with acting_as(world.manager.tenancy):
        (member,) = list_members(world.manager, room.id)
    assert member.until
    assert 'value="2099-12-31"' in browser.get(f"{here}/{member.user_id}").text
    assert browser.post(f"{here}/{member.user_id}", data={"groups": str(everybody)}).status_code == 303
    assert browser.post(f"{here}/{member.user_id}", data={}).status_code == 422
    assert browser.post(f"{here}/{member.user_id}/remove").status_code == 303
    with acting_as(world.manager.tenancy):
        assert [each.standing for each in list_members(world.manager, room.id)] == [Standing.REMOVED]


def test_signatures_are_shown_with_what_proves_them(
    client: FlaskClient, world: World, room: MadeRoom, everybody: UUID
) -> None:
    room.ask_to_sign()
    room.let_in(world.investor, everybody)
    room.sign(world.investor, "Ada <M.> Lane")
    shown = sign_in(client, world.auditor).get(f"/documents/room-members/{room.id}").text
    assert "Ada &lt;M.&gt; Lane" in shown
    assert "Password" in shown
    assert "may enter" in shown
    assert "Let somebody in" not in shown
