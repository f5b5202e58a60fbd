"""Returns as pages: the reader's own over any period, each figure open to what it is made of."""

from __future__ import annotations

import re
from html import unescape
from uuid import UUID

import pytest
from flask.testing import FlaskClient

from portal.domain.investments.index_series.services import add_index_series
from portal.domain.investments.performance import queries
from portal.platform.ids import new_id
from portal.platform.tenancy import acting_as
from tests.conftest import World
from tests.factories.investments import make_account, make_vehicle, post_history
from tests.factories.returns import GROWTH, make_growing_fund
from tests.factories.web import sign_in

RETURNS = "/investments/returns"


@pytest.fixture
def vehicle(world: World) -> UUID:
    """A vehicle that both investors hold a part of."""
    return make_growing_fund(world.firm_id, Ada=world.investor, Ben=world.another_investor)


def test_without_a_day_returns_are_of_the_latest_valuation(client: FlaskClient, world: World, vehicle: UUID) -> None:
    sign_in(client, world.investor)
    shown = client.get(f"{RETURNS}?period=one_year").text
    assert "10.00%" in shown  # 484 to 532.40
    assert "as of Dec 31, 2025" in shown
    assert "484.00" in shown
    assert "Ben" not in shown
    assert "not annualised" not in shown
    assert "not annualised" in client.get(f"{RETURNS}?period=span&since=2025-06-30&as_of=2025-12-31").text
    today = client.get(f"{RETURNS}?period=month&as_of=2026-06-30").text
    assert "There is no valuation within the period" in today


def test_bases_stand_side_by_side(client: FlaskClient, world: World, vehicle: UUID) -> None:
    sign_in(client, world.investor)
    shown = client.get(RETURNS).text
    assert "Gross" in shown
    assert "basis=gross" in shown
    assert "subscription line" not in shown
    assert "J-curve" in shown
    assert "Gross" not in client.get(f"{RETURNS}?period=one_year&as_of=2023-12-31").text


def test_staff_read_a_fund_and_what_each_vehicle_adds(client: FlaskClient, world: World, vehicle: UUID) -> None:
    other = make_vehicle(world.firm_id, "Harbour Venture")
    post_history(world.firm_id, make_account(world.firm_id, "Cy's trust", world.investor), other, GROWTH)
    sign_in(client, world.manager)
    assert "1,064.80" in client.get(f"{RETURNS}?vehicle={vehicle}").text
    whole = client.get(RETURNS).text
    assert "What each vehicle adds" in whole
    assert f"vehicle={other}" in whole
    sign_in(client, world.foreign_manager)
    assert client.get(f"{RETURNS}?vehicle={vehicle}").status_code == 404
    assert client.get(f"{RETURNS}?index={new_id()}").status_code == 200  # nothing is held, so nothing is compared
    assert "Nothing was held then" in client.get(RETURNS).text


def test_a_span_has_days_of_its_own(client: FlaskClient, world: World, vehicle: UUID) -> None:
    sign_in(client, world.investor)
    shown = client.get(f"{RETURNS}?period=span&since=2024-12-31&as_of=2025-12-31").text
    assert "10.00%" in shown
    assert client.get(f"{RETURNS}?period=span&as_of=soon").status_code == 422
    chosen = client.get(f"{RETURNS}?period=span&as_of=2025-12-31")  # from the list of periods: no field for a day yet
    assert chosen.status_code == 200
    assert "From which day on?" in chosen.text
    assert 'name="since"' in chosen.text
    for since in ("", "2026-01-01", "2025-12-31", "soon"):
        refused = client.get(f"{RETURNS}?period=span&since={since}&as_of=2025-12-31")
        assert refused.status_code == 422
        assert 'id="since-error"' in refused.text


