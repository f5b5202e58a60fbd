"""Valuations in JSON: staff read all of them, who holds the vehicle the posted ones and their own part."""

from __future__ import annotations

from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.conftest import World
from tests.factories.api import bearer
from tests.factories.investments import make_vehicle
from tests.factories.worths import Worths, make_worths

URL = "/api/v1/investments/valuations"


@pytest.fixture
def worths(app: Flask, world: World) -> Worths:
    return make_worths(world)


def test_staff_read_every_part_and_an_investor_their_own(client: FlaskClient, world: World, worths: Worths) -> None:
    found = worths.value()
    whole = client.get(f"{URL}/{found}", headers=bearer(world.manager)).json
    assert {name: whole[name] for name in ("amount", "state", "valued_on", "basis", "total_weight", "version")} == {
        "amount": "44000.00", "state": "posted", "valued_on": "2024-12-31", "basis": "capital",
        "total_weight": "40000.00", "version": 1,
    }  # fmt: skip
    assert whole["components"] == [{"name": "investments", "amount": "44000.00"}]
    assert [(each["amount"], each["before"], each["change"]) for each in whole["shares"]] == [
        ("33000.00", "0.00", "33000.00"),
        ("11000.00", "0.00", "11000.00"),
    ]
    mine = client.get(f"{URL}/{found}", headers=bearer(world.investor)).json
    assert [each["account_id"] for each in mine["shares"]] == [str(worths.lane)]
    assert mine["amount"] == "44000.00"


def test_drafts_are_the_staffs_and_what_is_anothers_is_not_there(
    client: FlaskClient, world: World, worths: Worths
) -> None:
    draft = worths.value(posted=False)
    assert client.get(f"{URL}/{draft}", headers=bearer(world.associate)).json["state"] == "draft"
    for person in (world.investor, world.foreign_manager):
        assert client.get(URL, headers=bearer(person)).json["items"] == []
        assert client.get(f"{URL}/{draft}", headers=bearer(person)).status_code == 404
    assert client.get(f"{URL}/{uuid4()}", headers=bearer(world.manager)).status_code == 404


def test_pages_hold_each_once_and_one_vehicle_is_asked_for(client: FlaskClient, world: World, worths: Worths) -> None:
    found = {str(worths.value()), str(worths.value(amount=45_000)), str(worths.value(posted=False, amount=46_000))}
    headers, seen, cursor = bearer(world.manager), [], None
    while True:
        query = {"limit": 2} | ({"cursor": cursor} if cursor else {})
        page = client.get(URL, query_string=query, headers=headers).json
        seen += [each["id"] for each in page["items"]]
        if (cursor := page["next"]) is None:
            break
    assert (len(seen), set(seen)) == (3, found)
    other = make_vehicle(world.firm_id, "Harbour Income")
    assert client.get(URL, query_string={"vehicle": other}, headers=headers).json["items"] == []
    one = client.get(f"{URL}/{seen[0]}", query_string={"limit": 1}, headers=headers).json
    rest = client.get(f"{URL}/{seen[0]}", query_string={"limit": 1, "cursor": one["next"]}, headers=headers).json
    accounts = [each["account_id"] for each in one["shares"] + rest["shares"]]
    assert (accounts, rest["next"]) == ([str(worths.lane), str(worths.ortiz)], None)
