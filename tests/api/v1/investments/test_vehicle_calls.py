"""Whole capital calls in JSON, for staff alone: drafts too, and what each account has to pay."""

from __future__ import annotations

from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal.domain.identity.access.values import Actor
from tests.conftest import World
from tests.factories.api import bearer
from tests.factories.calls import ask_for_call, draft_of, issue_call, make_fund, open_bank_account

URL = "/api/v1/investments/vehicle-calls"


@pytest.fixture
def fund(app: Flask, world: World) -> UUID:
    vehicle, _ = make_fund(world.firm_id, "Harbour Fund I", ["1000000", "9000000"], members=[[world.investor]])
    open_bank_account(world.associate, world.manager, vehicle)
    return vehicle


def test_a_call_says_its_lines_and_what_each_account_has_to_pay(
    client: FlaskClient, associate: Actor, manager: Actor, fund: UUID
) -> None:
    found = issue_call(associate, manager, draft_of(fund, purpose="To buy a port"))
    headers, shares, cursor = bearer(associate), [], None
    while True:
        query = {"limit": 1} | ({"cursor": cursor} if cursor else {})
        call = client.get(f"{URL}/{found}", query_string=query, headers=headers).json
        shares += call["shares"]
        if (cursor := call["next"]) is None:
            break
    assert [(each["account"], each["amount"], each["open"]) for each in shares] == [
        ("Harbour Fund I account 1", "100.00", "100.00"),
        ("Harbour Fund I account 2", "900.00", "900.00"),
    ]
    assert (call["number"], call["amount"], call["paid"], call["purpose"]) == ("C1", "1000.00", "0.00", "To buy a port")
    line = {"kind": "investment", "label": "", "inside_commitment": True, "amount": "1000.00"}
    assert (call["lines"], call["pay_to"]["number"]) == ([line], "4407716639")


def test_drafts_come_in_pages_with_the_rest_and_are_the_staffs_alone(
    client: FlaskClient, associate: Actor, manager: Actor, world: World, fund: UUID
) -> None:
    issued = issue_call(associate, manager, draft_of(fund))
    waiting, _ = ask_for_call(associate, draft_of(fund))
    first = client.get(URL, query_string={"limit": 1}, headers=bearer(manager)).json
    second = client.get(URL, query_string={"limit": 1, "cursor": first["next"]}, headers=bearer(manager)).json
    listed = [(each["id"], each["state"]) for each in first["items"] + second["items"]]
    assert (listed, second["next"]) == ([(str(waiting), "waiting"), (str(issued), "issued")], None)
    for call in (issued, waiting):
        assert client.get(f"{URL}/{call}", headers=bearer(world.investor)).status_code == 403
        assert client.get(f"{URL}/{call}", headers=bearer(world.foreign_manager)).status_code == 404
    assert client.get(URL, headers=bearer(world.investor)).status_code == 403
    assert client.get(URL, headers=bearer(world.foreign_manager)).json["items"] == []
