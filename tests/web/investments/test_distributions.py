"""Distributions as pages: prepared, previewed, approved by two, seen by whom they pay."""

from __future__ import annotations

import re
from uuid import UUID

import pytest
from flask.testing import FlaskClient

from tests.conftest import World
from tests.factories.distributions import decide, post, prepare, request_of, submit
from tests.factories.funds import Fund
from tests.factories.web import sign_in

PLACE = "/investments/distributions"
GOOD = {
    "pay_on": "2026-01-01", "method": "waterfall", "note": "Sale of Alpha", "source_1": "gain",
    "amount_1": "2,000.00", "recallable_1": "100", **{f"source_{place}": "gain" for place in range(2, 7)},
}  # fmt: skip


@pytest.fixture
def drawn(fund: Fund) -> Fund:
    for account, amount in ((fund.lane, "600"), (fund.ortiz, "400")):
        fund.history(("commitment", "2025-01-01", "1000"), ("contribution", "2025-01-01", amount), account=account)
    return fund


def entered(client: FlaskClient, fund: Fund, **other: str) -> UUID:
    sent = client.post(f"{PLACE}/vehicles/{fund.vehicle}", data={**GOOD, **other})
    assert sent.status_code == 303, sent.text
    return UUID(sent.location.rpartition("/")[2])


def test_a_preview_shows_every_tier_and_account_and_posts_nothing(client: FlaskClient, drawn: Fund) -> None:
    sign_in(client, drawn.maker)
    assert str(drawn.vehicle) in client.get(f"{PLACE}/new").text
    assert "See what follows" in client.get(f"{PLACE}/new?vehicle={drawn.vehicle}").text
    found = entered(client, drawn)
    shown = client.get(f"{PLACE}/{found}").text
    for text in ("A preview: nothing is posted", "Return of contributions", "1,000.00", "80.00", "20.00", "720.00",
                 "Lane Trust", "1,080.00", "Harbour GP", "60.00", "Send for approval", "Sale of Alpha"):  # fmt: skip
        assert text in shown
    assert 'value="2,000.00"' in client.get(f"{PLACE}/{found}/edit").text
    changed = client.post(f"{PLACE}/{found}", data={**GOOD, "amount_1": "500"}, follow_redirects=True)
    assert "300.00" in changed.text
    assert "D1, Harbour I" in client.get(PLACE).text
    gone = client.post(f"{PLACE}/{found}/discard", follow_redirects=True)
    assert "No distributions yet" in gone.text


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"amount_1": ""}, "Enter at least one amount."),
        ({"amount_1": "ten"}, "Write the amount in digits"),
        ({"amount_1": "0"}, "above zero"),
        ({"amount_1": "1.005", "recallable_1": ""}, "2 decimal places"),
        ({"recallable_1": "3000"}, "at most the amount itself"),
        ({"pay_on": ""}, "on which day"),
        ({"source_1": "carried_interest"}, "Not a valid choice"),
    ],
)
def test_what_makes_no_sense_is_refused_and_nothing_typed_is_lost(
    client: FlaskClient, drawn: Fund, change: dict[str, str], message: str
) -> None:
    sign_in(client, drawn.maker)
    refused = client.post(f"{PLACE}/vehicles/{drawn.vehicle}", data={**GOOD, **change})
    assert refused.status_code == 422
    assert message in refused.text
    assert "Sale of Alpha" in refused.text


def test_approved_by_two_on_the_page_and_seen_by_whom_it_pays(client: FlaskClient, drawn: Fund, world: World) -> None:
    sign_in(client, drawn.maker)
    found = entered(client, drawn)
    sent = client.post(f"{PLACE}/{found}/submit", follow_redirects=True)
    assert "0 of 2 have approved it" in sent.text
    request = request_of(drawn.maker, found)
    for approver in drawn.approvers:
        sign_in(client, approver)
        page = client.get(f"/approvals/{request.id}").text
        assert "2,000.00" in page
        digest = re.search(r'name="digest"[^>]*value="(\w+)"', page)
        assert digest
        given = client.post(f"/approvals/{request.id}/approve", data={"digest": digest[1]})
        assert given.status_code == 303
    post(drawn.maker.firm_id, found)
    history = client.get(f"{PLACE}/{found}").text.split(">History<")[1]
    assert "Approved a request" in history  # the first of two
    assert "Approved a distribution" in history
    sign_in(client, world.investor)
    assert "D1, Harbour I" in client.get(PLACE).text
    shown = client.get(f"{PLACE}/{found}").text
    assert "Lane Trust" in shown
    assert "Ortiz Trust" not in shown
    derived = client.get(f"{PLACE}/{found}/accounts/{drawn.lane}").text
    for text in ("Net in money", "600.00", "1,000.00", "1,080.00", "Carry split"):
        assert text in derived
    assert client.get(f"{PLACE}/{found}/accounts/{drawn.ortiz}").status_code == 404


def test_drafts_do_not_exist_for_investors_and_auditors_change_nothing(
    client: FlaskClient, drawn: Fund, world: World
) -> None:
    found = prepare(drawn.maker, drawn.vehicle, "2026-01-01", ("gain", "500"))
    submit(drawn.maker, found)
    sign_in(client, world.investor)
    assert client.get(f"{PLACE}/{found}").status_code == 404
    assert "Harbour I" not in client.get(PLACE).text
    assert client.get(f"{PLACE}/new").status_code == 403
    sign_in(client, world.auditor)
    assert "Waits for approval" in client.get(f"{PLACE}/{found}").text
    assert client.post(f"{PLACE}/{found}/recall").status_code == 403
    sign_in(client, world.foreign_manager)
    assert client.get(f"{PLACE}/{found}").status_code == 404


def test_taken_back_with_a_reason(client: FlaskClient, drawn: Fund, world: World) -> None:
    found = prepare(drawn.maker, drawn.vehicle, "2026-01-01", ("gain", "500"))
    submit(drawn.maker, found)
    sign_in(client, drawn.maker)
    assert "Taken back" in client.post(f"{PLACE}/{found}/recall", follow_redirects=True).text
    submit(drawn.maker, found)
    for each in drawn.approvers:
        decide(each, found)
    assert "reversed one by one" in client.get(f"{PLACE}/{found}/reverse").text
    assert client.post(f"{PLACE}/{found}/reverse", data={"reason": ""}).status_code == 422
    asked = client.post(f"{PLACE}/{found}/reverse", data={"reason": "Wrong day"}, follow_redirects=True).text
    request = re.search(r"/approvals/([\w-]{36})", asked)
    assert request
    assert "Somebody asked to take this back" in asked
    assert "Ask to take it back" not in asked
    sign_in(client, drawn.approvers[0])
    approval = client.get(f"/approvals/{request[1]}").text
    assert "Gross" in approval
    digest = re.search(r'name="digest"[^>]*value="(\w+)"', approval)
    assert digest
    assert client.post(f"/approvals/{request[1]}/approve", data={"digest": digest[1]}).status_code == 303
    assert "This distribution was taken back" in client.get(f"{PLACE}/{found}").text
    sign_in(client, world.investor)
    assert "Wrong day" in client.get(f"{PLACE}/{found}").text


def test_a_preview_that_cannot_be_worked_out_says_why(client: FlaskClient, fund: Fund) -> None:
    sign_in(client, fund.maker)
    found = entered(client, fund)
    assert "Nobody has paid anything" in client.get(f"{PLACE}/{found}").text
    assert "Nobody has paid anything" in client.post(f"{PLACE}/{found}/submit").text
