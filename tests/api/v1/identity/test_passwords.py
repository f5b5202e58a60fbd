"""Passwords, as JSON."""

from __future__ import annotations

from flask.testing import FlaskClient

from portal.domain.identity.access.values import Actor
from tests.conftest import World
from tests.factories.api import bearer
from tests.factories.identity import PASSWORD, give_totp
from tests.factories.links import make_link

NEW = "turnip lantern over Oslo"
AUTH = "/api/v1/auth"


def test_a_password_is_changed_and_other_sessions_end(client: FlaskClient, investor: Actor) -> None:
    mine, other = bearer(investor), bearer(investor)
    body = {"current": PASSWORD, "password": NEW}
    assert client.post(f"{AUTH}/password/change", json=body, headers=mine).status_code == 204
    assert client.get(f"{AUTH}/sessions", headers=mine).status_code == 200
    assert client.get(f"{AUTH}/sessions", headers=other).status_code == 401
    login = {"email": "ada.lane@example.com"}
    assert client.post(f"{AUTH}/login", json={**login, "password": PASSWORD}).status_code == 401
    assert client.post(f"{AUTH}/login", json={**login, "password": NEW}).status_code == 200


def test_what_is_wrong_is_named(client: FlaskClient, investor: Actor) -> None:
    headers = bearer(investor)
    for body, status, kind, field in (
        ({"current": "wrong", "password": NEW}, 403, "wrong_password", "current"),
        ({"current": PASSWORD, "password": "short"}, 422, "weak_password", "password"),
        ({"current": PASSWORD, "password": "adalane@example"}, 422, "weak_password", "password"),
    ):
        answer = client.post(f"{AUTH}/password/change", json=body, headers=headers)
        assert (answer.status_code, answer.json["type"]) == (status, f"urn:problem-type:{kind}")
        assert [each["field"] for each in answer.json["errors"]] == [field]
        assert PASSWORD not in answer.text
    assert client.post(f"{AUTH}/password/change", json={"current": PASSWORD, "password": NEW}).status_code == 401


def test_with_a_second_factor_twelve_characters_do(client: FlaskClient, investor: Actor) -> None:
    headers, body = bearer(investor), {"current": PASSWORD, "password": "lamp turnip!"}
    assert client.post(f"{AUTH}/password/change", json=body, headers=headers).status_code == 422
    give_totp(investor)
    assert client.post(f"{AUTH}/password/change", json=body, headers=headers).status_code == 204


def test_forgetting_is_answered_alike_and_limited(client: FlaskClient, world: World) -> None:
    answers = [
        client.post(f"{AUTH}/password/forgot", json={"email": email})
        for email in ["ada.lane@example.com", "nobody.there@example.com"] * 5
    ]
    assert {(answer.status_code, answer.data) for answer in answers} == {(204, b"")}
    for email in ("ada.lane@example.com", "nobody.there@example.com"):
        stopped = client.post(f"{AUTH}/password/forgot", json={"email": email})
        assert (stopped.status_code, stopped.json["type"]) == (429, "urn:problem-type:limited")
        assert 0 < int(stopped.headers["Retry-After"]) <= 300


def test_a_token_sets_a_new_password_once(client: FlaskClient, investor: Actor) -> None:
    session, token = bearer(investor), make_link(investor)
    assert client.post(f"{AUTH}/password/reset", json={"token": token, "password": "short"}).status_code == 422
    assert client.post(f"{AUTH}/password/reset", json={"token": token, "password": NEW}).status_code == 204
    again = client.post(f"{AUTH}/password/reset", json={"token": token, "password": NEW})
    assert (again.status_code, again.json["type"]) == (409, "urn:problem-type:link_closed")
    unknown = client.post(f"{AUTH}/password/reset", json={"token": "unknown", "password": NEW})
    assert (unknown.status_code, unknown.json["type"]) == (404, "urn:problem-type:unknown_link")
    assert client.get(f"{AUTH}/sessions", headers=session).status_code == 401
