"""Staff: a call written, looked at account by account, sent for approval, taken back, cancelled."""

from __future__ import annotations

import re
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal.domain.identity.access.values import Actor
from portal.domain.investments.capital_calls.values.allocating import LineKind
from portal.domain.investments.capital_calls.values.calls import LineDraft
from portal.platform import clock
from tests.conftest import World
from tests.factories.calls import approve, draft_of, issue_call, make_fund, open_bank_account, open_request
from tests.factories.fees import FEE_TERMS, charge_fee
from tests.factories.investments import make_account, post_history
from tests.factories.web import sign_in

DRAFTS, CALLS = "/investments/call-drafts", "/investments/capital-calls"


@pytest.fixture
def vehicle(app: Flask, firm_id: UUID, associate: Actor, manager: Actor) -> UUID:
    vehicle_id, _ = make_fund(firm_id, "Harbour Fund I", ["1000000", "4000000", "5000000"])
    open_bank_account(associate, manager, vehicle_id)
    return vehicle_id


def typed(vehicle: UUID, **more: str) -> dict[str, str]:
    due = clock.today() + timedelta(days=45)
    return {
        "vehicle": str(vehicle),
        "due_on": due.isoformat(),
        "investment_amount": "1,000,000.01",
        "investment_inside": "y",
        **more,
    }


def test_a_call_is_written_looked_at_and_sent_for_approval(
    client: FlaskClient, associate: Actor, manager: Actor, vehicle: UUID
) -> None:
    sign_in(client, associate)
    assert "Harbour Fund I" in client.get(f"{DRAFTS}/new").text
    excuse = "harbour fund i account 1: A side letter: no ports"
    response = client.post(DRAFTS, data=typed(vehicle, fees_percent="0.5", excused=excuse, purpose="To buy a port"))
    assert response.status_code == 303
    shown = client.get(response.location).text
    for text in ("444,444.45", "555,555.56", "A side letter: no ports", "got a unit", "1,050,000.01", "To buy a port"):
        assert text in shown, text
    call_id = response.location.split("/")[-2]
    digest = re.findall(r'name="digest" value="([0-9a-f]{64})"', shown)[0]
    again = client.get(f"{DRAFTS}/{call_id}/edit").text
    assert "1,000,000.01" in again
    assert "A side letter: no ports" in again
    response = client.post(f"{DRAFTS}/{call_id}/ask", data={"digest": digest})
    assert response.status_code == 303
    assert "Send for approval" not in client.get(f"{DRAFTS}/{call_id}/preview").text
    client.post(f"{DRAFTS}/{call_id}/reopen")
    changed = client.post(f"{DRAFTS}/{call_id}/edit", data=typed(vehicle, investment_amount="10"))
    assert changed.status_code == 303
    stale = client.post(f"{DRAFTS}/{call_id}/ask", data={"digest": digest})
    assert stale.status_code == 422
    assert "Something changed since this preview was made" in stale.text


def test_nothing_typed_is_lost_and_each_problem_is_said(client: FlaskClient, associate: Actor, vehicle: UUID) -> None:
    sign_in(client, associate)
    wrong = typed(vehicle, investment_amount="a lot", purpose="To buy a port")
    response = client.post(DRAFTS, data=wrong)
    assert response.status_code == 422
    assert "Write the amount in digits" in response.text
    assert "To buy a port" in response.text
    assert "a lot" in response.text
    above = client.post(DRAFTS, data=typed(vehicle, investment_amount="10,000,001")).location
    shown = client.get(above).text
    assert "The commitments do not cover this call" in shown
    assert "Send for approval" not in shown
    both = client.post(DRAFTS, data=typed(vehicle, investment_percent="5"))
    assert "either an amount or a percentage" in both.text
    unknown = client.post(DRAFTS, data=typed(vehicle, excused="Nobody: because"))
    assert "does not begin with an account that committed" in unknown.text


