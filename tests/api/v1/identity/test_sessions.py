"""Where one is signed in, as JSON."""

from __future__ import annotations

from flask import Flask
from flask.testing import FlaskClient

from tests.conftest import World
from tests.factories.api import bearer, open_app
from tests.factories.web import sign_in

SESSIONS = "/api/v1/auth/sessions"


def test_a_session_is_listed_and_ended_at_once(app: Flask, client: FlaskClient, world: World) -> None:
    browser = sign_in(app.test_client(), world.investor)
    mine, lost = bearer(world.investor), open_app(world.investor)
    lost_phone = bearer(world.investor, session_id=lost)
    items = client.get(SESSIONS, headers=mine).json["items"]
    assert [each["this"] for each in items] == [True, False, False]
    assert {each["kind"] for each in items} == {"app", "browser"}
    assert client.delete(f"{SESSIONS}/{lost}", headers=mine).status_code == 204
    assert client.get(SESSIONS, headers=lost_phone).status_code == 401
    assert client.delete(f"{SESSIONS}/{lost}", headers=mine).status_code == 404
    assert client.delete(SESSIONS, headers=mine).status_code == 204
    assert browser.get("/").status_code == 303
    assert [each["this"] for each in client.get(SESSIONS, headers=mine).json["items"]] == [True]


def test_the_sessions_of_others_are_not_there(client: FlaskClient, world: World) -> None:
    mine = open_app(world.investor)
    for person in (world.another_investor, world.manager, world.foreign_investor):
        theirs = bearer(person)
        assert client.delete(f"{SESSIONS}/{mine}", headers=theirs).status_code == 404
        assert str(mine) not in client.get(SESSIONS, headers=theirs).text
        assert client.delete(SESSIONS, headers=theirs).status_code == 204
    assert client.get(SESSIONS, headers=bearer(world.investor, session_id=mine)).status_code == 200
