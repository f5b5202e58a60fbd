"""Transfers as pages: asked for, approved by another, read on both sides."""

from __future__ import annotations

from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal.domain.identity.approvals.values import TRANSFER
from tests.conftest import World
from tests.factories.decisions import decide
from tests.factories.investments import make_account, make_vehicle, post_history
from tests.factories.web import sign_in

PAGE = "/investments/transfers"


@pytest.fixture
def vehicle(app: Flask, world: World) -> UUID:
    found = make_vehicle(world.firm_id, "Harbour Buyout I")
    giver = make_account(world.firm_id, "Lane Family Trust", world.investor)
    make_account(world.firm_id, "Okafor Holdings", world.another_investor)
    history = [
        ("commitment", "2024-01-01", "1000"), ("contribution", "2024-02-01", "400"), ("valuation", "2024-12-31", "440"),
    ]  # fmt: skip
    post_history(world.firm_id, giver, found, history)
    return found


def form(vehicle: UUID, **changes: str) -> dict[str, str]:
    return {
        "vehicle": str(vehicle), "giver": "Lane Family Trust", "taker": "okafor holdings", "share": "25",
        "effective_on": "2025-01-01", "reason": "Estate plan", **changes,
    }  # fmt: skip


def test_a_share_passes_and_each_side_reads_of_it(client: FlaskClient, world: World, vehicle: UUID) -> None:
    sign_in(client, world.associate)
    assert client.get(f"{PAGE}/new").status_code == 200
    answer = client.post(PAGE, data=form(vehicle))
    assert answer.status_code == 303, answer.text
    place = answer.location
    shown = client.get(place).text
    for text in ("Lane Family Trust", "Okafor Holdings", "25.00%", "440.00", "110.00", "250.00", "150.00"):
        assert text in shown
    request = decide(world.manager, TRANSFER, f"transfer:{place.rsplit('/', 1)[1]}")
    for person, own, other in (
        (world.investor, "Lane Family Trust", "Okafor Holdings"),
        (world.another_investor, "Okafor Holdings", "Lane Family Trust"),
    ):
        sign_in(client, person)
        mine = client.get(place).text
        assert own in mine
        assert other not in mine
        assert "Another account" in client.get(PAGE).text
    assert "1,000.00" not in mine  # what the giver held is not told to who took over
    sign_in(client, world.manager)
    assert "Okafor Holdings" in client.get(f"/approvals/{request}").text


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"giver": ""}, "Enter the account that holds"),
        ({"taker": "Nobody"}, "no account of this name"),
        ({"share": "150"}, "goes up to 100"),
        ({"effective_on": "2999-01-01"}, "choose today"),
        ({"reason": ""}, "Say why"),
        ({"taker": "Lane Family Trust"}, "another account"),
        ({"effective_on": "2024-12-30"}, "posted for this account after that day"),
    ],
)
def test_what_cannot_pass_comes_back(
    client: FlaskClient, world: World, vehicle: UUID, change: dict[str, str], message: str
) -> None:
    sign_in(client, world.associate)
    refused = client.post(PAGE, data=form(vehicle, **change))
    assert refused.status_code == 422
    assert message in refused.text
