"""Personal details on the page: masked, shown in full after a proof, never in the address or the form."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from portal.domain.identity.access.values import Actor
from portal.platform import clock
from tests.conftest import World
from tests.factories.investments import make_account
from tests.factories.web import sign_in

GIVEN = {"tax_number_kind": "ssn", "tax_number": "536-90-4399", "born_on": "1970-02-28", "postal_address": "1 Lane Row"}


@pytest.fixture
def account_id(app: Flask, firm_id: UUID, investor: Actor) -> UUID:
    return make_account(firm_id, "Lane Trust", investor)


def test_an_investor_writes_and_reads_theirs(client: FlaskClient, investor: Actor, account_id: UUID) -> None:
    sign_in(client, investor)
    here = f"/people/profiles/{account_id}"
    assert "Lane Trust" in client.get("/people/profiles").text
    assert client.get(f"{here}/edit").status_code == 200
    assert client.post(here, data=GIVEN).status_code == 303
    shown = client.get(here).text
    assert "•••-••-4399" in shown
    assert "536-90" not in shown
    assert "536-90-4399" in (revealed := client.post(f"{here}/reveal").text)
    assert "1 Lane Row" in revealed
    assert "1 Lane Row" not in client.get(here).text


def test_a_wrong_number_comes_back_beside_its_field(client: FlaskClient, investor: Actor, account_id: UUID) -> None:
    sign_in(client, investor)
    answer = client.post(f"/people/profiles/{account_id}", data=GIVEN | {"tax_number": "078-05-1120"})
    assert answer.status_code == 422
    assert "check each digit" in answer.text


def test_writing_and_showing_ask_for_a_proof(client: FlaskClient, investor: Actor, account_id: UUID) -> None:
    sign_in(client, investor)
    with time_machine.travel(clock.now() + timedelta(minutes=6)):
        for answer in (
            client.post(f"/people/profiles/{account_id}", data=GIVEN),
            client.post(f"/people/profiles/{account_id}/reveal"),
        ):
            assert answer.status_code == 422
            assert 'name="proof"' in answer.text
            assert "536-90" not in answer.text


def test_staff_see_masks_and_some_the_whole(client: FlaskClient, app: Flask, world: World, account_id: UUID) -> None:
    here = f"/people/profiles/{account_id}"
    assert sign_in(client, world.associate).post(here, data=GIVEN).status_code == 303
    assert "•••-••-4399" in client.get(here).text
    assert client.post(f"{here}/reveal").status_code == 403
    manager = sign_in(app.test_client(), world.manager)
    assert "536-90-4399" in manager.post(f"{here}/reveal").text
    assert here in manager.get(f"/people/investor-accounts/{account_id}").text


def test_others_find_nothing(app: Flask, world: World, account_id: UUID) -> None:
    for actor, status in ((world.another_investor, 404), (world.foreign_manager, 404), (world.administrator, 403)):
        client = sign_in(app.test_client(), actor)
        assert client.get(f"/people/profiles/{account_id}").status_code == status
