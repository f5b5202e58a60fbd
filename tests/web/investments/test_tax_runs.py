"""Allocations as pages: entered or imported, looked through, approved by another."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from portal.domain.identity.approvals.values import TAX_FORMS
from portal.domain.investments.tax_forms.values.boxes import FormKind
from tests.conftest import World
from tests.factories.decisions import decide
from tests.factories.tax_forms import issue_forms, make_foreign, new_run
from tests.factories.web import sign_in
from tests.web.investments.taxing import SHEET, entered, issue, make_partnership

PAGE = "/investments/tax-runs"


def test_a_sheet_is_looked_through_and_issued_by_another(client: FlaskClient, world: World) -> None:
    vehicle, _ = make_partnership(world)
    sign_in(client, world.associate)
    answer = client.post(PAGE, data=entered(vehicle))
    assert answer.status_code == 303, answer.text
    shown = client.get(answer.location).text
    for text in (
        "750.25",
        "Okafor Holdings",
        "1,000.00",
        "2 forms are to be sent on paper",
        "2 accounts are not known",
    ):
        assert text in shown
    assert "Another manager" in client.post(f"{answer.location}/propose", follow_redirects=True).text
    sign_in(client, world.manager)
    decide(world.manager, TAX_FORMS, f"tax_run:{answer.location.rsplit('/', 1)[1]}")
    assert "2 forms were issued" in client.get(answer.location).text


def test_the_sheet_that_is_given_back_is_read_again(client: FlaskClient, world: World) -> None:
    vehicle, _ = make_partnership(world)
    sign_in(client, world.associate)
    place = client.post(PAGE, data=entered(vehicle)).location
    sheet = client.get(f"{place}/export.csv").text
    again = client.post(PAGE, data=entered(vehicle, sheet))
    assert again.status_code == 303
    assert client.get(f"{again.location}/export.csv").text == sheet


def test_what_is_wrong_in_a_sheet_is_told_line_by_line(client: FlaskClient, world: World) -> None:
    vehicle, _ = make_partnership(world)
    sign_in(client, world.associate)
    answer = client.post(PAGE, data=entered(vehicle, SHEET.replace("750.25", "much")))
    assert answer.status_code == 422
    for text in ("What to mend", "Write an amount"):
        assert text in answer.text
    answer = client.post(PAGE, data=entered(vehicle, SHEET.replace("Okafor", "Ofakor")))
    assert "No account of this name" in answer.text


def test_totals_are_shared_out(client: FlaskClient, world: World) -> None:
    vehicle, _ = make_partnership(world)
    sign_in(client, world.associate)
    answer = client.post(PAGE, data=entered(vehicle, source="totals", totals="1; 100.01"))
    shown = client.get(answer.location).text
    assert "50.01" in shown
    assert "50.00" in shown


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"payer_ein": "12"}, "not a good EIN"),
        ({"payer_address": ""}, "Enter the vehicle"),
        ({"kind": "1099_div"}, "makes another form"),
        ({"source": "totals", "totals": "99; 1"}, "no such box"),
        ({"source": "totals", "totals": "1; 1", "shared_by": "units", "units": "Lane Tax Trust"}, "Line 1"),
        ({"sheet": ""}, "Choose a CSV file"),
    ],
)
def test_what_was_entered_wrong_is_told(
    client: FlaskClient, world: World, changes: dict[str, str], message: str
) -> None:
    vehicle, _ = make_partnership(world)
    sign_in(client, world.associate)
    answer = client.post(PAGE, data=entered(vehicle, **changes))
    assert answer.status_code == 422
    assert message in answer.text


def test_what_does_not_tie_offers_no_approval(client: FlaskClient, world: World) -> None:
    vehicle, _ = make_partnership(world)
    sign_in(client, world.associate)
    place = client.post(PAGE, data=entered(vehicle, SHEET.replace("249.75", "249.70"))).location
    shown = client.get(place).text
    assert "do not come to the vehicle" in shown
    assert "Ask for approval" not in shown
    assert client.post(f"{place}/propose").status_code == 409
    assert "thrown away" in client.post(f"{place}/discard", follow_redirects=True).text


def test_the_payer_of_last_time_stands_there_already(client: FlaskClient, world: World) -> None:
    vehicle, _ = make_partnership(world)
    issue(world, vehicle)
    sign_in(client, world.associate)
    assert "12-3456789" in client.get(f"{PAGE}/new?vehicle={vehicle}&tax_year=2025").text


def test_investors_see_nothing_of_it(client: FlaskClient, world: World) -> None:
    vehicle, _ = make_partnership(world)
    run = issue(world, vehicle)
    sign_in(client, world.investor)
    assert client.get(f"{PAGE}/{run}").status_code in {403, 404}
    assert client.get(f"{PAGE}/new").status_code == 403


def test_a_line_for_each_income_is_shown(client: FlaskClient, world: World) -> None:
    vehicle, account = make_partnership(world)
    make_foreign(world.firm_id, account)
    sheet = "Account,1,2,3,3b\nLane Tax Trust,01,5,3,30\nLane Tax Trust,29,5,3,0\nTotal,,10,,\n"
    sign_in(client, world.associate)
    place = client.post(PAGE, data=entered(vehicle, sheet, kind="1042_s")).location
    shown = client.get(place).text
    for each in ("income code 01, chapter 3 at 30 %", "income code 29, chapter 3 at 0 %"):
        assert shown.count(each) >= 1
    issue_forms(world.associate, world.manager, new_run(vehicle, kind=FormKind.FOREIGN), sheet)
    listed = client.get(f"/investments/tax-seasons/{vehicle}/2025").text
    assert "Form 1042-S, income code 29, chapter 3 at 0 %" in listed
