"""Codes by text message, as JSON."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal.domain.identity.contact.services.changing import confirm_phone_change, request_phone_change
from portal.domain.identity.texts.services import set_text_codes
from portal.jobs.drain import drain
from portal.platform.resources import resources
from portal.platform.sms.mailbox import list_texts
from portal.platform.tenancy import acting_as
from tests.api.v1.identity.test_contact import newest
from tests.conftest import World
from tests.factories.api import bearer
from tests.factories.identity import PASSWORD
from tests.factories.web import sign_in

AUTH = "/api/v1/auth"


@pytest.fixture(autouse=True)
def allowed(app: Flask, world: World) -> None:
    with acting_as(world.administrator.tenancy):
        set_text_codes(world.administrator, allowed=True)
    sealer = resources().sealer
    request_phone_change(world.investor, sealer, phone="+14155550123")
    confirm_phone_change(world.investor, sealer, sealer.digits(newest(world.investor)))


def sent() -> str:
    directory = resources().settings.data_dir / "sms"
    for path in directory.glob("*.json"):
        path.unlink()
    drain()
    (text,) = [each.text for each in list_texts(directory) if "for signing in" in each.text]
    found = re.search(r"\d{6}", text)
    assert found
    return found[0]


def test_it_is_turned_on_asked_for_at_sign_in_and_turned_off(client: FlaskClient, world: World) -> None:
    headers = bearer(world.investor)
    on = client.post(f"{AUTH}/factors/texts", json={"proof": PASSWORD}, headers=headers)
    assert len(on.json["recovery_codes"]) == 10
    (factor,) = client.get(f"{AUTH}/factors", headers=headers).json["items"]
    assert (factor["kind"], factor["name"]) == ("text", "••• 0123")

    due = client.post(f"{AUTH}/login", json={"email": "ada.lane@example.com", "password": PASSWORD}).json
    assert due["type"] == "urn:problem-type:mfa_required"
    token = {"mfa_token": due["mfa_token"]}
    assert client.post(f"{AUTH}/verify-mfa/text", json=token).status_code == 204
    assert client.post(f"{AUTH}/verify-mfa/text", json={"mfa_token": "nobody's"}).status_code == 401
    code = sent()
    assert client.post(f"{AUTH}/verify-mfa", json={**token, "code": code}).json["token_type"] == "Bearer"

    assert client.post(f"{AUTH}/factors/texts/code", headers=headers).status_code == 204
    gone = client.delete(f"{AUTH}/factors/{factor['id']}", json={"proof": sent()}, headers=headers)
    assert gone.status_code == 204
    assert client.get(f"{AUTH}/factors", headers=headers).json["items"] == []
    assert client.post(f"{AUTH}/factors/texts/code", headers=headers).status_code == 409


def test_staff_and_who_has_no_number_are_refused(client: FlaskClient, world: World) -> None:
    for actor in (world.associate, world.another_investor):
        refused = client.post(f"{AUTH}/factors/texts", json={"proof": PASSWORD}, headers=bearer(actor))
        assert (refused.status_code, refused.json["type"]) == (409, "urn:problem-type:texts_not_offered")
    assert "Turn text messages on" in sign_in(client, world.investor).get("/security").text
