"""The table of groups and folders."""

from __future__ import annotations

import re
from uuid import UUID

from flask.testing import FlaskClient

from portal.domain.documents.rooms.queries.members import get_matrix, list_groups
from portal.domain.documents.rooms.values.members import FolderPermission
from portal.platform.tenancy import acting_as
from tests.conftest import World
from tests.factories.rooms import MadeRoom
from tests.factories.web import sign_in


def test_permissions_are_set_in_one_table(client: FlaskClient, world: World, room: MadeRoom, everybody: UUID) -> None:
    folder, here = room.make_folder("Financials"), f"/documents/room-permissions/{room.id}"
    browser = sign_in(client, world.manager)
    seen = re.search(r'name="seen" value="(\w+)"', browser.get(here).text)
    assert seen
    data = {"seen": seen[1], f"p-{everybody}-{room.folder}": "view", f"p-{everybody}-{folder}": "download"}
    assert browser.post(here, data=data).status_code == 303
    with acting_as(world.manager.tenancy):
        matrix = get_matrix(world.manager, room.id)
    assert matrix.of(everybody, room.folder) is FolderPermission.VIEW
    assert matrix.of(everybody, folder) is FolderPermission.DOWNLOAD
    stale = browser.post(here, data=data | {f"p-{everybody}-{folder}": "none"})
    assert stale.status_code == 409
    assert "Somebody changed what groups may see meanwhile" in stale.text


def test_groups_are_made_and_ended(client: FlaskClient, world: World, room: MadeRoom, everybody: UUID) -> None:
    browser, here = sign_in(client, world.manager), f"/documents/room-permissions/{room.id}"
    assert browser.post(f"{here}/groups", data={"name": "Lenders"}).status_code == 303
    assert browser.post(f"{here}/groups", data={"name": "lenders"}).status_code == 422
    assert browser.post(f"{here}/groups/{everybody}/end").status_code == 303
    assert browser.post(f"{here}/groups/{everybody}/end").status_code == 404
    with acting_as(world.manager.tenancy):
        assert [each.name for each in list_groups(world.manager, room.id)] == ["Lenders"]
    reader = sign_in(client, world.associate)
    assert "Nothing" in reader.get(here).text
    assert "<select" not in reader.get(here).text.partition("<main")[2]
    assert reader.post(here).status_code == 403
