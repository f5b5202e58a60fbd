"""Consents as JSON."""

from __future__ import annotations

from flask.testing import FlaskClient

from tests.conftest import World
from tests.factories.api import bearer
from tests.factories.privacy import make_purpose, publish_next

CONSENTS = "/api/v1/privacy/consents"


def test_a_consent_is_read_given_and_withdrawn(client: FlaskClient, world: World) -> None:
    purpose = make_purpose(world.administrator)
    mine = bearer(world.investor)
    (before,) = client.get(CONSENTS, headers=mine).json["items"]
    assert (before["text"], before["given"], before["version"]) == ("We write.", None, 1)
    for given in (True, False):
        said = client.put(f"{CONSENTS}/{purpose}", json={"version": 1, "given": given}, headers=mine)
        assert said.status_code == 204
        assert client.get(CONSENTS, headers=mine).json["items"][0]["given"] is given
    publish_next(world.administrator, purpose)
    refused = client.put(f"{CONSENTS}/{purpose}", json={"version": 1, "given": True}, headers=mine)
    assert (refused.status_code, refused.json["type"]) == (409, "urn:problem-type:text_replaced")


def test_another_firm_has_none_of_it(client: FlaskClient, world: World) -> None:
    purpose = make_purpose(world.administrator)
    theirs = bearer(world.foreign_investor)
    assert client.get(CONSENTS, headers=theirs).json["items"] == []
    refused = client.put(f"{CONSENTS}/{purpose}", json={"version": 1, "given": True}, headers=theirs)
    assert refused.status_code == 404
