"""How a vehicle is expected to run, as a page."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from tests.conftest import World
from tests.factories.investments import make_vehicle
from tests.factories.web import sign_in

GOOD = {"contributions": "10, 20.5, 40", "life": "10", "bow": "2", "growth": "8", "least_yield": "1", "begins_on": ""}


def _place(vehicle_id: object) -> str:
    return f"/investments/pacing/{vehicle_id}"


def test_staff_say_what_they_expect_and_the_form_says_it_again(client: FlaskClient, world: World) -> None:
    vehicle_id = make_vehicle(world.firm_id, "Harbour Growth")
    sign_in(client, world.associate)
    assert "these are the usual values" in client.get(f"{_place(vehicle_id)}/edit").text
    for given in (GOOD, {**GOOD, "growth": "9", "begins_on": "2025-03-01"}):
        assert client.post(_place(vehicle_id), data=given).status_code == 303
    shown = client.get(f"{_place(vehicle_id)}/edit").text
    assert 'value="10, 20.5, 40"' in shown
    assert 'value="9"' in shown
    assert 'value="2025-03-01"' in shown
    assert "these are the usual values" not in shown


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"contributions": "ten"}, "such as 25, 33.33, 50"),
        ({"contributions": "NaN"}, "30 rates at the most"),
        ({"contributions": ""}, "for each year"),
        ({"bow": "deep"}, "Write a number, such as 2.5."),
        ({"bow": "NaN"}, "four decimals at the most"),
        ({"life": "99"}, "between 1 and 30 years"),
        ({"growth": "-100"}, "Growth lies above"),
    ],
)
def test_what_cannot_be_is_told_beside_what_was_typed(
    client: FlaskClient, world: World, change: dict[str, str], message: str
) -> None:
    sign_in(client, world.associate)
    answer = client.post(_place(make_vehicle(world.firm_id, "Harbour Growth")), data=GOOD | change)
    assert answer.status_code == 422
    assert message in answer.text
    assert 'value="8"' in answer.text or "growth" in change


def test_who_only_reads_and_who_is_elsewhere_may_not(client: FlaskClient, world: World) -> None:
    vehicle_id = make_vehicle(world.firm_id, "Harbour Growth")
    for person, status in ((world.auditor, 403), (world.investor, 403), (world.foreign_manager, 404)):
        sign_in(client, person)
        assert client.post(_place(vehicle_id), data=GOOD).status_code == status
