"""Fees as pages: prepared with their arithmetic, approved by another, read by who bears them."""

from __future__ import annotations

from decimal import Decimal
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal.domain.identity.approvals.values import FEE_CHARGE
from portal.domain.investments.vehicles.values import DayCount, Terms
from tests.conftest import World
from tests.factories.decisions import decide
from tests.factories.investments import make_account, make_vehicle, post_history
from tests.factories.web import sign_in

PAGE = "/investments/fees"


@pytest.fixture
def vehicle(app: Flask, world: World) -> UUID:
    terms = Terms(management_fee=Decimal("0.02"), day_count=DayCount.THIRTY_360, fee_offset=Decimal("0.5"))
    found = make_vehicle(world.firm_id, "Harbour Buyout I", terms=terms)
    for name, person, amount in (
        ("Lane Family Trust", world.investor, "3000000"),
        ("Okafor Holdings", world.another_investor, "1000000"),
    ):
        account = make_account(world.firm_id, name, person)
        post_history(world.firm_id, account, found, [("commitment", "2024-06-01", amount)])
    return found


def form(vehicle: UUID, **changes: str) -> dict[str, str]:
    return {
        "vehicle": str(vehicle), "starts_on": "2025-01-01", "ends_on": "2025-03-31", "measured_on": "2025-01-01",
        "paid_from": "capital", "offsets": "4,000", "rebates": "Lane Family Trust; 250", **changes,
    }  # fmt: skip


def test_the_arithmetic_is_seen_before_and_by_who_bears_it(client: FlaskClient, world: World, vehicle: UUID) -> None:
    sign_in(client, world.associate)
    answer = client.post(PAGE, data=form(vehicle))
    assert answer.status_code == 303, answer.text
    place = answer.location
    shown = client.get(place).text
    for text in ("20,000.00", "2,000.00", "17,750.00", "15,000.00", "13,250.00", "4,500.00", "90 ÷ 360"):
        assert text in shown
    subject = f"fee_charge:{place.rsplit('/', 1)[1]}"
    sign_in(client, world.investor)
    assert client.get(place).status_code == 404
    sign_in(client, world.associate)
    client.post(f"{place}/propose")
    request = decide(world.manager, FEE_CHARGE, subject)
    sign_in(client, world.investor)
    mine = client.get(place).text
    assert "13,250.00" in mine
    assert "Okafor Holdings" not in mine
    assert "Harbour Buyout I" in client.get(PAGE).text
    sign_in(client, world.manager)
    assert "17,750.00" in client.get(f"/approvals/{request}").text
    assert client.get(f"{place}/undo").status_code == 200
    assert "the record" in client.post(f"{place}/undo", data={"reason": " "}).text
    assert client.post(f"{place}/undo", data={"reason": "Wrong rate"}).status_code == 303


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"ends_on": ""}, "Choose the last day"),
        ({"ends_on": "2024-12-31"}, "comes after the first"),
        ({"ends_on": "2999-12-31"}, "once it is over"),
        ({"offsets": "lots"}, "in digits"),
        ({"rebates": "Okafor Holdings; 9,999,999"}, "more than the account"),
        ({"measured_on": "2024-01-01"}, "Nobody has"),
    ],
)
def test_what_makes_no_sense_comes_back(
    client: FlaskClient, world: World, vehicle: UUID, change: dict[str, str], message: str
) -> None:
    sign_in(client, world.associate)
    refused = client.post(PAGE, data=form(vehicle, **({"rebates": ""} | change)))
    assert refused.status_code == 422 or "On that day nobody" in refused.text
    assert message.lower() in refused.text.lower()


def test_a_draft_makes_room_when_it_is_thrown_away(client: FlaskClient, world: World, vehicle: UUID) -> None:
    sign_in(client, world.associate)
    assert client.get(f"{PAGE}/new").status_code == 200
    place = client.post(PAGE, data=form(vehicle)).location
    assert "charged or prepared already" in client.post(PAGE, data=form(vehicle)).text
    assert client.post(f"{place}/discard").status_code == 303
    assert client.post(PAGE, data=form(vehicle)).status_code == 303
