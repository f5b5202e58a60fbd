"""Forecasts as pages: the reader's own, with how they came about."""

from __future__ import annotations

from decimal import Decimal
from uuid import UUID

import pytest
from flask.testing import FlaskClient

from portal.domain.investments.forecasts.queries import list_forecasts
from portal.domain.investments.forecasts.services import set_pacing
from portal.domain.investments.forecasts.values import Pacing
from portal.platform import clock
from portal.platform.ids import new_id
from portal.platform.tenancy import acting_as
from tests.conftest import World
from tests.factories.investments import make_account, make_vehicle, post_history
from tests.factories.web import sign_in
from tests.statements import noted_statements

FORECASTS = "/investments/forecasts"
HISTORY = [
    ("commitment", "2025-01-10", "1000000.00"),
    ("contribution", "2025-02-01", "400000.00"),
    ("valuation", "2025-06-30", "500000.00"),
]


@pytest.fixture
def vehicle(world: World) -> UUID:
    """A vehicle that both investors hold a part of."""
    vehicle_id = make_vehicle(world.firm_id, "Harbour Growth", vintage=2025)
    for investor, name in ((world.investor, "Ada's trust"), (world.another_investor, "Ben's trust")):
        post_history(world.firm_id, make_account(world.firm_id, name, investor), vehicle_id, HISTORY)
    return vehicle_id


def test_an_investor_reads_their_own_forecast_and_how_it_came_about(
    client: FlaskClient, world: World, vehicle: UUID
) -> None:
    with acting_as(world.associate.tenancy):
        set_pacing(world.associate, vehicle, Pacing((Decimal("0.25"),)))
    sign_in(client, world.investor)
    shown = client.get(FORECASTS).text
    assert "Harbour Growth" in shown
    assert "Ada&#39;s trust" in shown
    assert "Ben" not in shown
    with acting_as(world.investor.tenancy):
        (own,) = list_forecasts(world.investor, as_of=clock.today())
    # 600,000 × (1 − 0.75^¼)
    assert f"{own.quarters[0].called:.2f}" == "41637.08"
    opened = client.get(f"{FORECASTS}/{own.holding_id}").text
    assert "41,637.08" in opened
    assert "Takahashi" in opened
    with acting_as(world.another_investor.tenancy):
        (other,) = list_forecasts(world.another_investor, as_of=clock.today())
    refused = client.get(f"{FORECASTS}/{other.holding_id}")
    assert refused.status_code == client.get(f"{FORECASTS}/{new_id()}").status_code == 404


def test_staff_see_a_vehicle_and_nobody_of_another_firm(client: FlaskClient, world: World, vehicle: UUID) -> None:
    sign_in(client, world.associate)
    shown = client.get(f"{FORECASTS}?vehicle={vehicle}").text
    assert "Ada&#39;s trust" in shown
    assert "Ben&#39;s trust" in shown
    sign_in(client, world.foreign_manager)
    assert client.get(f"{FORECASTS}?vehicle={vehicle}").status_code == 404
    assert "Nothing to forecast" in client.get(FORECASTS).text


def test_a_list_takes_as_many_statements_for_many_as_for_few(client: FlaskClient, world: World, vehicle: UUID) -> None:
    with acting_as(world.manager.tenancy), noted_statements() as few:
        list_forecasts(world.manager, as_of=clock.today())
    for number in range(10):
        account = make_account(world.firm_id, f"Account {number}", world.investor)
        post_history(world.firm_id, account, make_vehicle(world.firm_id, f"Fund {number}"), HISTORY)
    with acting_as(world.manager.tenancy), noted_statements() as many:
        assert len(list_forecasts(world.manager, as_of=clock.today())) == 12
    assert len(many) == len(few)
