"""Having oneself erased, as an app asks for it."""

from __future__ import annotations

from datetime import timedelta

import time_machine
from flask import Flask
from flask.testing import FlaskClient

from portal.domain.people.privacy.services.erasures import refuse_erasure
from portal.platform import clock
from portal.platform.tenancy import acting_as
from tests.conftest import World
from tests.factories.api import bearer, open_app
from tests.factories.investments import make_account
from tests.factories.privacy import approve, ask, make_privacy_firm, propose

ERASURES = "/api/v1/privacy/erasures"


def test_it_is_asked_for_once_and_taken_back(client: FlaskClient, world: World) -> None:
    mine = bearer(world.investor)
    assert client.get(ERASURES, headers=mine).json["request"] is None
    asked = client.post(ERASURES, json={"reason": "I move abroad."}, headers=mine)
    assert (asked.status_code, asked.json["state"], asked.json["reason"]) == (201, "asked", "I move abroad.")
    again = client.post(ERASURES, json={}, headers=mine)
    assert (again.status_code, again.json["type"]) == (409, "urn:problem-type:erasure_open")
    place = f"{ERASURES}/{asked.json['id']}"
    assert client.get(ERASURES, headers=mine).json["request"] == asked.json
    assert client.delete(place, headers=mine).status_code == 204
    assert client.get(ERASURES, headers=mine).json["request"]["state"] == "withdrawn"
    closed = client.delete(place, headers=mine)
    assert (closed.status_code, closed.json["type"]) == (409, "urn:problem-type:erasure_closed")


def test_it_says_what_goes_and_what_is_kept_until_when_and_why(client: FlaskClient, world: World) -> None:
    account = make_account(world.firm_id, "Lane Trust", world.investor)
    plan = client.get(ERASURES, headers=bearer(world.investor)).json
    kept = {each["category"]: (each["until"], bool(each["rule"])) for each in plan["categories"]}
    assert [kept[name] for name in ("sign_in", "contact", "exports")] == [(None, False)] * 3
    assert all(kept[name][0] <= plan["destroy_after"] and kept[name][1] for name in ("books", "tax", "record"))
    assert {"id": str(account), "name": "Lane Trust", "goes": False} in plan["accounts"]


def test_nobody_sees_or_takes_back_that_of_another(client: FlaskClient, world: World) -> None:
    asked = client.post(ERASURES, json={"reason": "Mine alone"}, headers=bearer(world.investor)).json
    for other in (world.another_investor, world.manager, world.administrator, world.foreign_investor):
        theirs = bearer(other)
        assert "Mine alone" not in client.get(ERASURES, headers=theirs).text
        assert client.delete(f"{ERASURES}/{asked['id']}", headers=theirs).status_code == 404
    assert client.get(ERASURES, headers=bearer(world.investor)).json["request"]["state"] == "asked"


def test_an_old_proof_does_not_do(client: FlaskClient, world: World) -> None:
    session_id = open_app(world.investor)
    with time_machine.travel(clock.now() + timedelta(minutes=6), tick=True):
        mine = bearer(world.investor, session_id=session_id)
        refused = client.post(ERASURES, json={}, headers=mine)
        assert (refused.status_code, refused.json["type"]) == (403, "urn:problem-type:proof_needed")
        assert client.get(ERASURES, headers=mine).json["request"] is None


def test_a_refusal_says_why(client: FlaskClient, app: Flask) -> None:
    firm = make_privacy_firm("api-refusing")
    erasure_id = ask(firm)
    with acting_as(firm.officer.tenancy):
        refuse_erasure(firm.officer, erasure_id, answer="A dispute is open.")
    request = client.get(ERASURES, headers=bearer(firm.person)).json["request"]
    assert (request["state"], request["answer"], request["by_person"]) == ("refused", "A dispute is open.", True)


def test_who_is_erased_is_out_at_once(client: FlaskClient, app: Flask) -> None:
    firm = make_privacy_firm("api-erasing")
    mine = bearer(firm.person)
    approve(firm, *propose(firm, ask(firm)))
    refused = client.get(ERASURES, headers=mine)
    assert (refused.status_code, refused.json["type"]) == (401, "urn:problem-type:session_ended")
