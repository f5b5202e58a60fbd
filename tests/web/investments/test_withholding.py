"""Rates of withholding as pages."""

from __future__ import annotations

import re

from flask.testing import FlaskClient

from tests.conftest import World
from tests.factories.funds import Fund
from tests.factories.web import sign_in

GOOD = {"residence": "de", "kind": "", "source": "dividend", "rate": "15", "basis": "Treaty, article 10"}


def test_a_rate_is_set_replaced_and_taken_away(client: FlaskClient, fund: Fund, world: World) -> None:
    place = f"/investments/withholding/{fund.vehicle}"
    sign_in(client, fund.maker)
    assert "No rates yet" in client.get(place).text
    assert "15.00%" in client.post(place, data=GOOD, follow_redirects=True).text
    shown = client.post(place, data={**GOOD, "rate": "5"}, follow_redirects=True).text
    assert "15.00%" not in shown
    refused = client.post(place, data={**GOOD, "residence": "Germany", "basis": ""})
    assert refused.status_code == 422
    assert "two letters of a country" in refused.text
    assert "the treaty and its article" in refused.text
    (rate,) = re.findall(r"withholding/[0-9a-f-]{36}/([0-9a-f-]{36})/remove", shown)
    sign_in(client, world.auditor)
    assert client.post(f"{place}/{rate}/remove").status_code == 403
    sign_in(client, fund.maker)
    assert "No rates yet" in client.post(f"{place}/{rate}/remove", follow_redirects=True).text
