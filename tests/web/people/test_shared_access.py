"""What staff see of shared access, and its end by the firm."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from portal.platform import clock
from tests.conftest import World
from tests.factories.delegations import let_in
from tests.factories.investments import make_account
from tests.factories.web import sign_in


@pytest.fixture
def account_id(app: Flask, world: World) -> UUID:
    return make_account(world.firm_id, "Lane Trust", world.investor)


@pytest.fixture
def place(world: World, account_id: UUID) -> str:
    return f"/people/shared-access/{let_in(world.investor, 'ben.ortiz@example.com', [account_id])}"


def test_a_manager_ends_it_with_a_reason(client: FlaskClient, world: World, account_id: UUID, place: str) -> None:
    sign_in(client, world.manager)
    assert f'href="{place}"' in client.get(f"/people/investor-accounts/{account_id}").text
    shown = client.get(place).text
    assert "Let somebody see their accounts" in shown, "its history"
    assert "Sam the accountant may see accounts of Ada Lane" in shown
    refused = client.post(f"{place}/end")
    assert refused.status_code == 422
    assert "Choose why it is ended" in refused.text
    assert client.post(f"{place}/end", data={"reason": "because"}).status_code == 422
    ended = client.post(f"{place}/end", data={"reason": "law"}, follow_redirects=True).text
    assert "Ended. The investor and the other person are told by mail." in ended
    assert "Ended that somebody may see their accounts" in ended
    assert "End it now" not in ended
    assert client.post(f"{place}/end", data={"reason": "law"}).status_code == 404
    log = sign_in(client, world.investor).get("/people/delegations/log").text
    assert "Ended for you that somebody may see your accounts" in log


def test_it_asks_for_a_proof(client: FlaskClient, world: World, place: str) -> None:
    sign_in(client, world.manager)
    with time_machine.travel(clock.now() + timedelta(minutes=6), tick=True):
        assert "Prove that it is you" in client.post(f"{place}/end", data={"reason": "law"}).text


def test_others_read_or_find_nothing(app: Flask, world: World, place: str) -> None:
    for reader in (world.auditor, world.associate):
        client = sign_in(app.test_client(), reader)
        assert "End it now" not in client.get(place).text
        assert client.post(f"{place}/end", data={"reason": "law"}).status_code == 403
    for stranger in (world.investor, world.another_investor, world.administrator):
        assert sign_in(app.test_client(), stranger).get(place).status_code == 403
    assert sign_in(app.test_client(), world.foreign_manager).get(place).status_code == 404
