"""What belongs to an offering, as a page."""

from __future__ import annotations

from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal.domain.identity.access.values import Actor
from portal.domain.investments.opportunities.queries.opportunities import list_closes
from portal.domain.investments.opportunities.values.opportunities import OfferedTo
from portal.platform import clock
from portal.platform.tenancy import acting_as
from tests.conftest import World
from tests.factories.api import bearer
from tests.factories.investments import make_account, make_vehicle, post_history
from tests.factories.offerings import SOON, approve, draft_opportunity, make_opportunity, offering
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


def test_it_is_offered_to_those_invested_and_the_approver_reads_how_many_these_are(
    app: Flask, world: World, vehicle: UUID
) -> None:
    other = make_vehicle(world.firm_id, "Harbour Income")
    account = make_account(world.firm_id, "Lane Family Trust", world.investor)
    post_history(world.firm_id, account, other, [("commitment", "2024-01-15", "100000")])
    found = draft_opportunity(world.associate, offering(vehicle, audience=OfferedTo.VEHICLE))
    maker, place = sign_in(app.test_client(), world.associate), f"{PAGES}/{found}"
    assert maker.post(f"{place}/vehicles", data={"vehicle": ""}).status_code == 422
    for each in (vehicle, other):
        told = maker.post(f"{place}/vehicles", data={"vehicle": str(each)}, follow_redirects=True).text
    assert "Everybody invested in Harbour Growth II, Harbour Income (1 account, seen by 1 person)" in told
    assert maker.post(f"{place}/vehicles/{vehicle}/leave-out").status_code == 303
    assert maker.post(f"{place}/vehicles/{vehicle}/leave-out").status_code == 404
    opening = f"/investments/opportunities/{found}/propose"
    rule = "Everybody invested in Harbour Income"
    assert f"{rule} (1 account, seen by 1 person)" in maker.get(opening).text
    asked = maker.post(opening, data={"reason": "Ready."}).location
    told = sign_in(app.test_client(), world.manager).get(asked).text
    assert (rule in told, "1 account, seen by 1 person" in told) == (True, True)
    approve(world.manager, UUID(asked.rsplit("/", 1)[1]))
    decided = sign_in(app.test_client(), world.manager).get(asked).text
    assert (rule in decided, "seen by" in decided) == (True, False), "what was so then is not counted now"
    for person, seen in ((world.investor, 200), (world.another_investor, 404)):
        reader = sign_in(app.test_client(), person)
        assert reader.get(f"/investments/opportunities/{found}").status_code == seen
        assert ("First close" in reader.get("/investments/opportunities?search=First").text) == (seen == 200)
        api = app.test_client().get(f"/api/v1/investments/opportunities/{found}", headers=bearer(person))
        assert api.status_code == seen


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
