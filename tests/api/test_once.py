"""Idempotency-Key: what is sent again is answered as before."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal.domain.identity.record.queries import list_history
from portal.platform.tenancy import acting_as
from tests.api.conftest import Book
from tests.conftest import World
from tests.factories.api import Headers, bearer

URL = "/api/v1/invitations"
KEY = "3f0e5a6e-0b6c-4f1e-9f5e-3b1b7f6f6f6f"
PERSON = {"email": "new.person@example.com", "name": "New Person", "roles": ["investor"], "accounts": []}
# Writes that are done each time, and why.
EVERY_TIME = {
    "sign_out": "nobody is left who could send it again",
    "begin_factor": "secrets in the answer",
    "confirm_factor": "secrets in the answer",
    "begin_passkey": "secrets in the answer",
    "confirm_new_passkey": "secrets in the answer",
    "turn_texts_on": "secrets in the answer",
    "begin_passkey_proof": "asks anew each time",
}
# Those of people who have no token: a link or a code opens once by itself, and what asks for one is limited.
OF_NOBODY = {
    "sign_in", "verify_mfa", "refresh", "begin_passkey_sign_in", "sign_in_with_passkey", "forget_password",
    "reset_password", "send_code", "register", "join", "undo_change",
}  # fmt: skip


@pytest.fixture
def desk(client: FlaskClient, world: World) -> Headers:
    """An app of the firm's manager."""
    return bearer(world.manager)


def test_every_write_takes_a_key_or_says_why_not(app: Flask, client: FlaskClient) -> None:
    seen = set()
    for path in client.get("/api/v1/openapi.json").json["paths"].values():
        for method, operation in path.items():
            name = operation["operationId"]
            takes = any(each["name"] == "Idempotency-Key" for each in operation.get("parameters", ()))
            if method == "get":
                assert not takes
                continue
            view, seen = app.view_functions[f"api.{name}"].__dict__, seen | {name}
            assert takes != (name in EVERY_TIME or name in OF_NOBODY), f"{name}: say here why it takes no key"
            assert ("every_time" in view) == (name in EVERY_TIME)
            assert (view["access"] == "public") == (name in OF_NOBODY)
            assert not takes or {"400", "409", "422"} <= operation["responses"].keys()
    assert seen >= EVERY_TIME.keys() | OF_NOBODY


def test_the_same_request_is_answered_as_before(client: FlaskClient, desk: Headers) -> None:
    first, again = (client.post(URL, json=PERSON, headers={**desk, "Idempotency-Key": KEY}) for _ in range(2))
    assert (first.status_code, again.status_code) == (201, 201)
    assert (first.data, first.content_type) == (again.data, again.content_type)
    assert again.headers["Cache-Control"] == "no-store"
    assert _invited(client, desk) == [PERSON["email"]]


def test_without_a_key_or_with_another_it_is_another_request(client: FlaskClient, desk: Headers) -> None:
    client.post(URL, json=PERSON, headers={**desk, "Idempotency-Key": KEY})
    assert client.post(URL, json=PERSON, headers={**desk, "Idempotency-Key": KEY[::-1]}).status_code in (201, 422)
    other = {**PERSON, "email": "other.person@example.com"}
    refused = client.post(URL, json=other, headers={**desk, "Idempotency-Key": KEY})
    assert (refused.status_code, refused.json["type"]) == (422, "urn:problem-type:key_used")
    assert _invited(client, desk) == [PERSON["email"]]


def test_a_key_belongs_to_one_address_too(client: FlaskClient, desk: Headers) -> None:
    made = client.post(URL, json=PERSON, headers={**desk, "Idempotency-Key": KEY}).json
    again = client.post(f"{URL}/{made['id']}/resend", headers={**desk, "Idempotency-Key": KEY})
    assert again.json["type"] == "urn:problem-type:key_used"


def test_what_was_refused_leaves_the_key_free(client: FlaskClient, desk: Headers) -> None:
    given = {**desk, "Idempotency-Key": KEY}
    refused = client.post(URL, json={**PERSON, "accounts": ["No such account"]}, headers=given)
    assert refused.status_code == 422
    assert client.post(URL, json=PERSON, headers=given).status_code == 201
    assert _invited(client, desk) == [PERSON["email"]]


def test_a_key_is_one_person_s(client: FlaskClient, world: World, book: Book) -> None:
    for person, email in ((world.manager, "a@example.com"), (world.associate, "b@example.com")):
        given = {**bearer(person), "Idempotency-Key": KEY}
        assert client.post(URL, json={**PERSON, "email": email}, headers=given).status_code == 201
    foreign = {**bearer(world.foreign_manager), "Idempotency-Key": KEY}
    assert client.post(URL, json=PERSON, headers=foreign).status_code == 201


@pytest.mark.parametrize("key", ["short", "with a space in it", "x" * 256, "käse-käse-käse"])
def test_a_key_that_is_none_is_refused(client: FlaskClient, desk: Headers, key: str) -> None:
    refused = client.post(URL, json=PERSON, headers={**desk, "Idempotency-Key": key})
    assert (refused.status_code, refused.json["type"]) == (400, "urn:problem-type:bad_idempotency_key")
    assert _invited(client, desk) == []


def test_an_answer_without_a_body_is_one_too(client: FlaskClient, desk: Headers, world: World) -> None:
    made = client.post(URL, json=PERSON, headers=desk).json
    given = {**desk, "Idempotency-Key": KEY}
    for _ in range(3):
        answer = client.post(f"{URL}/{made['id']}/resend", headers=given)
        assert (answer.status_code, answer.data) == (204, b"")
    assert _acts(world, made["id"]).count("invitation.resend") == 1


def _invited(client: FlaskClient, desk: Headers) -> list[str]:
    items: list[dict[str, Any]] = client.get(URL, headers=desk).json["items"]
    return [each["email"] for each in items]


def _acts(world: World, user_id: str) -> list[str]:
    with acting_as(world.manager.tenancy):
        return [each.act for each in list_history(world.manager, f"user:{UUID(user_id)}")]
