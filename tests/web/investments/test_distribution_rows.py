"""A distribution that is netted against a call, on the pages of staff and of who is paid."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal.domain.identity.access.values import Actor, Role
from portal.domain.investments.capital_calls.queries.shares import list_shares
from portal.domain.investments.notices.queries import list_notice_links
from portal.platform import clock
from portal.platform.tenancy import acting_as
from tests.conftest import World
from tests.factories.calls import draft_of, issue_call, make_fund, open_bank_account
from tests.factories.distributions import decide, post
from tests.factories.identity import make_user
from tests.factories.web import sign_in

PLACE = "/investments/distributions"
START = (datetime(9999, 1, 1, tzinfo=UTC), UUID(int=2**128 - 1))


@pytest.fixture
def called(app: Flask, world: World) -> tuple[UUID, list[UUID], UUID]:
    """A vehicle, its two accounts (the first is the investor's), and an open call of 1,000: 250 and 750."""
    vehicle, accounts = make_fund(world.firm_id, "Netted I", ["1000", "3000"], members=[[world.investor]])
    open_bank_account(world.associate, world.manager, vehicle)
    return vehicle, accounts, issue_call(world.associate, world.manager, draft_of(vehicle))


def prepared(client: FlaskClient, vehicle: UUID, call: UUID) -> UUID:
    form = {
        "pay_on": clock.today().isoformat(), "method": "commitment", "source_1": "gain", "amount_1": "1,500.00",
        "nets_call": str(call), **{f"source_{place}": "gain" for place in range(2, 7)},
    }  # fmt: skip
    sent = client.post(f"{PLACE}/vehicles/{vehicle}", data=form)
    assert sent.status_code == 303, sent.text
    return UUID(sent.location.rpartition("/")[2])


def test_staff_choose_the_call_and_see_what_each_account_still_pays_or_gets(
    client: FlaskClient, called: tuple[UUID, list[UUID], UUID], world: World, associate: Actor
) -> None:
    vehicle, _, call = called
    sign_in(client, associate)
    assert f"vehicle={vehicle}&amp;nets={call}" in client.get(f"/investments/capital-calls/{call}").text
    offered = client.get(f"{PLACE}/new?vehicle={vehicle}&nets={call}").text
    assert re.search(rf'<option selected value="{call}">Call C1, due on [^<]+ USD 1,000.00 open', offered)
    found = prepared(client, vehicle, call)
    shown = client.get(f"{PLACE}/{found}").text
    for text in ("Netted against call C1", "Open on C1", "250.00", "125.00", "375.00", "Still paid out", "500.00"):
        assert text in shown
    assert f"{PLACE}/{found}/edit?nets={call}" in client.get(f"/investments/capital-calls/{call}").text
    assert f'selected value="{call}"' in client.get(f"{PLACE}/{found}/edit").text
    client.post(f"{PLACE}/{found}/submit")
    assert "125.00" in client.get(f"{PLACE}/{found}").text
    for approver in (world.manager, make_user(world.firm_id, "second.pages@example.com", Role.MANAGER)):
        decide(approver, found)
    assert "Netted against call C1" in client.get(f"{PLACE}/{found}").text
    refused = client.post(f"/investments/call-drafts/{call}/cancel", data={"reason": "Not needed."})
    assert refused.status_code == 422
    assert "Distribution D1 is netted against this call" in refused.text


def test_who_is_paid_reads_of_both_in_one_notice_as_page_file_and_json(
    client: FlaskClient, called: tuple[UUID, list[UUID], UUID], world: World, associate: Actor, investor: Actor
) -> None:
    vehicle, accounts, call = called
    sign_in(client, associate)
    found = prepared(client, vehicle, call)
    client.post(f"{PLACE}/{found}/submit")
    for approver in (world.manager, make_user(world.firm_id, "second.pages@example.com", Role.MANAGER)):
        decide(approver, found)
    post(world.firm_id, found)
    sign_in(client, investor)
    shown = client.get(f"{PLACE}/{found}/accounts/{accounts[0]}").text
    for text in ("Capital call and distribution notice", "netted against call C1", "− 250.00", "125.00"):
        assert text in shown
    with acting_as(investor.tenancy):
        (notice,) = list_notice_links(investor, found, accounts)
        (share,) = list_shares(investor, before=START, most=9)
    page = client.get(f"/investments/notices/{notice.id}").text
    for text in (
        "Capital call and distribution notice D1",
        "What is called by C1",
        "What is paid out",
        "Still paid out",
    ):
        assert text in page
    rows = client.get(f"/investments/notices/{notice.id}/export.csv").text
    for row in ("nets call", "netted,,USD,,250.00", "net due,,USD,,-125.00"):
        assert row in rows
    assert "netted against distribution D1" in client.get(f"/investments/capital-calls/shares/{share.id}").text
