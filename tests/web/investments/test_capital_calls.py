"""Capital calls: staff see who paid what, an investor what to pay, by when and where."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from uuid import UUID, uuid4

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from portal.domain.identity.access.values import Actor
from portal.domain.investments.capital_calls.queries.shares import list_dues
from portal.domain.investments.capital_calls.services.payments import record_payment
from portal.domain.investments.vehicles.values import Terms
from portal.platform import clock, db
from portal.platform.tenancy import acting_as
from tests.factories.calls import draft_of, issue_call, make_fund, open_bank_account
from tests.factories.web import sign_in

CALLS = "/investments/capital-calls"


@pytest.fixture
def call_id(app: Flask, firm_id: UUID, associate: Actor, manager: Actor, investor: Actor) -> UUID:
    """1,000 of a fund in which the investor has 1 of 10 million."""
    terms = Terms(late_interest=Decimal("0.10"))
    vehicle, _ = make_fund(
        firm_id, "Harbour Fund I", ["1000000", "4000000", "5000000"], members=[[investor]], terms=terms
    )
    open_bank_account(associate, manager, vehicle)
    return issue_call(associate, manager, draft_of(vehicle, purpose="To buy a port"))


def share_id(actor: Actor) -> UUID:
    with acting_as(actor.tenancy):
        return list_dues(actor)[0].id


def test_staff_see_who_paid_what_and_take_it_away(
    client: FlaskClient, associate: Actor, investor: Actor, call_id: UUID
) -> None:
    with acting_as(associate.tenancy):
        record_payment(associate, share_id(investor), amount=Decimal(60), value_on=clock.today(), receipt_id=uuid4())
    sign_in(client, associate)
    shown = client.get(f"{CALLS}/{call_id}").text
    for text in ("Paid in part", "60.00", "40.00", "400.00", "940.00"):
        assert text in shown, text
    assert "account 2" in client.get(f"{CALLS}/{call_id}?search=account+2").text
    assert "account 1" not in client.get(f"{CALLS}/{call_id}?search=account+2").text
    assert "Harbour Fund I" in client.get(CALLS).text
    taken = client.get(f"{CALLS}/{call_id}/export.csv").text.splitlines()
    assert taken[1].startswith("Harbour Fund I account 1,C1-")
    assert taken[1].endswith(",60.0000,40.0000,partly_paid")


def test_an_investor_sees_what_to_pay_by_when_and_where(client: FlaskClient, investor: Actor, call_id: UUID) -> None:
    sign_in(client, investor)
    due = f"{CALLS}/shares/{share_id(investor)}"
    assert due in client.get("/investments/portfolio").text
    assert due in client.get(CALLS).text
    shown = client.get(due).text
    for text in ("100.00", "4407716639", "111000025", "C1-", "To buy a port", "999,900.00", "÷ 10,000,000.00"):
        assert text in shown, text
    assert client.get(f"{CALLS}/{call_id}").status_code == 403


def test_interest_on_what_is_late_is_shown_with_its_arithmetic(
    client: FlaskClient, investor: Actor, call_id: UUID
) -> None:
    with time_machine.travel(clock.now() + timedelta(days=45 + 73), tick=True):
        sign_in(client, investor)
        shown = client.get(f"{CALLS}/shares/{share_id(investor)}").text
    assert "Overdue" in shown
    assert "73 ÷ 365" in shown
    assert "2.00" in shown  # 100 × 10 % × 73 ÷ 365


def test_nobody_else_sees_it(client: FlaskClient, investor: Actor, another_investor: Actor, call_id: UUID) -> None:
    sign_in(client, another_investor)
    assert client.get(f"{CALLS}/shares/{share_id(investor)}").status_code == 404
    assert "Nothing was called yet" in client.get(CALLS).text


def test_reminders_go_once_a_day(client: FlaskClient, associate: Actor, call_id: UUID) -> None:
    sign_in(client, associate)
    for _ in range(2):
        assert client.post(f"{CALLS}/{call_id}/remind").status_code == 303
    with acting_as(Actor.system(associate.firm_id).tenancy):
        count = db.fetch_value("SELECT count(*) FROM platform.outbox WHERE job = 'capital_calls.remind'")
    assert count == 1
