"""Invitations, as JSON of those who invite and of those who come."""

from __future__ import annotations

from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal.domain.identity.access.values import Actor
from portal.platform import db
from portal.platform.ids import new_id
from portal.platform.resources import resources
from portal.platform.tenancy import GATE, acting_as
from tests.conftest import World
from tests.factories.api import bearer
from tests.factories.investments import make_account

URL = "/api/v1/invitations"
JOIN = "/api/v1/auth/join"
EMAIL, NEW = "cleo.marsh@example.com", "turnip lantern over Oslo"
WHOM = {"email": EMAIL, "name": "Cleo Marsh"}


@pytest.fixture
def account(app: Flask, firm_id: UUID) -> str:
    make_account(firm_id, "Marsh Family Trust")
    return "Marsh Family Trust"


def token_of(user_id: str) -> str:
    newest = "SELECT id FROM identity.links WHERE user_id = %(id)s ORDER BY created_at DESC LIMIT 1"
    with acting_as(GATE):
        link_id = db.fetch_value(newest, id=user_id)
    return resources().sealer.link_token(link_id)


def test_somebody_is_invited_listed_and_comes(client: FlaskClient, associate: Actor, account: str) -> None:
    staff = bearer(associate)
    made = client.post(URL, json={**WHOM, "accounts": [account]}, headers=staff)
    assert made.status_code == 201
    assert (made.json["email"], made.json["roles"], made.json["accounts"]) == (EMAIL, ["investor"], [account])
    assert made.json["state"] == "open"
    assert made.json in client.get(URL, headers=staff).json["items"]

    body = {"token": token_of(made.json["id"]), "name": "Cleo A. Marsh", "password": NEW}
    weak = client.post(JOIN, json={**body, "password": "short"})
    assert (weak.status_code, weak.json["type"]) == (422, "urn:problem-type:weak_password")
    assert client.post(JOIN, json=body).status_code == 204
    again = client.post(JOIN, json=body)
    assert (again.status_code, again.json["type"]) == (409, "urn:problem-type:link_closed")
    assert client.post("/api/v1/auth/login", json={"email": EMAIL, "password": NEW}).status_code == 200
    assert client.post(URL, json=WHOM, headers=staff).json["type"] == "urn:problem-type:already_here"
    assert client.get(URL, headers=staff).json["items"] == []


def test_a_withdrawn_one_no_longer_opens_and_a_newer_one_takes_its_place(client: FlaskClient, manager: Actor) -> None:
    staff = bearer(manager)
    user_id = client.post(URL, json=WHOM, headers=staff).json["id"]
    first = token_of(user_id)
    assert client.post(f"{URL}/{user_id}/resend", headers=staff).status_code == 204
    body = {"token": first, "name": "C", "password": NEW}
    assert client.post(JOIN, json=body).status_code == 409
    assert client.delete(f"{URL}/{user_id}", headers=staff).status_code == 204
    assert client.post(JOIN, json={**body, "token": token_of(user_id)}).status_code == 409
    assert client.post(JOIN, json={**body, "token": "nobody's"}).status_code == 404


def test_what_an_invitation_cannot_be(client: FlaskClient, associate: Actor) -> None:
    staff = bearer(associate)
    for body, status, field in (
        ({**WHOM, "accounts": ["Nobody's Trust"]}, 422, "accounts"),
        ({**WHOM, "email": "no address"}, 422, "email"),
        ({**WHOM, "email": "..a@example.com"}, 422, "email"),
        ({**WHOM, "roles": ["owner"]}, 422, "roles.0"),
        ({**WHOM, "roles": ["manager"]}, 403, None),
    ):
        answer = client.post(URL, json=body, headers=staff)
        assert answer.status_code == status, answer.json
        assert [each["field"] for each in answer.json["errors"]] == ([field] if field else [])


def test_only_staff_of_the_firm_see_and_touch_them(client: FlaskClient, world: World) -> None:
    user_id = client.post(URL, json=WHOM, headers=bearer(world.manager)).json["id"]
    stranger, investor = bearer(world.foreign_manager), bearer(world.investor)
    assert client.get(URL, headers=stranger).json["items"] == []
    for unknown in (user_id, str(new_id())):
        assert client.delete(f"{URL}/{unknown}", headers=stranger).status_code == 404
        assert client.post(f"{URL}/{unknown}/resend", headers=stranger).status_code == 404
    for answer in (
        client.get(URL, headers=investor),
        client.post(URL, json=WHOM, headers=investor),
        client.delete(f"{URL}/{user_id}", headers=investor),
    ):
        assert answer.status_code == 403
