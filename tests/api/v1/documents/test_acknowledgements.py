"""“I have read this”, said in an app."""

from __future__ import annotations

from flask.testing import FlaskClient

from portal.platform.ids import new_id
from tests.conftest import World
from tests.factories.api import bearer
from tests.factories.investments import make_account
from tests.factories.reading import make_next_version, make_paper


def test_it_is_asked_and_said(client: FlaskClient, world: World) -> None:
    paper = make_paper(make_account(world.firm_id, "Lane", world.investor), world.firm_id, must_acknowledge=True)
    address, mine = f"/api/v1/documents/{paper}/acknowledgement", bearer(world.investor)
    asked = client.get(address, headers=mine).json
    assert (asked["asked"], asked["version"], asked["acknowledged_at"]) == (True, 1, None)
    assert asked["text"].startswith("I have read “Letter to investors”, version 1")
    said = {"version_id": asked["version_id"]}
    assert [client.put(address, json=said, headers=mine).status_code for _ in range(2)] == [204, 204]
    assert client.get(address, headers=mine).json["acknowledged_at"]
    make_next_version(world.firm_id, paper)
    refused = client.put(address, json=said, headers=mine)
    assert (refused.status_code, refused.json["type"]) == (409, "urn:problem-type:version_replaced")
    for other in (world.another_investor, world.foreign_investor):
        assert client.get(address, headers=bearer(other)).status_code == 404
        assert client.put(address, json=said, headers=bearer(other)).status_code == 404


def test_where_nobody_asks_nothing_is_said(client: FlaskClient, world: World) -> None:
    paper = make_paper(make_account(world.firm_id, "Lane", world.investor), world.firm_id)
    address, mine = f"/api/v1/documents/{paper}/acknowledgement", bearer(world.investor)
    assert client.get(address, headers=mine).json["asked"] is False
    refused = client.put(address, json={"version_id": str(new_id())}, headers=mine)
    assert (refused.status_code, refused.json["type"]) == (409, "urn:problem-type:nothing_to_acknowledge")
