"""The tax season as staff see it."""

from __future__ import annotations

from datetime import date

import pytest
from flask.testing import FlaskClient

from portal.domain.investments.tax_forms.queries.forms import list_tax_forms
from portal.domain.investments.tax_forms.values.boxes import TAX_YEARS, FormKind
from portal.platform import clock
from portal.platform.tenancy import acting_as
from tests.conftest import World
from tests.factories.documents import make_tax_paper
from tests.factories.tax_forms import give_consent, issue_forms, make_foreign, new_run
from tests.factories.web import sign_in
from tests.web.investments.taxing import entered, issue, make_partnership

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


def test_a_year_whose_forms_are_not_known_is_told_so(
    client: FlaskClient, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    vehicle, _ = make_partnership(world)
    year = TAX_YEARS[0] + 1
    monkeypatch.setattr(clock, "today", lambda: date(year + 1, 2, 1))
    sign_in(client, world.associate)
    for place in (PAGE, f"{PAGE}/{vehicle}/{year}"):
        shown = client.get(place).text
        assert f"Forms for {year} cannot be prepared here yet" in shown
        assert "Harbour Buyout I" in shown
        assert "Prepare tax forms" not in shown
        assert "cannot be prepared" not in client.get(place.replace(str(year), "2025") + "?year=2025").text
    day = date(year + 1, 3, 15).isoformat()
    told = client.post(f"{PAGE}/{vehicle}/{year}/expected", data={"expected_on": day}, follow_redirects=True)
    assert "Holders read the new day" in told.text
    asked = client.get(f"/investments/tax-runs/new?vehicle={vehicle}&tax_year={year}").text
    assert f'<option selected value="{year}">' in asked
    assert f'<option selected value="{TAX_YEARS[0]}">' in client.get("/investments/tax-runs/new").text
    refused = client.post("/investments/tax-runs", data=entered(vehicle, tax_year=str(year)))
    assert refused.status_code == 422
    assert f"Schedule K-1 (Form 1065) for {year} are not known here: this version knows 2024, 2025." in refused.text


def test_a_foreign_partner_is_done_with_the_k1_alone(client: FlaskClient, world: World) -> None:
    vehicle, account = make_partnership(world)
    make_foreign(world.firm_id, account)
    sign_in(client, world.manager)

    def forms() -> str:
        shown = client.get("/investments/tax-seasons?year=2025").text
        return shown.partition('data-label="Forms">')[2].partition("<")[0]

    paid = "Account,1,2,3,3b\nLane Tax Trust,01,5,3,30\nTotal,,5,,\n"
    issue_forms(world.associate, world.manager, new_run(vehicle, kind=FormKind.FOREIGN), paid)
    assert forms() == "0 of 2"
    for _ in range(2):
        make_tax_paper(world.firm_id, "K-1", account, vehicle_id=vehicle)
    assert forms() == "1 of 2"
