"""Where calls are paid: entered by one person, in force once another has approved it."""

from __future__ import annotations

from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal.domain.identity.access.values import Actor
from portal.domain.identity.approvals.queries import get_approval
from portal.domain.identity.approvals.services import decide_approval
from portal.platform.tenancy import acting_as
from tests.factories.calls import approve, make_fund
from tests.factories.web import sign_in

TYPED = {
    "method": "ach",
    "holder": "Harbour Fund I LP",
    "bank": "First Bank",
    "routing": "111000025",
    "number": "4407716639",
}


@pytest.fixture
def address(app: Flask, firm_id: UUID) -> str:
    vehicle, _ = make_fund(firm_id, "Harbour Fund I", ["1000000"])
    return f"/investments/receiving-accounts/{vehicle}"


def request_of(actor: Actor) -> UUID:
    from portal.domain.identity.approvals.queries import list_awaited_approvals

    with acting_as(actor.tenancy):
        return list_awaited_approvals(actor, most=1)[0].id


def test_details_are_entered_and_in_force_once_approved(
    client: FlaskClient, associate: Actor, manager: Actor, address: str
) -> None:
    sign_in(client, associate)
    assert "No bank account yet" in client.get(address).text
    assert client.get(f"{address}/new").status_code == 200
    assert client.post(address, data=TYPED).status_code == 303
    assert "waits for approval" in client.get(address).text
    second = client.post(address, data={**TYPED, "number": "4407716630"})
    assert second.status_code == 422
    assert "wait for approval" in second.text
    sign_in(client, manager)
    shown = client.get(f"/approvals/{request_of(manager)}").text
    assert "4407716639" in shown
    approve(manager, request_of(manager))
    assert "in force" in client.get(address).text


def test_wrong_digits_are_refused_and_rejected_details_never_come_into_force(
    client: FlaskClient, associate: Actor, manager: Actor, address: str
) -> None:
    sign_in(client, associate)
    wrong = client.post(address, data={**TYPED, "routing": "111000026"})
    assert wrong.status_code == 422
    assert "4407716639" in wrong.text
    client.post(address, data=TYPED)
    asked = request_of(manager)
    with acting_as(manager.tenancy):
        digest = get_approval(manager, asked).digest
        decide_approval(manager, asked, digest=digest, approves=False, comment="Call the bank first.")
    shown = client.get(address).text
    assert "rejected" in shown
    assert "in force" not in shown
