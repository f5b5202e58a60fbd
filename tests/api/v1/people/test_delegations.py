"""Delegations in JSON."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import time_machine
from flask.testing import FlaskClient

from portal.domain.identity.access.values import Role
from portal.platform import clock
from tests.api.conftest import Book
from tests.conftest import World
from tests.factories.api import bearer, open_app
from tests.factories.identity import make_user

URL = "/api/v1/delegations"
EMAIL = "sam.reed@example.com"


def body(book: Book, **more: object) -> dict[str, Any]:
    until = (clock.today() + timedelta(days=30)).isoformat()
    usual = {"called": "Sam", "email": EMAIL, "relation": "lawyer", "accounts": [str(book.account)]}
    return {**usual, "scopes": ["figures"], "until": until, **more}


def test_given_read_used_and_revoked(client: FlaskClient, book: Book, world: World) -> None:
    delegate = make_user(world.firm_id, EMAIL, Role.DELEGATE)
    mine, theirs = bearer(world.investor), bearer(delegate)
    assert client.get("/api/v1/investments/holdings", headers=theirs).json["items"] == []
    made = client.post(URL, json=body(book), headers=mine)
    assert made.status_code == 201
    (item,) = client.get(URL, headers=mine).json["items"]
    assert (item["id"], item["given"], item["person"], item["state"]) == (made.json["id"], True, "Sam", "open")
    (item,) = client.get(URL, headers=theirs).json["items"]
    assert (item["given"], item["person"], [each["name"] for each in item["accounts"]]) == (
        False,
        "Ada Lane",
        ["Lane Trust"],
    )
    holdings = client.get("/api/v1/investments/holdings", headers=theirs).json["items"]
    assert {each["account"] for each in holdings} == {"Lane Trust"}
    assert client.get(f"/api/v1/investments/holdings/{book.strange_holding}", headers=theirs).status_code == 404
    assert client.delete(f"{URL}/{item['id']}", headers=theirs).status_code == 403
    assert client.delete(f"{URL}/{item['id']}", headers=bearer(world.another_investor)).status_code == 404
    assert client.delete(f"{URL}/{item['id']}", headers=mine).status_code == 204
    assert client.get("/api/v1/investments/holdings", headers=theirs).json["items"] == []
    assert client.get(URL, headers=mine).json["items"][0]["state"] == "ended"


def test_refusals(client: FlaskClient, book: Book, world: World) -> None:
    headers = bearer(world.investor)
    wrong = client.post(URL, json=body(book, until="2001-01-01"), headers=headers)
    assert (wrong.status_code, wrong.json["errors"][0]["field"]) == (422, "until")
    assert client.post(URL, json=body(book), headers=bearer(world.manager)).status_code == 403
    assert client.post(URL, json=body(book), headers=headers).status_code == 201
    twice = client.post(URL, json=body(book), headers=headers)
    assert (twice.status_code, twice.json["type"]) == (409, "urn:problem-type:already_shared")
    with time_machine.travel(clock.now() - timedelta(minutes=5, seconds=1), tick=True):
        session_id = open_app(world.investor)
    late = client.post(URL, json=body(book), headers=bearer(world.investor, session_id=session_id))
    assert (late.status_code, late.json["type"]) == (403, "urn:problem-type:proof_needed")
