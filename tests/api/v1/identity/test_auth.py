"""Signing an app in, refreshing its tokens, signing it out."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any
from uuid import UUID

import jwt
import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from portal.domain.identity.access.values import Actor, Role
from portal.platform import clock, db
from portal.platform.db import transactional
from portal.platform.tenancy import GATE, acting_as
from tests.conftest import World
from tests.factories.identity import PASSWORD, make_user

ME = "/api/v1/investments/portfolio"
EMAIL = "ada.lane@example.com"
PARALLEL = 100


def login(
    client: FlaskClient, email: str = EMAIL, password: str = PASSWORD, *, host: str = "localhost"
) -> TestResponse:
    return client.post("/api/v1/auth/login", json={"email": email, "password": password}, headers={"Host": host})


def refresh(client: FlaskClient, token: str) -> TestResponse:
    return client.post("/api/v1/auth/refresh", json={"refresh_token": token})


def user_of(tokens: dict[str, Any]) -> str:
    claims: dict[str, str] = jwt.decode(tokens["access_token"], options={"verify_signature": False})
    return claims["sub"]


@transactional
def set_host(firm_id: UUID, host: str) -> None:
    db.execute("UPDATE identity.firms SET host = %(host)s WHERE id = %(id)s", host=host, id=firm_id)


def bearer(tokens: dict[str, Any]) -> dict[str, str]:
    return {"Authorization": f"{tokens['token_type']} {tokens['access_token']}"}


@pytest.fixture
def tokens(client: FlaskClient, world: World) -> dict[str, Any]:
    """A pair just given."""
    answer = login(client)
    assert answer.status_code == 200
    found: dict[str, Any] = answer.json
    return found


def test_a_pair_is_given_and_not_kept_by_anybody(client: FlaskClient, world: World) -> None:
    answer = login(client)

    assert answer.headers["Cache-Control"] == "no-store"
    assert set(answer.json) == {"access_token", "refresh_token", "token_type", "expires_in"}
    assert answer.json["expires_in"] == 300
    header = jwt.get_unverified_header(answer.json["access_token"])
    assert (header["alg"], header["typ"]) == ("EdDSA", "at+jwt")
    assert client.get(ME, headers=bearer(answer.json)).status_code == 200


@pytest.mark.parametrize(("email", "password"), [(EMAIL, "wrong password"), ("nobody@example.com", PASSWORD)])
def test_known_and_unknown_addresses_are_refused_alike(
    client: FlaskClient, world: World, email: str, password: str
) -> None:
    answer = login(client, email, password)

    assert answer.status_code == 401
    assert answer.content_type == "application/problem+json"
    assert answer.headers["WWW-Authenticate"] == 'Bearer realm="portal"'
    assert answer.json["type"] == "urn:problem-type:wrong_credentials"
    assert answer.json["detail"] == "This e-mail address and password do not match. Check both and try again."


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({}, {"email", "password"}),
        ({"email": EMAIL}, {"password"}),
        ({"email": EMAIL, "password": 1234567890123}, {"password"}),
        ({"email": EMAIL, "password": ""}, {"password"}),
        ({"email": EMAIL, "password": "x" * 129}, {"password"}),
        ({"email": "a\0b@example.com", "password": PASSWORD}, {"email"}),
        ({"email": [EMAIL], "password": PASSWORD}, {"email"}),
        ({"email": EMAIL, "password": PASSWORD, "admin": True}, {"admin"}),
        ([], {"body"}),
        ("text", {"body"}),
    ],
)
def test_each_wrong_field_is_named_and_never_shown(client: FlaskClient, body: Any, fields: set[str]) -> None:
    answer = client.post("/api/v1/auth/login", json=body)

    assert answer.status_code == 422
    assert {each["field"] for each in answer.json["errors"]} == fields
    assert "xxxx" not in answer.text
    assert "1234567890123" not in answer.text


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"{'a': 1}", b'{"email": "\xff"}', b'{"email": "\\ud800"}', b"NaNa", b"[" * 5000, b"\x00"],
)
def test_a_body_that_is_no_json_is_malformed(client: FlaskClient, body: bytes) -> None:
    answer = client.post("/api/v1/auth/login", data=body, content_type="application/json")

    assert (answer.status_code, answer.json["type"]) == (400, "urn:problem-type:malformed_request")


def test_only_json_is_read(client: FlaskClient) -> None:
    answer = client.post("/api/v1/auth/login", data={"email": EMAIL, "password": PASSWORD})

    assert (answer.status_code, answer.json["type"]) == (415, "urn:problem-type:unsupported_media_type")


def test_strange_addresses_are_refused(client: FlaskClient, world: World) -> None:
    assert login(client, "ada.lane@example.com\u200b").status_code == 401
    assert login(client, "'; DROP TABLE identity.users; --").status_code == 401


def test_the_host_of_a_firm_signs_into_that_firm(app: Flask, client: FlaskClient, world: World) -> None:
    twin = make_user(world.other_firm_id, EMAIL, Role.INVESTOR)
    for firm_id, host in ((world.firm_id, "harbour.example"), (world.other_firm_id, "northwind.example")):
        with acting_as(Actor.system(firm_id).tenancy):
            set_host(firm_id, host)

    signed_in = {host: login(client, host=host).json for host in ("harbour.example", "northwind.example")}

    assert user_of(signed_in["harbour.example"]) == str(world.investor.user_id)
    assert user_of(signed_in["northwind.example"]) == str(twin.user_id)


def test_tokens_are_refreshed_once(client: FlaskClient, tokens: dict[str, Any]) -> None:
    second = refresh(client, tokens["refresh_token"])

    assert second.status_code == 200
    assert second.json["refresh_token"] != tokens["refresh_token"]
    assert client.get(ME, headers=bearer(second.json)).status_code == 200
    assert refresh(client, second.json["refresh_token"]).status_code == 200


def test_a_lost_answer_is_given_again(client: FlaskClient, tokens: dict[str, Any]) -> None:
    first, again = (refresh(client, tokens["refresh_token"]) for _ in range(2))

    assert first.json["refresh_token"] == again.json["refresh_token"]


def test_a_used_token_that_comes_back_later_ends_the_session(client: FlaskClient, tokens: dict[str, Any]) -> None:
    second = refresh(client, tokens["refresh_token"]).json
    with time_machine.travel(clock.now() + timedelta(seconds=11), tick=True):
        reused = refresh(client, tokens["refresh_token"])

        assert (reused.status_code, reused.json["type"]) == (401, "urn:problem-type:token_refused")
        assert refresh(client, second["refresh_token"]).status_code == 401
        assert client.get(ME, headers=bearer(second)).status_code == 401


@pytest.mark.parametrize("token", ["unknown", "ü", "x" * 200])
def test_unknown_refresh_tokens_are_refused(client: FlaskClient, token: str) -> None:
    assert refresh(client, token).status_code == 401


def test_signing_out_ends_every_token_of_the_session(client: FlaskClient, tokens: dict[str, Any]) -> None:
    other = login(client).json

    answer = client.post("/api/v1/auth/logout", headers=bearer(tokens))

    assert (answer.status_code, answer.data) == (204, b"")
    assert client.get(ME, headers=bearer(tokens)).status_code == 401
    assert refresh(client, tokens["refresh_token"]).status_code == 401
    assert client.get(ME, headers=bearer(other)).status_code == 200


@pytest.fixture
def committed_tokens(committed_app: Flask, world: World) -> Iterator[dict[str, Any]]:
    """A pair that every connection knows; its session is ended afterwards."""
    client = committed_app.test_client()
    found = login(client).json
    yield found
    client.post("/api/v1/auth/logout", headers=bearer(found))


def test_of_parallel_refreshes_at_most_one_successor_comes(
    committed_app: Flask, committed_tokens: dict[str, Any]
) -> None:
    gate = Barrier(PARALLEL)

    def once(_number: int) -> TestResponse:
        gate.wait()
        return refresh(committed_app.test_client(), committed_tokens["refresh_token"])

    with ThreadPoolExecutor(PARALLEL) as pool:
        answers = list(pool.map(once, range(PARALLEL)))

    given = {answer.json["refresh_token"] for answer in answers if answer.status_code == 200}
    assert {answer.status_code for answer in answers} == {200}
    assert len(given) == 1
    with committed_app.app_context(), acting_as(GATE):
        successors = db.fetch_value(
            "SELECT count(*) FROM identity.refresh_tokens t JOIN identity.sessions s ON s.id = t.session_id"
            " WHERE s.id = %(id)s",
            id=jwt.decode(committed_tokens["access_token"], options={"verify_signature": False})["sid"],
        )
    assert successors == 2


def test_the_public_keys_check_an_access_token(client: FlaskClient) -> None:
    answer = client.get("/api/v1/auth/jwks.json")
    assert answer.headers["Cache-Control"] == "public, max-age=300"
    keys = jwt.PyJWKSet.from_dict(answer.get_json())
    token = login(client).get_json()["access_token"]
    key = keys[jwt.get_unverified_header(token)["kid"]]
    claims = jwt.decode(token, key, algorithms=["EdDSA"], audience="http://localhost/api")
    assert claims["iss"] == "http://localhost"
