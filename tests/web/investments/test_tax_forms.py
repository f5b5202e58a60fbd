"""Tax forms as their holders read them."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import pytest
from flask.testing import FlaskClient

from portal.domain.identity.access.values import Role
from portal.domain.investments.tax_forms.queries.forms import list_tax_forms
from portal.domain.investments.tax_forms.services.seasons import expect_tax_forms
from portal.domain.investments.tax_forms.values.boxes import FormKind
from portal.domain.investments.tax_forms.values.forms import Delivery, Stage
from portal.domain.people.delegations.values import Scope
from portal.jobs.drain import drain
from portal.platform import clock
from portal.platform.tenancy import acting_as
from tests.conftest import World
from tests.factories.delegations import let_in
from tests.factories.documents import make_tax_paper
from tests.factories.identity import make_user
from tests.factories.tax_forms import give_consent, issue_forms, make_foreign, new_run
from tests.factories.web import sign_in
from tests.web.investments.taxing import SHEET, issue, make_partnership

PAGE = "/investments/tax-forms"


def form_of(world: World) -> UUID:
    with acting_as(world.investor.tenancy):
        found = list_tax_forms(world.investor)[0].form_id
    assert found is not None
    return found


def test_page_says_what_the_paper_says(client: FlaskClient, world: World) -> None:
    vehicle, account = make_partnership(world)
    give_consent(world.investor, account)
    issue(world, vehicle)
    sign_in(client, world.investor)
    listed = client.get(PAGE).text
    assert "Schedule K-1 (Form 1065) data sheet for 2025" in listed
    assert "In the portal" in listed
    shown = client.get(f"{PAGE}/{form_of(world)}").text
    for text in ("750.25", "Ordinary business income (loss)", "tax basis method", "12-3456789"):
        assert text in shown
    assert "Okafor" not in shown
    paper = client.get(f"{PAGE}/{form_of(world)}/document", follow_redirects=True)
    assert paper.data.startswith(b"%PDF-")


def test_without_consent_it_says_so_and_does_not_count_as_delivered(client: FlaskClient, world: World) -> None:
    vehicle, _ = make_partnership(world)
    issue(world, vehicle)
    sign_in(client, world.investor)
    assert "to be sent on paper" in client.get(PAGE).text
    assert "does not count as delivered" in client.get(f"{PAGE}/{form_of(world)}").text


def test_an_estimate_says_so_and_leads_to_what_replaced_it(client: FlaskClient, world: World) -> None:
    vehicle, _ = make_partnership(world)
    issue(world, vehicle, stage=Stage.ESTIMATE)
    before = form_of(world)
    sign_in(client, world.investor)
    assert "An estimate, not a tax form" in client.get(f"{PAGE}/{before}").text
    issue(world, vehicle)
    shown = client.get(f"{PAGE}/{before}").text
    assert "Open the version after it" in shown
    assert str(form_of(world)) in shown
    assert "Corrected" not in client.get(PAGE).text


def test_a_corrected_form_says_what_changed(client: FlaskClient, world: World) -> None:
    vehicle, _ = make_partnership(world)
    issue(world, vehicle)
    changed = SHEET.replace("750.25", "750.35").replace("1000.00", "1000.10")
    issue_forms(world.associate, world.manager, new_run(vehicle, reason="Rent came late."), changed)
    drain(30)
    sign_in(client, world.investor)
    assert "Corrected" in client.get(PAGE).text
    assert "Rent came late." in client.get(f"{PAGE}/{form_of(world)}").text


def test_forms_made_elsewhere_stand_among_them(client: FlaskClient, world: World) -> None:
    _, account = make_partnership(world)
    make_tax_paper(world.firm_id, "K-1 of the administrator", account)
    sign_in(client, world.investor)
    shown = client.get(PAGE).text
    assert "K-1 of the administrator" in shown
    assert "to be sent on paper" in shown
    give_consent(world.investor, account)
    make_tax_paper(world.firm_id, "K-1 after consent", account)
    with acting_as(world.investor.tenancy):
        assert [each.delivery for each in list_tax_forms(world.investor)] == [Delivery.ELECTRONIC, Delivery.PAPER]
    sign_in(client, world.another_investor)
    assert "K-1 of the administrator" not in client.get(PAGE).text


def test_a_delegate_for_tax_forms_sees_them_and_a_stranger_does_not(client: FlaskClient, world: World) -> None:
    vehicle, account = make_partnership(world)
    issue(world, vehicle)
    found = form_of(world)
    sign_in(client, world.another_investor)
    assert client.get(f"{PAGE}/{found}").status_code == 404
    accountant = make_user(world.firm_id, "accountant@example.com", Role.DELEGATE)
    sign_in(client, accountant)
    assert client.get(f"{PAGE}/{found}").status_code == 404
    let_in(world.investor, "accountant@example.com", [account], [Scope.TAX_FORMS])
    assert client.get(f"{PAGE}/{found}").status_code == 200
    make_tax_paper(world.firm_id, "K-1 made elsewhere", account)
    shown = client.get(PAGE).text
    assert "Schedule K-1" in shown
    with acting_as(accountant.tenancy):
        deliveries = {each.title: each.delivery for each in list_tax_forms(accountant)}
    assert deliveries["K-1 made elsewhere"] is None
    assert "No account to answer for" in client.get("/investments/tax-consents").text


@pytest.mark.parametrize(("made_elsewhere", "awaited"), [(True, False), (False, True)])
def test_a_k1_is_awaited_until_it_is_there_wherever_it_is_made(
    client: FlaskClient, world: World, made_elsewhere: bool, awaited: bool
) -> None:
    vehicle, account = make_partnership(world)
    make_foreign(world.firm_id, account)
    year = clock.today().year - 1
    with acting_as(world.associate.tenancy):
        expect_tax_forms(world.associate, vehicle, year, on=date(year + 1, 3, 15))
    if made_elsewhere:
        make_tax_paper(world.firm_id, "K-1 made elsewhere", account, year=year, vehicle_id=vehicle)
    else:
        sheet = "Account,1,2,3,3b\nLane Tax Trust,01,5,3,30\nTotal,,5,,\n"
        particulars = new_run(vehicle, kind=FormKind.FOREIGN, year=year)
        issue_forms(world.associate, world.manager, particulars, sheet)
    sign_in(client, world.investor)
    assert ("Still to come" in client.get(PAGE).text) is awaited
