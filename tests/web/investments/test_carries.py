"""The carry of a vehicle as a page: its arithmetic, asking for it to be let go, what was let go."""

from __future__ import annotations

from decimal import Decimal

from flask.testing import FlaskClient

from portal.domain.identity.approvals.queries import find_open_approval
from portal.domain.identity.approvals.values import CARRY_RELEASE
from portal.domain.investments.vehicles.services import change_vehicle
from portal.domain.investments.vehicles.values import Compounding, Terms, VehicleDescription
from portal.platform.tenancy import acting_as
from tests.conftest import World
from tests.factories.distributions import pay_out
from tests.factories.funds import Fund
from tests.factories.web import sign_in


def test_it_is_shown_asked_for_and_let_go(client: FlaskClient, fund: Fund, world: World) -> None:
    url = f"/investments/carries/{fund.vehicle}"
    sign_in(client, fund.maker)
    assert "No carry yet" in client.get(url).text
    terms = Terms(
        Decimal("0.08"), Compounding.SIMPLE, carry=Decimal("0.2"), catch_up=Decimal(1), carry_account_id=fund.carry,
        escrow=Decimal("0.3"),
    )  # fmt: skip
    with acting_as(fund.maker.tenancy):
        change_vehicle(fund.maker, fund.vehicle, VehicleDescription("Harbour I", "USD", terms=terms))
    fund.history(("contribution", "2025-01-01", "1000"))
    pay_out(fund.maker, fund.approvers, fund.vehicle, "2026-01-01", ("gain", "2000"))
    assert url in client.get(f"/investments/vehicles/{fund.vehicle}").text
    refused = client.post(url, data={"amount": "61", "reason": "The audit is done."})
    assert refused.status_code == 422
    for text in ("At most 60.00 may be let go.", 'value="61"', "The audit is done."):
        assert text in refused.text
    sent = client.post(url, data={"amount": "25", "reason": "The audit is done."}, follow_redirects=True).text
    assert "A release waits for approval" in sent
    assert "Let carry go" not in sent
    with acting_as(world.manager.tenancy):
        asked = find_open_approval(world.manager, CARRY_RELEASE.name, f"vehicle:{fund.vehicle}")
    assert asked
    sign_in(client, world.manager)
    approval = client.get(f"/approvals/{asked.id}").text
    for text in ("Harbour GP", "USD 60.00", "USD 35.00"):
        assert text in approval
    assert client.post(f"/approvals/{asked.id}/approve", data={"digest": asked.digest}).status_code == 303
    shown = client.get(url).text
    for text in ("35.00", "Harbour GP", "The audit is done."):
        assert text in shown
    sign_in(client, world.investor)
    assert client.get(url).status_code == 403
