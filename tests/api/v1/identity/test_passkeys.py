"""Passkeys in apps: signing in, setting one up, proving oneself by it, removing it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from portal.domain.identity.access.values import Actor
from portal.domain.identity.sessions.values import Proof
from tests.api.v1.identity.test_factors import FACTORS, ME, auth, claims, kind
from tests.conftest import World
from tests.factories.api import Headers, bearer
from tests.factories.identity import PASSWORD, give_totp, totp_code
from tests.factories.passkeys import Authenticator, give_passkey

SIGN_IN = "/api/v1/auth/passkeys"


def said(asked: TestResponse, authenticator: Authenticator) -> dict[str, Any]:
    """What the authenticator says to what was asked."""
    options = asked.json["options"]
    credential = authenticator.create(options) if "user" in options else authenticator.get(options)
    return {"ceremony": asked.json["ceremony"], "credential": credential}


def come_in(client: FlaskClient, authenticator: Authenticator) -> TestResponse:
    return client.post(f"{SIGN_IN}/verify", json=said(client.post(f"{SIGN_IN}/options"), authenticator))


def set_up(client: FlaskClient, headers: Headers, authenticator: Authenticator, proof: object) -> TestResponse:
    asked = client.post(f"{FACTORS}/passkeys", json={"proof": proof}, headers=headers)
    assert asked.status_code == 200, asked.json
    body = {**said(asked, authenticator), "name": "Phone"}
    return client.post(f"{FACTORS}/passkeys/confirm", json=body, headers=headers)


def test_an_app_signs_in_with_a_passkey(client: FlaskClient, manager: Actor) -> None:
    phone = give_passkey(manager)

    tokens = come_in(client, phone).json

    assert claims(tokens)["acr"] == "passkey"
    assert client.get(ME, headers=auth(tokens)).status_code == 200
    refreshed = client.post("/api/v1/auth/refresh", json={"refresh_token": tokens["refresh_token"]}).json
    assert claims(refreshed)["acr"] == "passkey"


def test_what_is_off_opens_nothing(client: FlaskClient, manager: Actor) -> None:
    phone = give_passkey(manager)
    assert kind(come_in(client, replace(phone, key=Authenticator().key))) == (401, "unknown_passkey")
    body = said(client.post(f"{SIGN_IN}/options"), phone)
    assert client.post(f"{SIGN_IN}/verify", json=body).status_code == 200
    assert kind(client.post(f"{SIGN_IN}/verify", json=body)) == (409, "ceremony_over")
    assert kind(client.post(f"{SIGN_IN}/verify", json={**body, "credential": {}}))[0] == 401
    assert client.post(f"{SIGN_IN}/verify", json={**body, "credential": "x"}).status_code == 422


def test_a_passkey_is_set_up_listed_used_as_proof_and_removed(client: FlaskClient, investor: Actor) -> None:
    me, phone = bearer(investor, proven_by=Proof.PASSWORD), Authenticator()
    made = set_up(client, me, phone, PASSWORD)
    assert len(made.json["recovery_codes"]) == 10
    (listed,) = client.get(FACTORS, headers=me).json["items"]
    assert (listed["kind"], listed["name"], listed["used_at"]) == ("passkey", "Phone", None)

    def proof() -> dict[str, Any]:
        return said(client.post(f"{FACTORS}/proof", headers=me), phone)

    assert kind(client.post(f"{FACTORS}/passkeys", json={"proof": PASSWORD}, headers=me)) == (403, "wrong_code")
    assert set_up(client, me, Authenticator(), proof()).json == {"recovery_codes": []}
    one, other = (each["id"] for each in client.get(FACTORS, headers=me).json["items"])
    wrong = said(client.post(f"{FACTORS}/proof", headers=me), Authenticator())
    assert kind(client.delete(f"{FACTORS}/{other}", json={"proof": wrong}, headers=me)) == (403, "passkey_refused")
    for factor_id in (other, one):
        assert client.delete(f"{FACTORS}/{factor_id}", json={"proof": proof()}, headers=me).status_code == 204
    assert client.get(FACTORS, headers=me).json["items"] == []


def test_anothers_passkey_is_not_there(client: FlaskClient, world: World) -> None:
    give_passkey(world.another_investor)
    theirs = client.get(FACTORS, headers=bearer(world.another_investor)).json["items"][0]["id"]
    me = bearer(world.investor)
    assert client.delete(f"{FACTORS}/{theirs}", json={"proof": PASSWORD}, headers=me).status_code == 404


def test_what_began_with_a_password_adds_to_no_factor(client: FlaskClient, investor: Actor) -> None:
    me = bearer(investor, proven_by=Proof.PASSWORD)
    begun = client.post(f"{FACTORS}/passkeys", json={"proof": PASSWORD}, headers=me)
    app = client.post(FACTORS, json={"proof": PASSWORD}, headers=me).json
    give_totp(investor)

    late = client.post(
        f"{FACTORS}/passkeys/confirm", json={**said(begun, Authenticator()), "name": "Thief"}, headers=me
    )
    assert kind(late) == (409, "factor_there")
    body = {"enrolment": app["enrolment"], "code": totp_code(secret=app["secret"])}
    assert kind(client.post(f"{FACTORS}/confirm", json=body, headers=me)) == (409, "factor_there")


def test_a_passkey_is_renamed_and_no_other_factor(client: FlaskClient, world: World) -> None:
    give_totp(world.investor)
    give_passkey(world.investor)
    headers = bearer(world.investor)
    kinds = {item["kind"]: item["id"] for item in client.get(FACTORS, headers=headers).json["items"]}

    def rename(kind_: str, name: str, headers: Headers) -> int:
        return client.patch(f"{FACTORS}/{kinds[kind_]}", json={"name": name}, headers=headers).status_code

    assert rename("passkey", "Theirs", bearer(world.another_investor)) == 404
    assert (rename("totp", "App", headers), rename("passkey", "", headers)) == (404, 422)
    assert rename("passkey", "a\0b", headers) == 422
    assert rename("passkey", "The blue key", headers) == 204
    names = {item["name"] for item in client.get(FACTORS, headers=headers).json["items"]}
    assert names == {None, "The blue key"}


def test_a_credential_with_a_number_beyond_64_bits_is_refused(client: FlaskClient) -> None:
    said = {"ceremony": "leased", "credential": {"counter": 2**70}}
    assert client.post("/api/v1/auth/passkeys/verify", json=said).status_code in {401, 409, 422}
