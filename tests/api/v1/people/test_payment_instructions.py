"""Bank details and personal details as JSON: masked, entered after a proof."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from portal.domain.identity.access.values import Actor
from portal.domain.people.profiles.services import change_profile
from portal.domain.people.profiles.values import Details, TaxNumberKind
from portal.platform import clock
from portal.platform.tenancy import acting_as
from tests.conftest import World
from tests.factories.api import bearer
from tests.factories.investments import make_account

GIVEN = {"method": "ach", "holder": "Lane Trust", "number": "4407716639", "routing": "111000025"}


@pytest.fixture
def account_id(app: Flask, firm_id: UUID, investor: Actor) -> UUID:
    return make_account(firm_id, "Lane Trust", investor)


@pytest.fixture
def place(account_id: UUID) -> str:
    return f"/api/v1/accounts/{account_id}/payment-instructions"


def test_they_are_entered_once_and_shown_masked(client: FlaskClient, investor: Actor, place: str) -> None:
    answer = client.post(place, json=GIVEN, headers=bearer(investor))
    assert answer.status_code == 201
    assert (answer.json["number"], answer.json["state"], answer.json["bank"]) == ("•••• 6639", "waiting", "")
    assert answer.headers["Cache-Control"] == "no-store"
    assert client.post(place, json=GIVEN, headers=bearer(investor)).status_code == 409
    assert client.get(place, headers=bearer(investor)).json["items"] == [answer.json]


def test_wrong_ones_are_refused_by_field(client: FlaskClient, investor: Actor, place: str) -> None:
    answer = client.post(place, json=GIVEN | {"routing": "111000024"}, headers=bearer(investor))
    assert answer.status_code == 422
    assert [each["field"] for each in answer.json["errors"]] == ["routing"]


def test_a_proof_of_the_last_five_minutes_is_needed(client: FlaskClient, investor: Actor, place: str) -> None:
    headers = bearer(investor, length=timedelta(hours=1))
    with time_machine.travel(clock.now() + timedelta(minutes=6)):
        answer = client.post(place, json=GIVEN, headers=headers)
    assert answer.status_code == 403
    assert "proof" in answer.json["type"]


def test_others_find_nothing(client: FlaskClient, world: World, place: str) -> None:
    for actor in (world.another_investor, world.foreign_investor, world.foreign_manager):
        assert client.get(place, headers=bearer(actor)).status_code == 404
        assert client.post(place, json=GIVEN, headers=bearer(actor)).status_code == 404
    assert client.post(place, json=GIVEN, headers=bearer(world.auditor)).status_code == 403


def test_personal_details_are_masked(client: FlaskClient, world: World, account_id: UUID) -> None:
    place = f"/api/v1/accounts/{account_id}/details"
    with acting_as(world.investor.tenancy):
        change_profile(world.investor, account_id, given=Details(TaxNumberKind.SSN, "536-90-4399"))
    assert client.get(place, headers=bearer(world.investor)).json == {
        "tax_number_kind": "ssn", "tax_number": "•••-••-4399", "born_on": None, "postal_address": None,
    }  # fmt: skip
    assert client.get(place, headers=bearer(world.another_investor)).status_code == 404
