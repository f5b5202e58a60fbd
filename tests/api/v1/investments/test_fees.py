"""Management fees in JSON: staff read all of them, who bears one the posted ones and their own part."""

from __future__ import annotations

from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.conftest import World
from tests.factories.api import bearer
from tests.factories.worths import Worths, make_worths

URL = "/api/v1/investments/fees"
ARITHMETIC = ("basis", "total_basis", "rate", "days", "year_days", "day_count", "paid_from", "fee", "net")


@pytest.fixture
def worths(app: Flask, world: World) -> Worths:
    return make_worths(world)


def test_staff_read_the_arithmetic_and_every_part_an_investor_their_own(
    client: FlaskClient, world: World, worths: Worths
) -> None:
    found = worths.charge()
    whole = client.get(f"{URL}/{found}", headers=bearer(world.manager)).json
    assert {name: whole[name] for name in ARITHMETIC} == {
        "basis": "commitment", "total_basis": "200000.00", "rate": "0.0200000000", "days": 90, "year_days": 360,
        "day_count": "thirty_360", "paid_from": "capital", "fee": "1000.00", "net": "1000.00",
    }  # fmt: skip
    assert [(each["account_id"], each["basis"], each["net"]) for each in whole["parts"]] == [
        (str(worths.lane), "100000.00", "500.00"),
        (str(worths.ortiz), "100000.00", "500.00"),
    ]
    mine = client.get(f"{URL}/{found}", headers=bearer(world.investor)).json
    assert [each["account_id"] for each in mine["parts"]] == [str(worths.lane)]
    (line,) = client.get(URL, headers=bearer(world.investor)).json["items"]
    assert {name: mine[name] for name in line} == line


def test_drafts_are_the_staffs_and_what_is_anothers_is_not_there(
    client: FlaskClient, world: World, worths: Worths
) -> None:
    draft = worths.charge(posted=False)
    assert client.get(f"{URL}/{draft}", headers=bearer(world.associate)).json["state"] == "draft"
    for person in (world.investor, world.foreign_manager):
        assert client.get(URL, headers=bearer(person)).json["items"] == []
        assert client.get(f"{URL}/{draft}", headers=bearer(person)).status_code == 404


def test_pages_hold_each_once(client: FlaskClient, world: World, worths: Worths) -> None:
    later = worths.charge()
    earlier = worths.charge(first=date(2024, 7, 1), last=date(2024, 9, 30))
    headers = bearer(world.manager)
    first = client.get(URL, query_string={"limit": 1}, headers=headers).json
    second = client.get(URL, query_string={"limit": 1, "cursor": first["next"]}, headers=headers).json
    assert [each["id"] for each in first["items"] + second["items"]] == [str(later), str(earlier)]
    assert second["next"] is None
    parts = client.get(f"{URL}/{later}", query_string={"limit": 1}, headers=headers).json
    query = {"limit": 1, "cursor": parts["next"]}
    rest = client.get(f"{URL}/{later}", query_string=query, headers=headers).json
    assert [each["account_id"] for each in parts["parts"] + rest["parts"]] == [str(worths.lane), str(worths.ortiz)]
