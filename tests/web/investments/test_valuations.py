"""Valuations as pages: prepared, approved by another, read by who holds the vehicle."""

from __future__ import annotations

from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal.domain.identity.approvals.values import VALUATION
from portal.platform.ids import new_id
from tests.conftest import World
from tests.factories.decisions import decide
from tests.factories.investments import make_account, make_vehicle, post_history
from tests.factories.web import sign_in

PAGE = "/investments/valuations"


@pytest.fixture
def vehicle(app: Flask, world: World) -> UUID:
    found = make_vehicle(world.firm_id, "Harbour Buyout I")
    for name, person, amount in (
        ("Lane Family Trust", world.investor, "300"),
        ("Okafor Holdings", world.another_investor, "100"),
    ):
        account = make_account(world.firm_id, name, person)
        post_history(
            world.firm_id,
            account,
            found,
            [("commitment", "2025-01-01", "1000"), ("contribution", "2025-02-01", amount)],
        )
    return found


def form(vehicle: UUID, **changes: str) -> dict[str, str]:
    return {
        "vehicle": str(vehicle), "valued_on": "2025-09-30", "investments": "1,500.00", "payables": "300",
        "basis": "capital", "reason": "Audited accounts", **changes,
    }  # fmt: skip


def prepare(client: FlaskClient, vehicle: UUID, **changes: str) -> str:
    answer = client.post(PAGE, data=form(vehicle, **changes))
    assert answer.status_code == 303, answer.text
    return answer.location


def test_each_part_is_seen_before_approval_and_posted_after(client: FlaskClient, world: World, vehicle: UUID) -> None:
    sign_in(client, world.associate)
    place = prepare(client, vehicle)
    shown = client.get(place).text
    for text in ("1,200.00", "900.00", "Lane Family Trust", "Okafor Holdings", "Audited accounts", "÷ 400.00"):
        assert text in shown
    assert shown.index("Investments at fair value") < shown.index("Payables and borrowings")
    assert "Another manager" in client.post(f"{place}/propose", follow_redirects=True).text
    decide(world.manager, VALUATION, f"valuation:{place.rsplit('/', 1)[1]}")
    sign_in(client, world.investor)
    mine = client.get(place).text
    assert "900.00" in mine
    assert "Okafor Holdings" not in mine
    assert "Take back" not in mine
    assert "Harbour Buyout I" in client.get(PAGE).text


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"valued_on": ""}, "Choose the day"),
        ({"valued_on": "2999-01-01"}, "a day that has come"),
        ({"investments": "12 million"}, "in digits"),
        ({"investments": "1.005"}, "finer than USD"),
        ({"reason": ""}, "Say where the value comes from"),
        ({"basis": "units", "units": "Lane Family Trust"}, "Line 1 is not"),
        ({"basis": "units", "units": "Nobody; 5"}, "no account called"),
        ({"basis": "units", "units": ""}, "every weight is zero"),
    ],
)
def test_what_makes_no_sense_comes_back_with_all_that_was_typed(
    client: FlaskClient, world: World, vehicle: UUID, change: dict[str, str], message: str
) -> None:
    sign_in(client, world.associate)
    refused = client.post(PAGE, data={**form(vehicle, cash="77.01"), **change})
    assert refused.status_code == 422
    assert message in refused.text
    assert "77.01" in refused.text


def test_units_share_it_out(client: FlaskClient, world: World, vehicle: UUID) -> None:
    sign_in(client, world.associate)
    units = "Lane Family Trust; 1\nokafor holdings\t2"
    shown = client.get(prepare(client, vehicle, basis="units", units=units)).text
    assert "400.00" in shown
    assert "800.00" in shown


def test_it_is_taken_back_with_a_reason_and_by_two(client: FlaskClient, world: World, vehicle: UUID) -> None:
    sign_in(client, world.associate)
    place = prepare(client, vehicle)
    client.post(f"{place}/propose")
    subject = f"valuation:{place.rsplit('/', 1)[1]}"
    decide(world.manager, VALUATION, subject)
    assert "the record" in client.post(f"{place}/undo", data={"reason": ""}).text
    assert client.get(f"{place}/undo").status_code == 200
    assert client.post(f"{place}/undo", data={"reason": "Wrong fund"}).status_code == 303
    request = decide(world.manager, VALUATION, subject)
    assert "taken back" in client.get(place).text
    sign_in(client, world.investor)
    assert client.get(place).status_code == 404
    sign_in(client, world.manager)
    assert "taken back" in client.get(f"/approvals/{request}").text


def test_a_draft_is_thrown_away(client: FlaskClient, world: World, vehicle: UUID) -> None:
    sign_in(client, world.associate)
    place = prepare(client, vehicle)
    assert "thrown away" in client.post(f"{place}/discard", follow_redirects=True).text
    assert client.post(f"{place}/propose").status_code == 409


@pytest.mark.parametrize(("person", "status"), [("investor", 404), ("foreign_manager", 404)])
def test_a_draft_is_not_there_for_others(
    client: FlaskClient, world: World, vehicle: UUID, person: str, status: int
) -> None:
    sign_in(client, world.associate)
    place = prepare(client, vehicle)
    sign_in(client, getattr(world, person))
    assert client.get(place).status_code == client.get(f"{PAGE}/{new_id()}").status_code == status
    assert client.get(f"{PAGE}/new").status_code == (403 if person == "investor" else 200)
