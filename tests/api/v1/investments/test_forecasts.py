"""Forecasts by the API: the same as on the page, to nobody else."""

from __future__ import annotations

from flask.testing import FlaskClient

from portal.domain.investments.forecasts.queries import list_forecasts
from portal.platform import clock
from portal.platform.tenancy import acting_as
from tests.conftest import World
from tests.factories.api import bearer
from tests.factories.investments import make_account, make_vehicle, post_history

URL = "/api/v1/investments/forecasts"
HISTORY = [("commitment", "2025-01-10", "1000.00"), ("valuation", "2025-06-30", "500.00")]


def test_each_gets_their_own(client: FlaskClient, world: World) -> None:
    vehicle_id = make_vehicle(world.firm_id, "Harbour Growth", vintage=2025)
    account_id = make_account(world.firm_id, "Ada's trust", world.investor)
    post_history(world.firm_id, account_id, vehicle_id, HISTORY)

    answer = client.get(URL, headers=bearer(world.investor))

    with acting_as(world.investor.tenancy):
        (own,) = list_forecasts(world.investor, as_of=clock.today())
    assert answer.status_code == 200
    (item,) = answer.json["items"]
    assert (item["account"], item["unfunded"], item["nav"]) == ("Ada's trust", "1000.00", "500.00")
    assert [each["called"] for each in item["quarters"]] == [f"{each.called:.2f}" for each in own.quarters]
    assert client.get(URL, headers=bearer(world.another_investor)).json["items"] == []


def test_many_come_in_pages(client: FlaskClient, world: World) -> None:
    for name in ("Harbour Growth", "Harbour Income"):
        vehicle_id = make_vehicle(world.firm_id, name, vintage=2025)
        post_history(world.firm_id, make_account(world.firm_id, f"Of {name}", world.investor), vehicle_id, HISTORY)
    mine = bearer(world.investor)
    first = client.get(f"{URL}?limit=1", headers=mine).json
    rest = client.get(f"{URL}?limit=1&cursor={first['next']}", headers=mine).json
    assert [each["vehicle"] for each in (*first["items"], *rest["items"])] == ["Harbour Growth", "Harbour Income"]
    assert rest["next"] is None
