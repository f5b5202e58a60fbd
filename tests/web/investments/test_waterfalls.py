"""What-if waterfalls as pages."""

from __future__ import annotations

from flask.testing import FlaskClient

from portal.domain.identity.access.values import Actor
from tests.conftest import World
from tests.factories.funds import Fund
from tests.factories.investments import make_account, make_vehicle, post_history
from tests.factories.web import sign_in

PLACE = "/investments/waterfalls"
TERMS = {"preferred_return": "8", "compounding": "simple", "day_count": "actual_365", "carry": "20", "catch_up": "100"}


def test_two_payments_are_tried_and_a_clawback_is_named(client: FlaskClient, associate: Actor) -> None:
    sign_in(client, associate)
    given = {**TERMS, "drawn": "2021-01-01 100000000\n", "payments": "2022-01-01 108,000,000\n2023-01-01 92000000"}
    shown = client.post(PLACE, data=given).text
    for text in ("180,000,000.00", "20,000,000.00", "72,000,000.00", "No carry would have to come back", "365"):
        assert text in shown
    lost = {**given, "drawn": "2021-01-01 100000000\n2023-01-02 100000000"}
    assert "Carry would have to come back" in client.post(PLACE, data=lost).text


def test_it_runs_in_the_currency_of_the_vehicle_and_by_its_smallest_unit(
    client: FlaskClient, world: World, associate: Actor
) -> None:
    vehicle, account = make_vehicle(world.firm_id, "Fuji I", "JPY"), make_account(world.firm_id, "Fuji Trust")
    post_history(world.firm_id, account, vehicle, [("contribution", "2025-01-01", "1000001")])
    sign_in(client, associate)
    shown = client.get(f"{PLACE}?vehicle={vehicle}").text
    assert 'value="JPY"' in shown
    assert "2025-01-01 1000001\n" in f"{shown.replace('</textarea>', chr(10))}"
    given = {**TERMS, "currency": "jpy", "drawn": "2025-01-01 1000001", "payments": "2026-01-01 2000003"}
    tried = client.post(PLACE, data=given).text
    for text in ("JPY", "1,800,003", "200,000"):
        assert text in tried
    assert "1,800,003.00" not in tried
    for change, message in (
        ({"payments": "2026-01-01 1.5"}, "at most 0 decimal"),
        ({"currency": "XQZ"}, "three letters"),
    ):
        refused = client.post(PLACE, data={**given, **change})
        assert refused.status_code == 422
        assert message in refused.text


def test_it_begins_with_the_books_of_a_vehicle_and_refuses_what_makes_no_sense(client: FlaskClient, fund: Fund) -> None:
    fund.history(("contribution", "2025-01-01", "600"), ("gain", "2025-06-01", "10"))
    sign_in(client, fund.maker)
    shown = client.get(f"{PLACE}?vehicle={fund.vehicle}").text
    assert "2025-01-01 600.00" in shown
    assert "2025-06-01 10.00" in shown
    refused = client.post(PLACE, data={**TERMS, "catch_up": "10", "drawn": "soon 5", "payments": ""})
    assert refused.status_code == 422
    assert "above the carry" in refused.text
    assert "is not a day and an amount" in refused.text


def test_days_that_are_mistyped_are_refused_before_a_return_compounds_to_them(
    client: FlaskClient, associate: Actor
) -> None:
    sign_in(client, associate)
    tried = {**TERMS, "drawn": "2025-01-01 1000", "payments": "9999-12-31 2000", "compounding": "quarterly"}
    refused = client.post(PLACE, data=tried)
    assert refused.status_code == 422
    assert "days lie between 1950 and 2100" in refused.text
