"""Second factors in apps: signing in by two steps, and a person's own factors."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import jwt
import pytest
import time_machine
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from portal.domain.identity.access.values import Actor
from portal.domain.identity.sessions.errors import SessionEnded
from portal.domain.identity.sessions.queries import find_pending_session
from portal.domain.identity.sessions.values import Browser
from portal.domain.identity.tokens.services import open_proven_app_session
from portal.platform import clock
from portal.platform.ids import new_id
from portal.platform.tenancy import acting_as
from tests.conftest import World
from tests.factories.api import Headers, bearer
from tests.factories.identity import PASSWORD, give_totp, totp_code

ME = "/api/v1/investments/portfolio"
FACTORS = "/api/v1/auth/factors"
ADA, MANAGER = "ada.lane@example.com", "manager@example.com"


def login(client: FlaskClient, email: str = ADA) -> TestResponse:
    return client.post("/api/v1/auth/login", json={"email": email, "password": PASSWORD})


def verify(client: FlaskClient, mfa_token: str, code: str) -> TestResponse:
    return client.post("/api/v1/auth/verify-mfa", json={"mfa_token": mfa_token, "code": code})


def claims(tokens: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = jwt.decode(tokens["access_token"], options={"verify_signature": False})
    return found


def kind(answer: TestResponse) -> tuple[int, str]:
    return answer.status_code, answer.json["type"].removeprefix("urn:problem-type:")


def auth(tokens: dict[str, Any]) -> Headers:
    return {"Authorization": f"Bearer {tokens['access_token']}"}


def test_the_code_comes_after_the_password(client: FlaskClient, manager: Actor) -> None:
    give_totp(manager)
    due = login(client, MANAGER)

    assert kind(due) == (401, "mfa_required")
    assert "access_token" not in due.json
    token = due.json["mfa_token"]
    assert client.get(ME, headers={"Authorization": f"Bearer {token}"}).status_code == 401
    client.set_cookie("sid", token)
    assert client.get("/").location.startswith("/sign-in")
    assert client.get("/factors/code").location.startswith("/sign-in")
    tokens = verify(client, token, totp_code()).json
    assert claims(tokens)["acr"] == "mfa"
    assert client.get(ME, headers=auth(tokens)).status_code == 200
    assert kind(verify(client, token, totp_code(1))) == (401, "token_refused")
    again = client.post("/api/v1/auth/refresh", json={"refresh_token": tokens["refresh_token"]}).json
    assert claims(again)["acr"] == "mfa"


def test_without_a_factor_the_password_is_enough_for_investors_only(client: FlaskClient, world: World) -> None:
    assert claims(login(client).json)["acr"] == "pwd"
    refused = login(client, MANAGER)
    assert kind(refused) == (403, "enrolment_required")
    assert "browser" in refused.json["detail"]


def test_wrong_codes_are_refused_and_limited(client: FlaskClient, investor: Actor) -> None:
    give_totp(investor)
    token = login(client).json["mfa_token"]
    for _ in range(5):
        assert kind(verify(client, token, "000000")) == (403, "wrong_code")
    limited = verify(client, login(client).json["mfa_token"], totp_code())
    assert kind(limited) == (429, "too_many_tries")
    assert 290 <= int(limited.headers["Retry-After"]) <= 300


def test_the_second_step_has_five_minutes(client: FlaskClient, investor: Actor) -> None:
    codes = give_totp(investor)
    with time_machine.travel(clock.now() - timedelta(minutes=5, seconds=2), tick=True):
        token = login(client).json["mfa_token"]
    assert kind(verify(client, token, codes[0])) == (401, "token_refused")
    assert kind(verify(client, "unknown", codes[0])) == (401, "token_refused")


def test_two_codes_at_once_open_one_session(client: FlaskClient, investor: Actor) -> None:
    give_totp(investor)
    pending = find_pending_session(login(client).json["mfa_token"], kind="api")
    assert pending
    with acting_as(Actor.system(investor.firm_id).tenancy):
        open_proven_app_session(pending.actor, refresh="first", browser=Browser("a phone", "192.0.2.1"))
        with pytest.raises(SessionEnded):
            open_proven_app_session(pending.actor, refresh="second", browser=Browser("a phone", "192.0.2.1"))


def test_a_browsers_pending_session_is_no_mfa_token(client: FlaskClient, investor: Actor) -> None:
    codes = give_totp(investor)
    client.post("/sign-in", data={"email": ADA, "password": PASSWORD})
    cookie = client.get_cookie("sid")
    assert cookie is not None
    assert kind(verify(client, cookie.value, codes[0])) == (401, "token_refused")


def test_a_factor_is_set_up_listed_and_removed(client: FlaskClient, investor: Actor) -> None:
    headers = bearer(investor)
    assert client.get(FACTORS, headers=headers).json == {"items": [], "recovery_codes_left": 0, "required": False}
    assert kind(client.post(FACTORS, json={"proof": "wrong"}, headers=headers)) == (403, "wrong_proof")
    begun = client.post(FACTORS, json={"proof": PASSWORD}, headers=headers).json
    assert begun["uri"].startswith("otpauth://totp/")
    confirmation = {"enrolment": begun["enrolment"], "code": totp_code(secret=begun["secret"])}
    codes = client.post(f"{FACTORS}/confirm", json=confirmation, headers=headers).json["recovery_codes"]
    assert len(codes) == 10
    (factor,) = client.get(FACTORS, headers=headers).json["items"]
    address = f"{FACTORS}/{factor['id']}"
    assert kind(client.delete(address, json={"proof": PASSWORD}, headers=headers)) == (403, "wrong_code")
    assert kind(client.delete(f"{FACTORS}/{new_id()}", json={"proof": codes[0]}, headers=headers)) == (404, "not_found")
    assert client.delete(address, json={"proof": codes[0]}, headers=headers).status_code == 204
    assert client.get(FACTORS, headers=headers).json["items"] == []


@pytest.mark.parametrize("role", ["another_investor", "manager", "foreign_investor"])
def test_anothers_factor_is_not_there(client: FlaskClient, world: World, role: str) -> None:
    stranger: Actor = getattr(world, role)
    give_totp(world.investor)
    codes = give_totp(stranger)
    (factor,) = client.get(FACTORS, headers=bearer(world.investor)).json["items"]
    refused = client.delete(f"{FACTORS}/{factor['id']}", json={"proof": codes[0]}, headers=bearer(stranger))
    assert kind(refused) == (404, "not_found")
    assert len(client.get(FACTORS, headers=bearer(world.investor)).json["items"]) == 1


def test_staff_keep_theirs(client: FlaskClient, manager: Actor) -> None:
    codes, headers = give_totp(manager), bearer(manager)
    (factor,) = client.get(FACTORS, headers=headers).json["items"]
    refused = client.delete(f"{FACTORS}/{factor['id']}", json={"proof": codes[0]}, headers=headers)
    assert kind(refused) == (409, "factor_needed")
