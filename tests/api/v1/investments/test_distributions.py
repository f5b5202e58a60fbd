"""Distributions as apps read them."""

from __future__ import annotations

from decimal import Decimal

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal.domain.investments.distributions.services.drafting import discard_distribution
from portal.domain.investments.distributions.values.plans import Method
from portal.platform.tenancy import acting_as
from tests.conftest import World
from tests.factories.api import bearer
from tests.factories.distributions import pay_out, prepare
from tests.factories.funds import Fund, make_fund

URL = "/api/v1/investments/distributions"


@pytest.fixture
def fund(app: Flask, world: World) -> Fund:
    found = make_fund(world)
    for account, amount in ((found.lane, "600"), (found.ortiz, "400")):
        found.history(("contribution", "2025-01-01", amount), account=account)
    return found


def test_an_app_reads_what_is_approved_and_how_it_came_about(client: FlaskClient, world: World, fund: Fund) -> None:
    found = pay_out(fund.maker, fund.approvers, fund.vehicle, "2026-01-01", ("gain", "2000"))
    (item,) = client.get(URL, headers=bearer(world.investor)).json["items"]
    assert (item["id"], item["gross"], item["net"], item["state"]) == (str(found), "1080.00", "1080.00", "posted")
    shown = client.get(f"{URL}/{found}", headers=bearer(world.investor)).json
    (share,) = shown["shares"]
    assert (share["account"], share["parts"][0]["rate"]) == ("Lane Trust", "0.000000")
    assert share["tiers"][0] == {"tier": "capital", "amount": "600.00", "mine": "600.00", "whole": "1000.00"}
    tiers = shown["waterfall"][0]["tiers"]
    assert [tier["carry"] for tier in tiers] == ["0.00", "0.00", "20.00", "180.00"]
    assert (tiers[1]["due"], tiers[3]["due"]) == ("80.00", None)


def test_drafts_and_others_are_never_in_it(client: FlaskClient, world: World, fund: Fund) -> None:
    draft = prepare(fund.maker, fund.vehicle, "2026-01-01", ("gain", "2000"))
    assert client.get(URL, headers=bearer(world.investor)).json["items"] == []
    assert client.get(f"{URL}/{draft}", headers=bearer(world.investor)).status_code == 404
    assert client.get(f"{URL}/{draft}", headers=bearer(world.foreign_manager)).status_code == 404
    assert client.get(f"{URL}/{draft}", headers=bearer(fund.maker)).json["state"] == "draft"


def test_staff_read_one_that_was_given_up(client: FlaskClient, fund: Fund) -> None:
    draft = prepare(fund.maker, fund.vehicle, "2026-01-01", ("gain", "2000"))
    with acting_as(fund.maker.tenancy):
        discard_distribution(fund.maker, draft)
    shown = client.get(f"{URL}/{draft}", headers=bearer(fund.maker)).json
    assert shown["state"] == "cancelled"
    described = client.get("/api/v1/openapi.json").json["components"]["schemas"]
    (progress,) = {
        tuple(each["properties"]["state"]["enum"])
        for name, each in described.items()
        if name.startswith("DistributionDetail")
    }
    assert shown["state"] in progress


def test_pages_hold_each_once(client: FlaskClient, world: World, fund: Fund) -> None:
    for day in ("2026-01-01", "2026-01-02", "2026-01-03"):
        prepare(fund.maker, fund.vehicle, day, ("gain", "10"), method=Method.PAID_IN)
    headers, seen, cursor = bearer(world.manager), [], None
    while True:
        query = {"limit": 2} | ({"cursor": cursor} if cursor else {})
        page = client.get(URL, query_string=query, headers=headers).json
        seen += [item["pay_on"] for item in page["items"]]
        cursor = page["next"]
        if cursor is None:
            break
    assert seen == ["2026-01-03", "2026-01-02", "2026-01-01"]


def test_shares_come_in_pages_and_the_sums_are_of_all(client: FlaskClient, world: World, fund: Fund) -> None:
    found = pay_out(fund.maker, fund.approvers, fund.vehicle, "2026-01-01", ("gain", "2000"))
    headers, names, cursor, parts = bearer(world.manager), [], None, Decimal(0)
    while True:
        query = {"limit": 1} | ({"cursor": cursor} if cursor else {})
        page = client.get(f"{URL}/{found}", query_string=query, headers=headers).json
        (share,) = page["shares"]
        names, parts, cursor = [*names, share["account"]], parts + Decimal(share["gross"]), page["next"]
        if cursor is None:
            break
    assert len(names) == len(set(names)) == page["accounts"] > 1
    assert names == sorted(names)
    assert parts == Decimal(page["gross"]) == 2000
