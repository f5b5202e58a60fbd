"""Matching payments on pages: exactly with one click, by hand with a second person."""

from __future__ import annotations

from uuid import UUID

import pytest
from flask.testing import FlaskClient

from portal.domain.identity.access.values import Actor
from portal.domain.investments.capital_calls.queries.shares import list_call_shares
from portal.domain.investments.capital_calls.values.shares import CallShare
from portal.platform import clock
from portal.platform.tenancy import acting_as
from tests.factories.calls import draft_of, issue_call, make_fund, open_bank_account
from tests.factories.payments import lines_of, read_file
from tests.factories.web import sign_in

PAYMENTS = "/investments/payments"
TODAY = clock.today().isoformat()


@pytest.fixture
def shares(firm_id: UUID, associate: Actor, manager: Actor) -> list[CallShare]:
    vehicle, _ = make_fund(firm_id, "Harbour Fund I", ["1000000", "4000000"])
    open_bank_account(associate, manager, vehicle)
    call_id = issue_call(associate, manager, draft_of(vehicle))
    with acting_as(associate.tenancy):
        return [share for _, share in list_call_shares(associate, call_id)]


def test_what_fits_exactly_is_booked_with_one_click(
    client: FlaskClient, associate: Actor, shares: list[CallShare]
) -> None:
    sign_in(client, associate)
    assert "Nothing to match" in client.get(PAYMENTS).text
    read_file(associate, (TODAY, "Ada", shares[0].reference, "200"), (TODAY, "Eve", "?", "3"))
    shown = client.get(PAYMENTS).text
    assert "Book 1 that fits exactly" in shown
    assert "Nothing that is open has this reference" in shown
    assert "Eve" not in client.get(f"{PAYMENTS}?confidence=exact").text
    assert client.post(f"{PAYMENTS}/confirm").status_code == 303
    shown = client.get(PAYMENTS).text
    assert "1 payment is booked." in shown
    assert "Ada" not in client.get(f"{PAYMENTS}?confidence=exact").text
    assert shares[0].account in client.get("/investments/payment-receipts").text


def test_a_payment_is_matched_by_hand_and_approved_by_another(
    client: FlaskClient, associate: Actor, manager: Actor, shares: list[CallShare]
) -> None:
    (line,) = lines_of(associate, read_file(associate, (TODAY, "Grace & Co", "for you", "120")))
    sign_in(client, associate)
    page = client.get(f"{PAYMENTS}/{line.id}").text
    for text in ("Grace &amp; Co", shares[0].reference, shares[1].account):
        assert text in page
    assert shares[1].reference not in client.get(f"{PAYMENTS}/{line.id}?search={shares[0].reference}").text

    part = f"part-{shares[0].id}"
    refused = client.post(f"{PAYMENTS}/{line.id}", data={part: "999", "note": "They rang"})
    assert refused.status_code == 422
    assert 'value="999"' in refused.text
    assert "They rang" in refused.text
    assert client.post(f"{PAYMENTS}/{line.id}", data={part: "lots"}).status_code == 422
    response = client.post(f"{PAYMENTS}/{line.id}", data={part: "120.00", "note": "They rang"})
    assert response.status_code == 303
    receipt = client.get(response.location).text
    assert "waits for approval" in receipt

    sign_in(client, manager)
    waiting = client.get("/approvals").text
    assert "Payment matched by hand" in waiting
    assert "Grace &amp; Co" in waiting


def test_what_is_paid_twice_is_kept_for_whoever_paid_it(
    client: FlaskClient, associate: Actor, shares: list[CallShare]
) -> None:
    sign_in(client, associate)
    read_file(associate, (TODAY, "Ada", shares[0].reference, "200"))
    client.post(f"{PAYMENTS}/confirm")
    (line,) = lines_of(associate, read_file(associate, (TODAY, "", shares[0].reference, "33"), account="2"))
    page = client.get(f"{PAYMENTS}/{line.id}").text
    assert "paid already" in page
    assert f'<option selected value="{shares[0].account_id}">' in page
    receipt = client.post(f"{PAYMENTS}/{line.id}", data={"account": str(shares[0].account_id)}).location
    assert "33.00" in client.get(receipt).text


def test_nobody_but_staff_comes_here(client: FlaskClient, associate: Actor, investor: Actor) -> None:
    (line,) = lines_of(associate, read_file(associate, (TODAY, "Grace", "for you", "120")))
    sign_in(client, investor)
    assert {client.get(path).status_code for path in (PAYMENTS, f"{PAYMENTS}/{line.id}")} == {403}
