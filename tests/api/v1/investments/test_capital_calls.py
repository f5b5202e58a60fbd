"""Capital calls in JSON: the figures of the page, one's own alone, never a draft."""

from __future__ import annotations

from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal.domain.identity.access.values import Actor
from tests.conftest import World
from tests.factories.api import bearer
from tests.factories.calls import ask_for_call, draft_of, issue_call, make_fund, open_bank_account

URL = "/api/v1/investments/capital-calls"


@pytest.fixture
def fund(app: Flask, world: World, associate: Actor, manager: Actor) -> UUID:
    vehicle, _ = make_fund(
        world.firm_id, "Harbour Fund I", ["1000000", "9000000"], members=[[world.investor], [world.another_investor]]
    )
    open_bank_account(associate, manager, vehicle)
    return vehicle


def test_a_call_says_what_to_pay_by_when_and_where(
    client: FlaskClient, associate: Actor, manager: Actor, investor: Actor, another_investor: Actor, fund: UUID
) -> None:
    ask_for_call(associate, draft_of(fund))
    for _ in range(3):
        issue_call(associate, manager, draft_of(fund, purpose="To buy a port"))
    found, query = [], {"limit": "2"}
    while True:
        page = client.get(URL, query_string=query, headers=bearer(investor)).json
        found += page["items"]
        if page["next"] is None:
            break
        query["cursor"] = page["next"]
    assert [each["number"] for each in found] == ["C4", "C3", "C2"]
    assert {(each["amount"], each["open"], each["state"]) for each in found} == {("100.00", "100.00", "due")}
    one = client.get(f"{URL}/{found[2]['id']}", headers=bearer(investor)).json
    assert one["reference"].startswith("C2-")
    assert (one["commitment"], one["fund_commitment"]) == ("1000000.00", "10000000.00")
    assert (one["unfunded_before"], one["unfunded_after"]) == ("1000000.00", "999900.00")
    assert one["lines"][0] == {
        "kind": "investment",
        "label": "",
        "inside_commitment": True,
        "fund": "1000.00",
        "account": "100.00",
        "unfunded_effect": "-100.00",
    }
    assert one["pay_to"]["number"] == "4407716639"
    assert len(one["notices"]) == 1
    assert client.get(f"{URL}/{found[2]['id']}", headers=bearer(another_investor)).status_code == 404
