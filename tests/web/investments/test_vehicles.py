"""Vehicles as pages."""

from __future__ import annotations

import re
from decimal import Decimal
from html import unescape
from uuid import UUID

import pytest
from flask.testing import FlaskClient

from portal.domain.identity.access.values import Actor
from portal.domain.investments.vehicles.queries import get_vehicle
from portal.domain.investments.vehicles.values import FeeBasis
from portal.platform.ids import new_id
from portal.platform.tenancy import acting_as
from tests.conftest import World
from tests.factories.investments import make_account, make_vehicle, post_history
from tests.factories.web import sign_in

GOOD = {
    "name": "Harbour Growth III", "currency": "eur", "vintage": "2024", "strategy": "Growth", "sector": "",
    "tax_class": "partnership", "preferred_return": "8", "preferred_compounding": "annual", "day_count": "actual_365",
    "carry": "20", "catch_up": "100", "waterfall": "whole_fund", "management_fee": "1.75", "accrues_from": "due",
    "fee_basis": "invested", "fee_frequency": "semi_annual", "fee_offset": "80", "calendar": "de", "notice_days": "12",
    "late_interest": "9", "escrow": "30", "clawback": "y",
}  # fmt: skip


def test_a_vehicle_is_set_up_shown_and_changed(client: FlaskClient, associate: Actor) -> None:
    sign_in(client, associate)
    assert "No vehicles yet" in client.get("/investments/vehicles").text
    shown = client.post("/investments/vehicles", data=GOOD, follow_redirects=True)
    assert shown.status_code == 200
    for text in (
        "Harbour Growth III",
        "EUR",
        "8.00%",
        "1.75%",
        "every half year",
        "invested capital",
        "12 business days",
        "of DE",
        "Nobody holds this vehicle yet",
    ):
        assert text in shown.text
    place = shown.request.path
    assert 'value="1.75"' in client.get(f"{place}/edit").text
    changed = client.post(place, data={**GOOD, "management_fee": "2"}, follow_redirects=True)
    assert "2.00%" in changed.text


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"name": ""}, "Give the vehicle a name."),
        ({"currency": "XXQ"}, "ISO currency code"),
        ({"catch_up": "10"}, "above the carry"),
        ({"carry": "NaN"}, "in percent"),
        ({"carry": "1e400"}, "in percent"),
        ({"preferred_return": "101"}, "between 0"),
        ({"vintage": "20"}, "year of the first close"),
        ({"calendar": "QQ"}, "No holidays are known"),
        ({"notice_days": "-3"}, "Between 0 and 90"),
        ({"carry_account": "Nobody at all"}, "There is no account of this name"),
        ({"tax_class": "club"}, "Not a valid choice"),
    ],
)
def test_what_makes_no_sense_is_refused_and_nothing_typed_is_lost(
    client: FlaskClient, associate: Actor, change: dict[str, str], message: str
) -> None:
    sign_in(client, associate)
    refused = client.post("/investments/vehicles", data={**GOOD, "strategy": "Kept words", **change})
    assert refused.status_code == 422
    assert message in refused.text
    assert "Kept words" in refused.text


def test_carry_goes_to_an_account_of_the_firm(client: FlaskClient, associate: Actor, world: World) -> None:
    account = make_account(world.firm_id, "Harbour GP Carry")
    make_account(world.other_firm_id, "Foreign Carry")
    sign_in(client, associate)
    refused = client.post("/investments/vehicles", data={**GOOD, "carry_account": "Foreign Carry"})
    assert refused.status_code == 422
    shown = client.post(
        "/investments/vehicles", data={**GOOD, "carry_account": " harbour gp carry"}, follow_redirects=True
    )
    assert "Harbour GP Carry" in shown.text
    with acting_as(associate.tenancy):
        terms = get_vehicle(associate, UUID(shown.request.path.rsplit("/", 1)[1])).terms
    assert (terms.carry_account_id, terms.clawback, terms.escrow) == (account, True, Decimal("0.3"))
    assert (terms.calendar, terms.fee_basis, terms.fee_offset) == ("DE", FeeBasis.INVESTED, Decimal("0.8"))
    edit = client.get(f"{shown.request.path}/edit").text
    for text in ('value="Harbour GP Carry"', 'value="12"'):
        assert text in edit


