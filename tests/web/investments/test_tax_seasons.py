"""The tax season as staff see it."""

from __future__ import annotations

from datetime import date

from flask.testing import FlaskClient

from portal.domain.investments.tax_forms.queries.forms import list_tax_forms
from portal.platform import clock
from portal.platform.tenancy import acting_as
from tests.conftest import World
from tests.factories.tax_forms import give_consent
from tests.factories.web import sign_in
from tests.web.investments.taxing import issue, make_partnership

PAGE = "/investments/tax-seasons"


def test_the_board_says_what_is_missing(client: FlaskClient, world: World) -> None:
    vehicle, account = make_partnership(world)
    sign_in(client, world.associate)
    shown = client.get(f"{PAGE}?year=2025").text
    assert "Harbour Buyout I" in shown
    assert "Not begun" in shown
    give_consent(world.investor, account)
    issue(world, vehicle)
    shown = client.get(f"{PAGE}?year=2025").text
    for text in ("Final, issued", "2 of 2", "1 of 2"):
        assert text in shown
    assert "No vehicle was held in 2020" in client.get(f"{PAGE}?year=2020").text


def test_a_day_is_told_to_holders_until_their_form_is_there(client: FlaskClient, world: World) -> None:
    vehicle, _ = make_partnership(world)
    sign_in(client, world.associate)
    place = f"{PAGE}/{vehicle}/{clock.today().year - 1}"
    day = date(clock.today().year, 3, 15)
    assert client.post(f"{place}/expected", data={"expected_on": "2001-01-01"}).status_code == 422
    assert (
        "Holders read"
        in client.post(f"{place}/expected", data={"expected_on": day.isoformat()}, follow_redirects=True).text
    )
    sign_in(client, world.investor)
    assert "expected by" in client.get("/investments/tax-forms").text
    issue(world, vehicle, year=clock.today().year - 1)
    assert "expected by" not in client.get("/investments/tax-forms").text


def test_paper_that_was_sent_is_noted(client: FlaskClient, world: World) -> None:
    vehicle, _ = make_partnership(world)
    issue(world, vehicle)
    sign_in(client, world.associate)
    place = f"{PAGE}/{vehicle}/2025"
    assert client.get(place).text.count("to be sent on paper") == 2
    with acting_as(world.investor.tenancy):
        (mine,) = list_tax_forms(world.investor)
    there = f"{PAGE}/papers/{mine.form_id}"
    assert "counts as delivered" in client.get(there).text
    assert client.post(there, data={"mailed_on": "2001-01-01"}).status_code == 422
    noted = client.post(there, data={"mailed_on": clock.today().isoformat()}, follow_redirects=True).text
    assert "counts as delivered" in noted
    assert noted.count("to be sent on paper") == 1