@pytest.mark.parametrize("amount", ["NaN", "-Infinity", "1.00001", "1e15"])
def test_an_amount_that_no_ledger_keeps_is_refused(
    client: FlaskClient, associate: Actor, vehicle: UUID, amount: str
) -> None:
    response = sign_in(client, associate).post(DRAFTS, data=typed(vehicle, investment_amount=amount))
    assert response.status_code == 422
    assert "Write the amount in digits" in response.text


def test_a_manager_approves_on_the_page_and_everybody_sees_the_call(
    client: FlaskClient, associate: Actor, manager: Actor, vehicle: UUID
) -> None:
    sign_in(client, associate)
    preview = client.post(DRAFTS, data=typed(vehicle)).location
    call_id = preview.split("/")[-2]
    digest = re.findall(r'name="digest" value="([0-9a-f]{64})"', client.get(preview).text)[0]
    asked = client.post(f"{DRAFTS}/{call_id}/ask", data={"digest": digest}).location
    sign_in(client, manager)
    assert "Capital call: C1, Harbour Fund I" in client.get("/").text
    shown = client.get(asked).text
    assert "1,000,000.01" in shown
    digest = re.findall(r'name="digest"[^>]* value="([0-9a-f]{64})"', shown)[0]
    assert client.post(f"{asked}/approve", data={"digest": digest}).status_code == 303
    shown = client.get(f"{CALLS}/{call_id}").text
    assert "Issued" in shown
    assert "500,000.01" in shown


def test_an_issued_call_is_cancelled_with_a_reason_and_written_anew(
    client: FlaskClient, associate: Actor, manager: Actor, vehicle: UUID
) -> None:
    call_id = issue_call(associate, manager, draft_of(vehicle))
    sign_in(client, associate)
    assert "Why" in client.get(f"{DRAFTS}/{call_id}/cancel").text
    assert client.post(f"{DRAFTS}/{call_id}/cancel", data={"reason": " "}).status_code == 422
    assert client.post(f"{DRAFTS}/{call_id}/cancel", data={"reason": "The port is sold."}).status_code == 303
    approve(manager, open_request(manager, f"capital_call:{call_id}"))
    assert "The port is sold." in client.get(f"{CALLS}/{call_id}").text
    assert "1,000.00" in client.get(f"{DRAFTS}/new?call={call_id}").text
    corrected = client.post(f"{DRAFTS}?call={call_id}", data=typed(vehicle)).location
    call_id = corrected.split("/")[-2]
    client.post(f"{DRAFTS}/{call_id}/discard")
    shown = client.get(f"{CALLS}/{call_id}").text
    assert "given up as a draft" in shown
    assert "Corrects" in shown


def test_a_late_close_is_written_looked_at_and_paid_back(
    client: FlaskClient, firm_id: UUID, associate: Actor, manager: Actor, vehicle: UUID
) -> None:
    due = (clock.today() + timedelta(days=30)).isoformat()
    late = {"vehicle": str(vehicle), "due_on": due, "admitted_on": clock.today().isoformat()}
    sign_in(client, associate)
    assert client.get(f"{DRAFTS}/late").status_code == 200
    nobody = client.post(f"{DRAFTS}/late", data=late)
    assert nobody.status_code == 422
    assert "nothing to equalise" in nobody.text
    issue_call(associate, manager, draft_of(vehicle))
    account = make_account(firm_id, "Latecomer")
    post_history(firm_id, account, vehicle, [("commitment", clock.today().isoformat(), "10000000")])
    preview = client.post(f"{DRAFTS}/late", data=late).location
    shown = client.get(preview).text
    for text in ("Latecomer", "500.00", "(50.00)", "(200.00)"):
        assert text in shown, text
    call_id = preview.split("/")[-2]
    assert client.get(f"{DRAFTS}/{call_id}/edit").status_code == 409
    digest = re.findall(r'name="digest" value="([0-9a-f]{64})"', shown)[0]
    client.post(f"{DRAFTS}/{call_id}/ask", data={"digest": digest})
    approve(manager, open_request(manager, f"capital_call:{call_id}"))
    page = client.get(f"{CALLS}/{call_id}?search=account+1").text
    share = re.findall(r'href="(/investments/capital-calls/shares/[^"]+)"', page)[0]
    shown = client.get(share).text
    for text in ("To be paid back", "50.00", "C1, shared anew"):
        assert text in shown, text
    assert client.post(f"{share}/refund").status_code == 303
    assert "Paid back" in client.get(share).text