def test_a_name_is_taken_once_per_firm(client: FlaskClient, associate: Actor, world: World) -> None:
    make_vehicle(world.other_firm_id, GOOD["name"])
    sign_in(client, associate)
    assert client.post("/investments/vehicles", data=GOOD).status_code == 303
    again = client.post("/investments/vehicles", data={**GOOD, "name": " harbour  GROWTH iii"})
    assert again.status_code == 422
    assert "a vehicle of this name already" in again.text


def test_holders_are_listed_for_staff_only(client: FlaskClient, world: World, firm_id: UUID) -> None:
    vehicle = make_vehicle(firm_id, "Harbour Buyout I")
    account = make_account(firm_id, "Lane Family Trust", world.investor)
    post_history(firm_id, account, vehicle, [("commitment", "2020-01-01", "1000")])
    sign_in(client, world.auditor)
    assert "Lane Family Trust" in client.get(f"/investments/vehicles/{vehicle}").text
    assert client.get("/investments/vehicles/new").status_code == 403


def test_each_total_of_a_vehicle_opens(client: FlaskClient, world: World, firm_id: UUID) -> None:
    vehicle = make_vehicle(firm_id, "Harbour Buyout I")
    for name, paid in (("Lane Trust", "300"), ("Ortiz Holdings", "100")):
        history = [("commitment", "2024-01-01", "1000"), ("contribution", "2024-02-01", paid)]
        post_history(firm_id, make_account(firm_id, name), vehicle, [*history, ("valuation", "2024-03-31", paid)])
    post_history(firm_id, make_account(firm_id, "Other"), make_vehicle(firm_id, "Other"), history)
    sign_in(client, world.associate)
    shown = client.get(f"/investments/vehicles/{vehicle}").text
    for address in re.findall(r'class="figure-value"><a href="([^"]+)"', shown):
        figure = address.split("/")[-1].split("?")[0]
        expected = {"commitment": "2,000.00", "unfunded": "1,600.00", "distributed": "0.00", "tvpi": "1.00×"}
        assert expected.get(figure, "400.00") in client.get(unescape(address)).text, figure
    assert shown.count('class="figure-value"><a') == 6


def test_a_nav_with_later_flows_is_called_adjusted(client: FlaskClient, world: World, firm_id: UUID) -> None:
    vehicle, account = make_vehicle(firm_id, "Harbour Buyout I"), make_account(firm_id, "Lane Family Trust")
    flows = [("commitment", "2020-01-01", "1000"), ("contribution", "2020-01-10", "400")]
    post_history(firm_id, account, vehicle, [*flows, ("valuation", "2020-03-31", "410")])
    sign_in(client, world.manager)
    valued = client.get(f"/investments/vehicles/{vehicle}").text
    assert "Valued Mar 31, 2020" in valued
    assert "Adjusted NAV" not in valued
    assert f'href="/investments/returns?vehicle={vehicle}"' in valued
    post_history(firm_id, account, vehicle, [("contribution", "2020-04-10", "50")])
    assert "Adjusted NAV" in client.get(f"/investments/vehicles/{vehicle}").text


@pytest.mark.parametrize("person", ["investor", "foreign_manager"])
def test_others_do_not_see_it(client: FlaskClient, world: World, firm_id: UUID, person: str) -> None:
    vehicle = make_vehicle(firm_id, "Harbour Buyout I")
    sign_in(client, getattr(world, person))
    answer, random = client.get(f"/investments/vehicles/{vehicle}"), client.get(f"/investments/vehicles/{new_id()}")
    assert answer.status_code == random.status_code == (403 if person == "investor" else 404)


def test_signed_out_people_sign_in_and_come_back(client: FlaskClient) -> None:
    answer = client.get("/investments/vehicles?search=x")
    assert answer.status_code == 303
    assert answer.location == "/sign-in?next=%2Finvestments%2Fvehicles%3Fsearch%3Dx"
