"""Payment files on pages: previewed, made once, downloaded, carried out; what came back."""

from __future__ import annotations

from uuid import UUID

import pytest
from flask.testing import FlaskClient

from portal.domain.identity.access.values import Actor, Role
from portal.domain.identity.approvals.services import decide_approval
from portal.domain.investments.distributions.values.plans import Method
from portal.domain.investments.payments.services.payouts import set_origin
from portal.platform import clock
from portal.platform.tenancy import acting_as
from tests.domain.investments.payments.rules.nacha_reading import read_nacha
from tests.domain.investments.payments.services.test_payouts import ACH, ORIGIN
from tests.factories.calls import make_fund
from tests.factories.distributions import ask_back, pay_out
from tests.factories.identity import make_user
from tests.factories.payments import bank_with
from tests.factories.web import sign_in

FILES = "/investments/payment-files"
TODAY = clock.today().isoformat()


@pytest.fixture
def distribution_id(firm_id: UUID, associate: Actor, manager: Actor) -> UUID:
    """1,000 to two accounts, one of them without bank details."""
    second = make_user(firm_id, "second@example.com", Role.MANAGER)
    vehicle, accounts = make_fund(firm_id, "Harbour Fund I", ["1000000", "4000000"])
    bank_with(associate, accounts[0], ACH)
    with acting_as(manager.tenancy):
        set_origin(manager, vehicle, ORIGIN)
    return pay_out(associate, (manager, second), vehicle, TODAY, ("gain", "1000"), method=Method.COMMITMENT)


def test_a_file_is_previewed_made_once_and_downloaded(
    client: FlaskClient, associate: Actor, manager: Actor, distribution_id: UUID
) -> None:
    sign_in(client, manager)
    assert (
        f"{FILES}/new?distribution={distribution_id}"
        in client.get(f"/investments/distributions/{distribution_id}").text
    )
    preview = client.get(f"{FILES}/new?distribution={distribution_id}").text
    assert "200.00" in preview
    assert "No bank details are in force" in preview
    make = {"format": "nacha", "pay_on": TODAY}
    asked = ask_back(associate, distribution_id, "Wrong day.")
    refused = client.post(f"{FILES}?distribution={distribution_id}", data=make)
    assert refused.status_code == 422
    assert "Somebody asked to take this distribution back" in refused.text
    with acting_as(manager.tenancy):
        decide_approval(manager, asked.id, digest=asked.digest, approves=False, comment="It is the right day.")
    response = client.post(f"{FILES}?distribution={distribution_id}", data=make)
    assert response.status_code == 303
    page = client.get(response.location).text
    assert "P1-1" in page
    again = client.post(f"{FILES}?distribution={distribution_id}", data=make)
    assert again.status_code == 422
    assert "Nobody here can be paid" in again.text
    download = client.get(f"{response.location}/export")
    assert download.headers["Content-Disposition"] == "attachment; filename=payments-1.ach"
    assert [entry.cents for entry in read_nacha(download.data).entries] == [20000]
    assert "payments-1.ach" in client.get(FILES).text


def test_a_payment_that_came_back_is_noted_by_hand(
    client: FlaskClient, associate: Actor, manager: Actor, distribution_id: UUID
) -> None:
    sign_in(client, manager)
    made = client.post(f"{FILES}?distribution={distribution_id}", data={"format": "csv", "pay_on": TODAY}).location
    sign_in(client, associate)
    assert client.get(f"{made}/export").status_code == 403
    assert "Download" not in client.get(made).text
    for wrong in ({}, {"code": "P1-1", "reason": "?"}, {"code": "P9-9", "reason": "R02"}):
        assert client.post(f"{FILES}/returns", data=wrong).status_code == 422
    assert client.post(f"{FILES}/returns", data={"code": "P1-1", "reason": "r02"}).status_code == 303
    assert "R02 Account closed" in client.get(made).text
    sign_in(client, manager)
    assert client.post(f"{made}/settle").status_code == 409  # nothing stands in it any more


def test_the_bank_carries_a_file_out(client: FlaskClient, manager: Actor, distribution_id: UUID) -> None:
    sign_in(client, manager)
    made = client.post(f"{FILES}?distribution={distribution_id}", data={"format": "nacha", "pay_on": TODAY}).location
    assert client.post(f"{made}/settle").status_code == 303
    assert "1 payment is paid." in client.get(made).text


def test_its_maker_is_told_that_somebody_else_makes_the_file(
    client: FlaskClient, firm_id: UUID, manager: Actor
) -> None:
    others = [make_user(firm_id, f"m{n}@example.com", Role.MANAGER) for n in range(2)]
    vehicle, accounts = make_fund(firm_id, "Harbour Fund II", ["1000000"])
    bank_with(manager, accounts[0], ACH)
    own = pay_out(manager, (others[0], others[1]), vehicle, TODAY, ("gain", "10"), method=Method.COMMITMENT)
    sign_in(client, manager)
    page = client.get(f"{FILES}/new?distribution={own}").text
    assert "You prepared this distribution" in page
    assert "The account it is paid from is missing" in page
    refused = client.post(f"{FILES}?distribution={own}", data={"format": "nacha", "pay_on": TODAY})
    assert refused.status_code == 422
    assert client.get(f"{FILES}/new").status_code == 404
