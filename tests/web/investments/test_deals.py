"""Deals as pages, and a vehicle that shares deal by deal."""

from __future__ import annotations

import re
from decimal import Decimal

from flask.testing import FlaskClient

from portal.domain.investments.vehicles.services import change_vehicle
from portal.domain.investments.vehicles.values import Compounding, Terms, VehicleDescription, Waterfall
from portal.platform.tenancy import acting_as
from tests.factories.funds import Fund
from tests.factories.web import sign_in


def test_proceeds_of_a_deal_return_its_own_cost_first(client: FlaskClient, fund: Fund) -> None:
    fund.history(("contribution", "2025-01-01", "3000"))
    terms = Terms(
        Decimal("0.08"), Compounding.SIMPLE, carry=Decimal("0.2"), catch_up=Decimal(1), carry_account_id=fund.carry,
        waterfall=Waterfall.DEAL_BY_DEAL,
    )  # fmt: skip
    with acting_as(fund.maker.tenancy):
        change_vehicle(fund.maker, fund.vehicle, VehicleDescription("Harbour I", "USD", terms=terms))
    sign_in(client, fund.maker)
    place = f"/investments/deals/{fund.vehicle}"
    refused = client.post(place, data={"name": "Alpha", "costs": "2025-01-01 money 5"})
    assert refused.status_code == 422
    assert "is not a day, capital, fees or write_down" in refused.text
    kept = {"name": "Alpha", "costs": "2025-01-01 capital 900\n2025-01-01 fees 60\n2025-01-01 write_down 40"}
    assert "1,000.00" in client.post(place, data=kept, follow_redirects=True).text
    assert "2025-01-01 fees 60" in client.get(f"{place}?deal=Alpha").text
    form = client.get(f"/investments/distributions/new?vehicle={fund.vehicle}").text
    deal = re.search(r'<option value="([0-9a-f-]{36})">Alpha', form)
    assert deal
    given = {"pay_on": "2026-01-01", "method": "waterfall", "amount_1": "2000"}
    given |= {f"source_{place}": "gain" for place in range(1, 7)}
    create = f"/investments/distributions/vehicles/{fund.vehicle}"
    assert "which deal it came from" in client.post(create, data=given).text
    shown = client.post(create, data={**given, "deal_1": deal[1]}, follow_redirects=True).text
    for text in ("Tier by tier: Alpha", "1,800.00", "200.00", "720.00"):
        assert text in shown
