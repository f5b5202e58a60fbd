"""From which account a vehicle pays, on its page."""

from __future__ import annotations

from uuid import UUID

from flask.testing import FlaskClient

from portal.domain.identity.access.values import Actor
from portal.domain.identity.approvals.queries import find_open_approval
from portal.domain.identity.approvals.values import ORIGIN_CHANGE
from portal.domain.investments.payments.queries.payouts import find_origin
from portal.platform.tenancy import acting_as
from tests.factories.investments import make_vehicle
from tests.factories.web import sign_in


def test_one_enters_the_account_and_another_approves_it(
    client: FlaskClient, firm_id: UUID, manager: Actor, associate: Actor, investor: Actor
) -> None:
    vehicle = make_vehicle(firm_id, "Harbour Fund I")
    url = f"/investments/payment-origins/{vehicle}"
    sign_in(client, investor)
    assert client.get(url).status_code == 403
    sign_in(client, associate)
    assert 'value="Harbour Fund I"' in client.get(url).text
    bad = {"name": "Harbour", "routing": "121000249", "company_id": "1234567890", "reason": "A new bank."}
    refused = client.post(url, data=bad)
    assert refused.status_code == 422
    assert "the last checks the others" in refused.text
    assert (
        client.post(url, data=bad | {"routing": "121000248", "iban": "de89 3704 0044 0532 0130 00"}).status_code == 303
    )
    waiting = client.get(url).text
    assert "Another account waits for approval" in waiting
    assert 'value="121000248"' not in waiting
    with acting_as(manager.tenancy):
        asked = find_open_approval(manager, ORIGIN_CHANGE.name, f"vehicle:{vehicle}")
    assert asked
    sign_in(client, manager)
    assert "121000248" in client.get(f"/approvals/{asked.id}").text
    assert client.post(f"/approvals/{asked.id}/approve", data={"digest": asked.digest}).status_code == 303
    assert 'value="121000248"' in client.get(url).text
    with acting_as(manager.tenancy):
        found = find_origin(manager, vehicle)
    assert found
    assert (found.routing, found.iban) == ("121000248", "DE89370400440532013000")