def test_an_index_adds_its_measures(client: FlaskClient, world: World, vehicle: UUID) -> None:
    rows = "2022-12-31,100\n2023-12-31,105\n2024-06-30,106\n2024-12-31,108\n2025-12-31,110\n"
    with acting_as(world.associate.tenancy):
        index_id = add_index_series(world.associate, name="World index", currency="USD", content=rows.encode())
    sign_in(client, world.investor)
    assert "Direct alpha" not in client.get(RETURNS).text
    shown = client.get(f"{RETURNS}?index={index_id}").text
    assert "Direct alpha" in shown
    assert "1.21" in shown  # 532.40 ÷ (400 × 1.1)


def test_amounts_and_what_vehicles_add_open_too(client: FlaskClient, world: World, vehicle: UUID) -> None:
    other = make_vehicle(world.firm_id, "Harbour Venture")
    post_history(world.firm_id, make_account(world.firm_id, "Cy's trust", world.investor), other, GROWTH)
    sign_in(client, world.investor)
    shown = client.get(f"{RETURNS}?as_of=2025-12-31").text
    for each in (vehicle, other):
        (rate,) = set(re.findall(rf'href="([^"]*return-figures/irr\?[^"]*vehicle={each}[^"]*)"', shown))
        opened = client.get(unescape(rate))
        assert opened.status_code == 200
        assert "532.40" in opened.text
    (amounts,) = set(re.findall(r'<dd class="figure-value"><a href="([^"]*)"', shown))
    behind = client.get(unescape(amounts)).text
    assert behind.count("800.00") == 2  # what was paid in, and the day of it
    assert "the files below have each amount" in behind
    for each in (vehicle, other):  # paid in, paid out, NAV and gain
        assert len(re.findall(rf'<td[^>]*><a href="[^"]*return-figures/tvpi\?[^"]*vehicle={each}', shown)) == 4
    added = re.findall(r'data-label="Adds"><span><a href="([^"]*)"', shown)
    assert len(added) == 2
    assert "Weighted capital" in client.get(unescape(added[0])).text


def test_a_nav_with_later_flows_is_called_adjusted(client: FlaskClient, world: World, vehicle: UUID) -> None:
    sign_in(client, world.investor)
    assert "Adjusted NAV" not in client.get(RETURNS).text
    other = make_vehicle(world.firm_id, "Harbour Venture")
    later = [*GROWTH, ("contribution", "2026-02-01", "50")]
    post_history(world.firm_id, make_account(world.firm_id, "Cy's trust", world.investor), other, later)
    shown = client.get(f"{RETURNS}?as_of=2026-03-31").text
    assert "Adjusted NAV" in shown
    (amounts,) = set(re.findall(r'<dd class="figure-value"><a href="([^"]*)"', shown))
    assert "Adjusted NAV</dt>" in client.get(unescape(amounts)).text


def test_a_dash_beside_a_vehicle_says_why(client: FlaskClient, world: World, vehicle: UUID) -> None:
    other = make_vehicle(world.firm_id, "Harbour Venture")
    post_history(world.firm_id, make_account(world.firm_id, "Cy's trust", world.investor), other, GROWTH[:3])
    sign_in(client, world.investor)
    shown = client.get(f"{RETURNS}?period=one_year&as_of=2025-12-31").text
    why = "There is no valuation within the period"
    cells = re.findall(r'<td[^>]*data-label="IRR"><span>(.*?)</span></td>', shown)
    assert len(cells) == 2
    assert [why in each for each in cells].count(True) == 1
    young = client.get(f"{RETURNS}?period=span&since=2025-06-30&as_of=2025-12-31").text
    assert "not annualised" in re.findall(r'<td[^>]*data-label="IRR"><span>(.*?)</td>', young)[0]


def test_more_than_one_total_is_made_of_asks_to_be_narrowed(client: FlaskClient, world: World, vehicle: UUID) -> None:
    sign_in(client, world.manager)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(queries, "MOST", 1)
        shown = client.get(RETURNS)
    assert shown.status_code == 200
    assert "More holdings than one page can total" in shown.text
