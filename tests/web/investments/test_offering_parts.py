"""What belongs to an offering, as a page."""

from __future__ import annotations

from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal.domain.identity.access.values import Actor
from portal.domain.investments.opportunities.queries.opportunities import list_closes
from portal.platform import clock
from portal.platform.tenancy import acting_as
from tests.factories.investments import make_account, make_vehicle
from tests.factories.offerings import SOON, draft_opportunity, make_opportunity, offering
from tests.factories.web import sign_in

PAGES = "/investments/offering-parts"


@pytest.fixture
def vehicle(app: Flask, firm_id: UUID) -> UUID:
    return make_vehicle(firm_id, "Harbour Growth II")


def test_closes_and_accounts_are_added_and_taken_away(
    client: FlaskClient, vehicle: UUID, associate: Actor, investor: Actor
) -> None:
    account = make_account(associate.firm_id, "Lane Family Trust", investor)
    place = f"{PAGES}/{draft_opportunity(associate, offering(vehicle))}"
    sign_in(client, associate)
    assert "Close 1" in client.get(place).text
    assert client.post(f"{place}/closes", data={"closes_on": "2020-01-01"}).status_code == 422
    later = (clock.today() + 2 * SOON).isoformat()
    assert "Close 2" in client.post(f"{place}/closes", data={"closes_on": later}, follow_redirects=True).text
    assert "Close 2" not in client.post(f"{place}/closes/remove", follow_redirects=True).text
    unknown = client.post(f"{place}/accounts", data={"account": "Nobody"})
    assert (unknown.status_code, "There is no account of this name" in unknown.text) == (422, True)
    named = client.post(f"{place}/accounts", data={"account": "lane family trust"}, follow_redirects=True)
    assert "<p>Lane Family Trust</p>" in named.text
    gone = client.post(f"{place}/accounts/{account}/unname", follow_redirects=True)
    assert "<p>Lane Family Trust</p>" not in gone.text
    assert client.post(f"{place}/accounts/{account}/unname").status_code == 404


def test_of_what_is_open_only_closes_are_added(
    client: FlaskClient, vehicle: UUID, associate: Actor, manager: Actor, investor: Actor
) -> None:
    account = make_account(associate.firm_id, "Lane Family Trust", investor)
    place = f"{PAGES}/{make_opportunity(associate, manager, offering(vehicle))}"
    sign_in(client, associate)
    later = (clock.today() + 2 * SOON).isoformat()
    assert client.post(f"{place}/closes", data={"closes_on": later}).status_code == 303
    assert client.post(f"{place}/closes/remove").status_code == 409
    assert client.post(f"{place}/accounts", data={"account": "Lane Family Trust"}).status_code == 422
    assert client.post(f"{place}/accounts/{account}/unname").status_code == 409
    assert client.post(f"{place}/documents", data={"document": str(account)}).status_code == 422


def test_one_close_is_closed_and_without_another_nobody_is_led_to_subscribe(
    client: FlaskClient, vehicle: UUID, associate: Actor, manager: Actor, investor: Actor
) -> None:
    make_account(associate.firm_id, "Lane Family Trust", investor)
    opportunity = make_opportunity(associate, manager, offering(vehicle))
    with acting_as(manager.tenancy):
        (close,) = list_closes(manager, opportunity)
    address = f"{PAGES}/{opportunity}/closes/{close.id}/end"
    sign_in(client, associate)
    assert address not in client.get(f"{PAGES}/{opportunity}").text
    assert client.post(address).status_code == 403
    sign_in(client, investor)
    offered = f"/investments/opportunities/{opportunity}"
    assert ("Subscribe</a>" in (told := client.get(offered).text), "No close is to come" in told) == (True, False)
    sign_in(client, manager)
    assert address in client.get(f"{PAGES}/{opportunity}").text
    page = client.post(address, follow_redirects=True).text
    assert ("The close is closed" in page, address in page) == (True, False)
    assert client.post(address).status_code == 409
    sign_in(client, investor)
    assert ("Subscribe</a>" in (told := client.get(offered).text), "No close is to come" in told) == (False, True)
