"""Bank details on the pages of the investor and of the staff."""

from __future__ import annotations

import re
from datetime import timedelta
from uuid import UUID

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from portal.domain.identity.access.values import Actor, Role
from portal.platform import clock
from tests.conftest import World
from tests.factories.delegations import let_in
from tests.factories.identity import make_user
from tests.factories.investments import make_account
from tests.factories.web import sign_in

GIVEN = {
    "method": "iban",
    "holder": "Lane Trust",
    "bank": "Erste",
    "number": "DE89 3704 0044 0532 0130 00",
    "routing": "",
}


@pytest.fixture
def account_id(app: Flask, firm_id: UUID, investor: Actor) -> UUID:
    return make_account(firm_id, "Lane Trust", investor)


def _place(account_id: UUID) -> str:
    return f"/people/payment-instructions/{account_id}"


def test_an_investor_enters_and_withdraws(client: FlaskClient, investor: Actor, account_id: UUID) -> None:
    here = _place(account_id)
    sign_in(client, investor)
    assert "No bank details yet" in client.get(here).text
    assert client.get(f"{here}/new").status_code == 200
    assert client.post(here, data=GIVEN).status_code == 303
    shown = client.get(here).text
    assert "DE •••• 3000" in shown
    assert "On hold until" in shown
    assert not any(digits in shown for digits in ("0532 0130", "05320130"))
    again = client.post(here, data=GIVEN)
    assert again.status_code == 422
    assert "wait for this account already" in again.text
    action = re.search(r'action="(\S+/withdraw)"', shown)
    assert action
    assert client.post(action[1]).status_code == 303
    assert "withdrawn" in client.get(here).text


def test_a_bad_iban_comes_back_with_what_was_typed(client: FlaskClient, investor: Actor, account_id: UUID) -> None:
    sign_in(client, investor)
    answer = client.post(_place(account_id), data=GIVEN | {"number": "DE89 3704 0044 0532 0130 01"})
    assert answer.status_code == 422
    assert "check digits do not fit" in answer.text
    assert "DE89 3704 0044 0532 0130 01" in answer.text


def test_entering_asks_for_a_proof(client: FlaskClient, investor: Actor, account_id: UUID) -> None:
    sign_in(client, investor)
    with time_machine.travel(clock.now() + timedelta(minutes=6)):
        answer = client.post(_place(account_id), data=GIVEN)
        assert 'name="proof"' in answer.text
        assert "DE89" not in answer.text


def test_staff_decide_by_name_and_mask(app: Flask, client: FlaskClient, world: World, account_id: UUID) -> None:
    sign_in(client, world.investor).post(_place(account_id), data=GIVEN)
    second = make_user(world.firm_id, "second@example.com", Role.COMPLIANCE)
    for actor, told in ((world.manager, "Others have to approve it too"), (second, "Approved, and done")):
        staff = sign_in(app.test_client(), actor)
        listed = staff.get("/approvals").text
        link = re.search(r'href="(/approvals/[0-9a-f-]{36})"', listed)
        assert link, listed
        asked = staff.get(link[1]).text
        assert "DE •••• 3000" in asked
        assert not any(digits in asked for digits in ("0532 0130", "05320130"))
        digest = re.search(r'name="digest"[^>]*value="(\w+)"', asked)
        assert digest
        answer = staff.post(f"{link[1]}/approve", data={"digest": digest[1], "comment": ""}, follow_redirects=True)
        assert told in answer.text
    assert "approved, on hold" in client.get(_place(account_id)).text


def test_a_delegate_finds_nothing(app: Flask, world: World, account_id: UUID) -> None:
    let_in(world.investor, "ben.ortiz@example.com", [account_id])
    client = sign_in(app.test_client(), world.another_investor)
    assert client.get(_place(account_id)).status_code == 404
    assert client.get(f"{_place(account_id)}/new").status_code == 404
    assert client.post(_place(account_id), data=GIVEN).status_code == 404
    assert client.get(f"/people/profiles/{account_id}").status_code == 404


def test_others_find_nothing(app: Flask, world: World, account_id: UUID) -> None:
    for actor, status in ((world.another_investor, 404), (world.foreign_manager, 404), (world.administrator, 403)):
        client = sign_in(app.test_client(), actor)
        assert client.get(_place(account_id)).status_code == status
        assert client.post(_place(account_id), data=GIVEN).status_code == status
    auditor = sign_in(app.test_client(), world.auditor)
    assert auditor.get(_place(account_id)).status_code == 200
    assert auditor.post(_place(account_id), data=GIVEN).status_code == 403
