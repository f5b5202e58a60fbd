"""Receipts on pages: booked, taken back, with too much in them."""

from __future__ import annotations

from uuid import UUID

import pytest
from flask.testing import FlaskClient

from portal.domain.identity.access.values import Actor
from portal.domain.investments.capital_calls.queries.shares import list_dues
from portal.domain.investments.payments.queries.receipts import find_open_request, list_receipts
from portal.domain.investments.payments.services.booking import refund_excess
from portal.domain.investments.payments.services.matching import match_by_hand
from portal.domain.investments.payments.values.receipts import HandPart
from portal.platform import clock
from portal.platform.tenancy import acting_as
from tests.factories.calls import approve, draft_of, issue_call, make_fund, open_bank_account
from tests.factories.payments import lines_of, read_file
from tests.factories.web import sign_in

RECEIPTS = "/investments/payment-receipts"


@pytest.fixture
def receipt_id(firm_id: UUID, associate: Actor, manager: Actor) -> UUID:
    """1,000 is called from one account, which paid 1,300; another call of 1,000 is open."""
    vehicle, _ = make_fund(firm_id, "Harbour Fund I", ["1000000"])
    open_bank_account(associate, manager, vehicle)
    issue_call(associate, manager, draft_of(vehicle))
    (line,) = lines_of(associate, read_file(associate, (clock.today().isoformat(), "Ada", "hello", "1300")))
    with acting_as(associate.tenancy):
        (due,) = list_dues(associate)
        made = match_by_hand(associate, line.id, [HandPart(due.id, due.open)])
        request = find_open_request(associate, made)
    assert request
    approve(manager, request)
    issue_call(associate, manager, draft_of(vehicle))
    return made


def test_too_much_pays_the_next_call(client: FlaskClient, manager: Actor, receipt_id: UUID) -> None:
    sign_in(client, manager)
    assert "to settle" in client.get(f"{RECEIPTS}?show=excess").text
    page = client.get(f"{RECEIPTS}/{receipt_id}").text
    assert "300.00" in page
    with acting_as(manager.tenancy):
        (due,) = list_dues(manager)
    assert f"Let it pay {due.reference}" in page
    assert client.post(f"{RECEIPTS}/{receipt_id}/use", data={}).status_code == 422
    assert client.post(f"{RECEIPTS}/{receipt_id}/use", data={"due": str(due.id)}).status_code == 303
    with acting_as(manager.tenancy):
        assert list_dues(manager)[0].open == due.open - 300
    assert client.post(f"{RECEIPTS}/{receipt_id}/refund").status_code == 409
    assert "to settle" not in client.get(f"{RECEIPTS}?show=excess").text


def test_a_receipt_is_taken_back_with_a_reason(
    client: FlaskClient, associate: Actor, manager: Actor, receipt_id: UUID
) -> None:
    sign_in(client, associate)
    assert "Take it back" not in client.get(f"{RECEIPTS}/{receipt_id}").text
    assert client.post(f"{RECEIPTS}/{receipt_id}/undo", data={"reason": "Wrong"}).status_code == 403
    sign_in(client, manager)
    assert client.post(f"{RECEIPTS}/{receipt_id}/undo", data={"reason": " "}).status_code == 422
    assert client.post(f"{RECEIPTS}/{receipt_id}/undo", data={"reason": "Wrong account"}).status_code == 303
    page = client.get(f"{RECEIPTS}/{receipt_id}").text
    assert "Wrong account" in page
    assert "taken back" in page
    with acting_as(manager.tenancy):
        assert [each.id for each in list_receipts(manager)] == [receipt_id]
        assert sum(due.open for due in list_dues(manager)) == 2000


def test_what_was_paid_back_is_noted(client: FlaskClient, manager: Actor, receipt_id: UUID) -> None:
    sign_in(client, manager)
    assert client.post(f"{RECEIPTS}/{receipt_id}/refund").status_code == 303
    assert "refunded" in client.get(f"{RECEIPTS}/{receipt_id}").text


def test_a_refund_that_was_none_is_taken_back_by_two(
    client: FlaskClient, associate: Actor, manager: Actor, receipt_id: UUID
) -> None:
    address, place = f"{RECEIPTS}/{receipt_id}/undo-refund", f"{RECEIPTS}/{receipt_id}"
    with acting_as(manager.tenancy):
        refund_excess(manager, receipt_id)
    sign_in(client, associate)
    assert address in client.get(place).text
    assert client.post(address, data={"reason": " "}).status_code == 422
    asked = client.post(address, data={"reason": "The bank sent it back"}).location
    page = client.get(asked).text
    assert ("The bank sent it back" in page, "300.00 refunded" in page) == (True, True)
    assert address not in client.get(place).text
    assert client.post(address, data={"reason": "Again"}).status_code == 422
    with acting_as(manager.tenancy):
        request = find_open_request(manager, receipt_id)
    assert request
    approve(manager, request)
    sign_in(client, manager)
    assert ("to settle" in (page := client.get(place).text), "It was paid back" in page) == (True, True)
