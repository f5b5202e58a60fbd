"""Opportunities in JSON: what is offered, what stands in the way, interest."""

from __future__ import annotations

from uuid import UUID

import pytest
from flask.testing import FlaskClient

from portal.api.v1.investments import opportunities
from portal.domain.investments.opportunities.queries.opportunities import list_closes
from portal.domain.investments.opportunities.services.opening import end_close
from portal.platform.ids import new_id
from portal.platform.tenancy import acting_as
from tests.conftest import World
from tests.factories.api import bearer
from tests.factories.investments import make_account, make_vehicle
from tests.factories.offerings import draft_opportunity, make_opportunity, offering

PLACE = "/api/v1/investments/opportunities"


@pytest.fixture
def account(client: FlaskClient, world: World) -> UUID:
    return make_account(world.firm_id, "Lane Family Trust", world.investor)


@pytest.fixture
def opportunity(world: World, account: UUID) -> UUID:
    vehicle = make_vehicle(world.firm_id, "Harbour Growth II")
    draft_opportunity(world.associate, offering(vehicle, "A draft"))
    return make_opportunity(world.associate, world.manager, offering(vehicle))


def test_no_draft_is_ever_in_it(client: FlaskClient, world: World, opportunity: UUID) -> None:
    for reader in (world.investor, world.manager):
        (item,) = client.get(PLACE, headers=bearer(reader)).json["items"]
        assert (item["name"], item["target"], item["taken"]) == ("First close", "1000000.00", "0.00")
    draft = draft_opportunity(world.associate, offering(make_vehicle(world.firm_id, "Other"), "Another draft"))
    assert client.get(f"{PLACE}/{draft}", headers=bearer(world.manager)).status_code == 404


def test_it_says_what_stands_in_the_way_and_takes_interest(
    client: FlaskClient, world: World, opportunity: UUID, account: UUID
) -> None:
    mine, here = bearer(world.investor), f"{PLACE}/{opportunity}"
    shown = client.get(here, headers=mine).json
    (own,) = shown["accounts"]
    assert own["account_id"] == str(account)
    assert {"accreditation_missing", "residence_missing"} <= {each["code"] for each in own["reasons"]}
    said = {"account_id": str(account), "amount": "75000.50"}
    once = {"Idempotency-Key": str(new_id())}
    put = client.put(f"{here}/interest", json=said, headers=mine | once)
    assert (put.status_code, put.json["amount"], put.json["state"]) == (200, "75000.50", "standing")
    again = client.put(f"{here}/interest", json=said, headers=mine | once)
    assert again.json == put.json
    wrong = client.put(f"{here}/interest", json=said | {"amount": "0.001"}, headers=mine)
    assert (wrong.status_code, wrong.json["type"]) == (422, "urn:problem-type:invalid")
    assert client.delete(f"{here}/interest?account={account}", headers=mine).status_code == 204
    assert client.delete(f"{here}/interest?account={account}", headers=mine).status_code == 404
    (left,) = client.get(here, headers=mine).json["interests"]
    assert left["state"] == "withdrawn"


def test_strangers_find_nothing(client: FlaskClient, world: World, opportunity: UUID, account: UUID) -> None:
    for stranger in (world.another_investor, world.foreign_investor):
        theirs = bearer(stranger)
        assert client.get(PLACE, headers=theirs).json["items"] == []
        assert client.get(f"{PLACE}/{opportunity}", headers=theirs).status_code == 404
        said = {"account_id": str(account), "amount": "75000"}
        assert client.put(f"{PLACE}/{opportunity}/interest", json=said, headers=theirs).status_code == 404


def test_many_accounts_come_in_pages_and_are_found_by_name(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch, world: World, account: UUID
) -> None:
    monkeypatch.setattr(opportunities, "MOST", 1)
    make_account(world.firm_id, "Alder Trust", world.investor)
    offered = offering(make_vehicle(world.firm_id, "Harbour Growth III"), "Second")
    here = f"{PLACE}/{make_opportunity(world.associate, world.manager, offered)}"
    mine = bearer(world.investor)
    shown = client.get(here, headers=mine).json
    assert [each["account"] for each in shown["accounts"]] == ["Alder Trust"]
    rest = client.get(f"{here}/accounts?cursor={shown['next_account']}", headers=mine).json
    assert ([each["account"] for each in rest["items"]], rest["next"]) == (["Lane Family Trust"], None)
    one = client.get(f"{here}/accounts?limit=1", headers=mine).json
    assert ([each["account"] for each in one["items"]], one["next"]) == (["Alder Trust"], shown["next_account"])
    found = client.get(f"{here}/accounts?search=lane", headers=mine).json
    assert [each["account"] for each in found["items"]] == ["Lane Family Trust"]
    assert client.get(f"{here}/accounts", headers=bearer(world.another_investor)).status_code == 404


def test_closes_say_whether_they_are_closed(client: FlaskClient, world: World, opportunity: UUID) -> None:
    mine, here = bearer(world.investor), f"{PLACE}/{opportunity}"
    assert [each["closed_at"] for each in client.get(here, headers=mine).json["closes"]] == [None]
    with acting_as(world.manager.tenancy):
        end_close(world.manager, opportunity, list_closes(world.manager, opportunity)[0].id)
    assert [bool(each["closed_at"]) for each in client.get(here, headers=mine).json["closes"]] == [True]
