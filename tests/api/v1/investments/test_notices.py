"""Notices in JSON: each figure of the paper, of the fund and of the account, for whoever may see it alone."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal.domain.identity.access.values import Actor, Role
from portal.domain.investments.distributions.values.plans import Method
from portal.jobs.drain import drain
from portal.platform import clock
from tests.conftest import World
from tests.factories.api import bearer
from tests.factories.calls import draft_of, issue_call, make_fund, open_bank_account
from tests.factories.distributions import pay_out
from tests.factories.identity import make_user

URL = "/api/v1/investments"
PAID = {"label": "Realised gain", "fund": "400.00", "account": "40.00", "unfunded_effect": "0.00"}


@pytest.fixture
def fund(app: Flask, world: World) -> UUID:
    members = [[world.investor], [world.another_investor]]
    vehicle, _ = make_fund(world.firm_id, "Harbour Fund I", ["1000000", "9000000"], members=members)
    open_bank_account(world.associate, world.manager, vehicle)
    return vehicle


def pay(world: World, fund: UUID, *, nets: UUID | None = None) -> UUID:
    """400 in all, 40 to the first account."""
    second = make_user(world.firm_id, "second@example.com", Role.MANAGER)
    approvers, today = (world.manager, second), clock.today().isoformat()
    return pay_out(world.associate, approvers, fund, today, ("gain", "400"), method=Method.COMMITMENT, nets=nets)


def told(client: FlaskClient, reader: Actor, distribution: UUID) -> dict[str, Any]:
    """The notice of a distribution to the reader's only account."""
    (share,) = client.get(f"{URL}/distributions/{distribution}", headers=bearer(reader)).json["shares"]
    (notice,) = share["notices"]
    found: dict[str, Any] = client.get(f"{URL}/notices/{notice}", headers=bearer(reader)).json
    return found


def said(notice: dict[str, Any], *names: str) -> list[Any]:
    return [notice[name] for name in names]


def test_a_call_is_told_of_with_bank_account_and_what_it_does_to_the_promise(
    client: FlaskClient, world: World, fund: UUID
) -> None:
    issue_call(world.associate, world.manager, draft_of(fund, purpose="To buy a port"))
    reader = bearer(world.investor)
    call = client.get(f"{URL}/capital-calls", headers=reader).json["items"][0]
    (notice,) = client.get(f"{URL}/capital-calls/{call['id']}", headers=reader).json["notices"]
    found = client.get(f"{URL}/notices/{notice}", headers=reader).json
    assert said(found, "kind", "number", "reference", "due_on") == ["call", "C1", call["reference"], call["due_on"]]
    assert said(found, "commitment", "fund_commitment", "share_of_fund") == [
        "1000000.00",
        "10000000.00",
        "0.1000000000",
    ]
    assert [said(line, "fund", "account", "unfunded_effect") for line in found["called"]] == [
        ["1000.00", "100.00", "-100.00"]
    ]
    assert said(found, "net_due", "contributed", "distributed") == ["100.00", "0.00", "0.00"]
    assert said(found, "unfunded_before", "unfunded_after") == ["1000000.00", "999900.00"]
    assert found["pay_to"]["number"] == "4407716639"
    assert found["document_id"] is None
    drain()
    assert client.get(f"{URL}/notices/{notice}", headers=reader).json["document_id"] is not None
    assert client.get(f"{URL}/notices/{notice}", headers=bearer(world.another_investor)).status_code == 404


def test_a_distribution_is_told_of_by_source_and_names_no_bank_account(
    client: FlaskClient, world: World, fund: UUID
) -> None:
    distribution = pay(world, fund)
    found = told(client, world.investor, distribution)
    assert said(found, "kind", "number", "reference", "called") == ["distribution", "D1", "D1", []]
    assert found["paid_out"] == [PAID]
    assert said(found, "withheld", "in_kind", "net_due", "pay_to") == ["0.00", "0.00", "-40.00", None]
    assert found["subject_id"] == str(distribution)


def test_one_that_nets_a_call_tells_of_both(client: FlaskClient, world: World, fund: UUID) -> None:
    call = issue_call(world.associate, world.manager, draft_of(fund))
    found = told(client, world.investor, pay(world, fund, nets=call))
    assert said(found, "title", "number", "netted_call") == ["Capital call and distribution notice", "D1", "C1"]
    assert [line["account"] for line in found["called"]] == ["100.00"]
    assert found["paid_out"] == [PAID]
    assert said(found, "settled", "netted", "net_due") == ["0.00", "40.00", "60.00"]
    assert said(found, "unfunded_before", "unfunded_after") == ["1000000.00", "999900.00"]
    assert found["pay_to"]["number"] == "4407716639"
    assert found["reference"].startswith("C1-")
    mine = client.get(f"{URL}/capital-calls", headers=bearer(world.investor)).json["items"][0]["id"]
    called = client.get(f"{URL}/capital-calls/{mine}", headers=bearer(world.investor)).json
    assert called["notices"][0] == found["id"]
    assert len(called["notices"]) == 2
