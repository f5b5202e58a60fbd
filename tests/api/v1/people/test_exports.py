"""All of a person's data, as an app asks for it."""

from __future__ import annotations

from datetime import timedelta

import time_machine
from flask.testing import FlaskClient

from portal.jobs.drain import drain
from portal.platform import clock
from tests.conftest import World
from tests.factories.api import bearer, open_app

EXPORTS = "/api/v1/privacy/exports"


def test_it_is_asked_for_and_downloaded(client: FlaskClient, world: World) -> None:
    mine = bearer(world.investor)
    asked = client.post(EXPORTS, headers=mine)
    assert (asked.status_code, asked.json["state"], asked.json["download"]) == (201, "collecting", None)
    again = client.post(EXPORTS, headers=mine)
    assert (again.status_code, again.json["type"]) == (409, "urn:problem-type:export_under_way")
    early = client.get(f"{EXPORTS}/{asked.json['id']}/download", headers=mine)
    assert (early.status_code, early.json["type"]) == (409, "urn:problem-type:export_gone")
    drain()
    (item,) = client.get(EXPORTS, headers=mine).json["items"]
    assert item["state"] == "ready"
    sent = client.get(item["download"], headers=mine)
    assert sent.status_code == 303
    assert len(client.get(sent.location).data) == item["size"]
    for other in (world.another_investor, world.manager, world.foreign_investor):
        theirs = bearer(other)
        assert client.get(item["download"], headers=theirs).status_code == 404
        assert client.get(EXPORTS, headers=theirs).json["items"] == []


def test_an_old_proof_does_not_do(client: FlaskClient, world: World) -> None:
    session_id = open_app(world.investor)
    with time_machine.travel(clock.now() + timedelta(minutes=6), tick=True):
        refused = client.post(EXPORTS, headers=bearer(world.investor, session_id=session_id))
    assert (refused.status_code, refused.json["type"]) == (403, "urn:problem-type:proof_needed")
