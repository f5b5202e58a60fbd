"""Transfers in JSON: staff read both sides, each side its own alone."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.conftest import World
from tests.factories.api import bearer
from tests.factories.worths import Worths, make_worths

URL = "/api/v1/investments/transfers"
PASSED = {"commitment": "25000.00", "unfunded": "17500.00", "nav": "8250.00"}
SIDES = ("giver_id", "taker_id", "share", "whole")


@pytest.fixture
def worths(app: Flask, world: World) -> Worths:
    found = make_worths(world)
    found.value()
    return found


def test_each_side_reads_its_own_and_the_staff_both(client: FlaskClient, world: World, worths: Worths) -> None:
    found = worths.transfer()
    whole = {"commitment": "100000.00", "unfunded": "70000.00", "nav": "33000.00"}
    giving = {"giver_id": str(worths.lane), "taker_id": None, "share": "0.2500000000", "whole": whole}
    taking = {"giver_id": None, "taker_id": str(worths.ortiz), "share": None, "whole": None}
    both = giving | {"taker_id": str(worths.ortiz)}
    for person, sides in ((world.manager, both), (world.investor, giving), (world.another_investor, taking)):
        one = client.get(f"{URL}/{found}", headers=bearer(person)).json
        assert {name: one[name] for name in SIDES} == sides
        assert (one["passed"], one["state"], one["giver"] is None) == (PASSED, "posted", sides["giver_id"] is None)
        assert client.get(URL, headers=bearer(person)).json == {"items": [one], "next": None}


def test_what_waits_is_the_staffs_and_what_is_anothers_is_not_there(
    client: FlaskClient, world: World, worths: Worths
) -> None:
    waiting = worths.transfer(posted=False)
    assert client.get(f"{URL}/{waiting}", headers=bearer(world.associate)).json["state"] == "waiting"
    for person in (world.investor, world.another_investor, world.foreign_manager):
        assert client.get(URL, headers=bearer(person)).json["items"] == []
        assert client.get(f"{URL}/{waiting}", headers=bearer(person)).status_code == 404


def test_pages_hold_each_once(client: FlaskClient, world: World, worths: Worths) -> None:
    other = make_worths(world, "Harbour Income")
    other.value()
    both = {str(worths.transfer()), str(other.transfer())}
    headers = bearer(world.manager)
    first = client.get(URL, query_string={"limit": 1}, headers=headers).json
    second = client.get(URL, query_string={"limit": 1, "cursor": first["next"]}, headers=headers).json
    assert {each["id"] for each in first["items"] + second["items"]} == both
    assert (len(first["items"]), len(second["items"]), second["next"]) == (1, 1, None)
