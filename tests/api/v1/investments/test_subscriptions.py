"""Subscriptions as JSON."""

from __future__ import annotations

from decimal import Decimal
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal.domain.identity.access.values import Role
from tests.conftest import World
from tests.factories.api import bearer
from tests.factories.identity import make_user
from tests.factories.subscriptions import Desk, make_desk

URL = "/api/v1/investments/subscriptions"


@pytest.fixture
def desk(app: Flask, world: World) -> Desk:
    compliance = make_user(world.firm_id, "compliance@example.com", Role.COMPLIANCE)
    return make_desk(world.associate, world.manager, compliance, target=Decimal(200_000), cap=Decimal(200_000))


@pytest.fixture
def account(desk: Desk, world: World) -> UUID:
    return desk.open_account("Lane Family Trust", world.investor)


def test_an_app_goes_from_the_first_step_to_the_submission(
    client: FlaskClient, desk: Desk, account: UUID, world: World
) -> None:
    headers = bearer(world.investor)
    asked = {"opportunity": str(desk.opportunity), "account": str(account)}
    begun = client.post(URL, json=asked, headers=headers)
    assert (begun.status_code, begun.json["state"]) == (201, "draft")
    assert begun.json["missing"] == ["amount", "questions", "statements", "documents"]
    place = f"{URL}/{begun.json['id']}"
    early = client.post(f"{place}/submit", headers=headers)
    assert (early.status_code, early.json["type"]) == (409, "urn:problem-type:subscription_incomplete")
    low = client.patch(place, json={"amount": "100"}, headers=headers)
    assert (low.status_code, "50,000" in str(low.json["errors"])) == (422, True)
    needed = next(each["code"] for each in begun.json["questions"] if each["required"])
    agreed = [each["code"] for each in begun.json["statements"]]
    saved = client.patch(
        place,
        json={"amount": "75000.50", "answers": {needed: "no"}, "agreed": agreed, "has_read": True},
        headers=headers,
    )
    assert (saved.json["amount"], saved.json["missing"]) == ("75000.50", [])
    assert client.post(f"{place}/submit", headers=headers).json["state"] == "submitted"
    assert [each["amount"] for each in client.get(URL, headers=headers).json["items"]] == ["75000.50"]
    assert client.post(f"{place}/withdraw", json={"note": "Later."}, headers=headers).json["state"] == "withdrawn"


def test_sent_again_with_its_key_it_is_done_once(client: FlaskClient, desk: Desk, account: UUID, world: World) -> None:
    headers = bearer(world.investor) | {"Idempotency-Key": "begin-once-1"}
    asked = {"opportunity": str(desk.opportunity), "account": str(account)}
    first, again = (client.post(URL, json=asked, headers=headers) for _ in range(2))
    assert (first.status_code, again.status_code, first.json) == (201, 201, again.json)
    other = client.post(URL, json=asked, headers=bearer(world.investor))
    assert (other.status_code, other.json["type"]) == (409, "urn:problem-type:subscribed_already")


def test_staff_read_what_was_submitted_and_nobody_else_does(
    client: FlaskClient, desk: Desk, account: UUID, world: World
) -> None:
    draft = desk.fill(world.investor, account)
    assert client.get(f"{URL}/{draft}", headers=bearer(world.manager)).status_code == 404
    desk.hand_in(world.investor, draft)
    assert client.get(f"{URL}/{draft}", headers=bearer(world.auditor)).json["account"] == "Lane Family Trust"
    assert client.post(f"{URL}/{draft}/withdraw", json={}, headers=bearer(world.manager)).status_code == 403
    for person in (world.another_investor, world.foreign_investor, world.foreign_manager):
        assert client.get(f"{URL}/{draft}", headers=bearer(person)).status_code == 404
        assert client.get(URL, headers=bearer(person)).json["items"] == []