def test_accrued_fees_are_offered_and_become_the_line_of_fees(client: FlaskClient, world: World) -> None:
    staff = world.associate
    vehicle, _ = make_fund(world.firm_id, "Harbour Fees I", ["600000", "400000"], terms=FEE_TERMS)
    fee = str(charge_fee(world, vehicle, date(2025, 1, 1), date(2025, 3, 31)))
    sign_in(client, staff)
    assert "Harbour Fees I, Jan 1, 2025 to Mar 31, 2025: USD 5,000.00" in client.get(f"{DRAFTS}/new").text
    both = client.post(DRAFTS, data=typed(vehicle, investment_amount="", accrued=fee, fees_amount="7"))
    assert both.status_code == 422
    assert "leave its amount and percentage empty" in both.text
    assert f'checked id="accrued-0" name="accrued" type="checkbox" value="{fee}"' in both.text
    preview = client.post(DRAFTS, data=typed(vehicle, investment_amount="", accrued=fee, fees_inside="y")).location
    shown = client.get(preview).text
    assert "Management fees: Jan 1, 2025 to Mar 31, 2025" in shown
    assert "3,000.00" in shown
    assert "in a capital call" in client.get(f"/investments/fees/{fee}").text
    assert fee not in client.get(f"{DRAFTS}/new").text
    again = client.get(preview.replace("/preview", "/edit")).text
    assert f'checked id="accrued-0" name="accrued" type="checkbox" value="{fee}"' in again
    assert 'name="fees_amount" type="text" value=""' in again
    client.post(preview.replace("/preview", "/discard"))
    assert fee in client.get(f"{DRAFTS}/new").text


def test_the_correction_of_a_call_has_the_fees_ticked_that_it_had(client: FlaskClient, world: World) -> None:
    """One of two that wait, of the same amount; its amount is not typed, so that nobody charges it twice."""
    staff = world.associate
    vehicle, _ = make_fund(world.firm_id, "Harbour Fees I", ["600000", "400000"], terms=FEE_TERMS)
    open_bank_account(staff, world.manager, vehicle)
    other, mine = (
        str(charge_fee(world, vehicle, date(2025, first, 1), date(2025, first + 2, last)))
        for first, last in ((1, 31), (4, 30))
    )
    draft = draft_of(vehicle, LineDraft(LineKind.FEES, Decimal(5000)), accrued=(UUID(mine),))
    call_id = issue_call(staff, world.manager, draft)
    sign_in(client, staff)
    client.post(f"{DRAFTS}/{call_id}/cancel", data={"reason": "The day is a holiday."})
    approve(world.manager, open_request(world.manager, f"capital_call:{call_id}"))
    correction = client.get(f"{DRAFTS}/new?call={call_id}").text
    ticked = re.findall(r'checked id="accrued-\d" name="accrued" type="checkbox" value="([^"]+)"', correction)
    assert ticked == [mine]
    assert other in correction
    assert 'name="fees_amount" type="text" value=""' in correction
    taken = client.post(f"{DRAFTS}?call={call_id}", data=typed(vehicle, investment_amount="", accrued=mine)).location
    assert "5,000.00" in client.get(taken).text
    gone = client.get(f"{DRAFTS}/new?call={call_id}").text
    assert (mine in gone, 'name="fees_amount" type="text" value=""' in gone) == (False, True)
