"""Opportunities as pages: prepared by one, opened by another, seen by those they are offered to."""

from __future__ import annotations

from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal.domain.identity.access.values import Actor
from portal.domain.investments.eligibility.values import Exemption
from portal.domain.investments.opportunities.services.offering import create_opportunity
from portal.platform import clock
from portal.platform.errors import NotFound
from portal.platform.tenancy import acting_as
from tests.conftest import World
from tests.factories.api import bearer
from tests.factories.investments import make_account, make_vehicle
from tests.factories.offerings import SOON, draft_opportunity, make_opportunity, offering
from tests.factories.rooms import make_room
from tests.factories.web import sign_in

PAGES = "/investments/opportunities"


@pytest.fixture
def vehicle(app: Flask, firm_id: UUID) -> UUID:
    return make_vehicle(firm_id, "Harbour Growth II")


@pytest.fixture
def good(vehicle: UUID) -> dict[str, str]:
    return {
        "vehicle": str(vehicle), "name": "First close", "exemption": "506b", "audience": "everybody",
        "target": "1000000", "minimum": "50000", "maximum": "", "cap": "", "jurisdictions": "us, de",
        "summary": "Firms that grow.",
    }  # fmt: skip


def test_a_draft_is_prepared_proposed_and_opened_by_another(
    app: Flask, good: dict[str, str], associate: Actor, manager: Actor, investor: Actor
) -> None:
    make_account(investor.firm_id, "Lane Family Trust", investor)
    maker, approver, reader = (sign_in(app.test_client(), each) for each in (associate, manager, investor))
    shown = maker.post(PAGES, data=good, follow_redirects=True)
    place = shown.request.path
    for text in ("First close", "1,000,000.00", "Firms that grow.", "US, DE", "draft"):
        assert text in shown.text
    parts = place.replace("opportunities", "offering-parts")
    closes_on = (clock.today() + SOON).isoformat()
    assert maker.post(f"{place}/propose", data={"reason": "Ready."}).status_code == 422
    assert maker.post(f"{parts}/closes", data={"closes_on": closes_on}).status_code == 303
    assert reader.get(place).status_code == 404
    asked = maker.post(f"{place}/propose", data={"reason": "Ready."})
    page = approver.get(asked.headers["Location"])
    opens = ("Opening of an offering", "First close", "USD 50,000.00", "1 account, seen by 1 person")
    for text in opens:
        assert text in page.text
    digest = page.text.split('name="digest"')[1].split('value="')[1].split('"')[0]
    decided = approver.post(f"{asked.headers['Location']}/approve", data={"digest": digest, "comment": ""})
    assert decided.status_code == 303
    seen = reader.get(place)
    for text in ("First close", "Lane Family Trust", "Not yet, because:", "Have the accreditation verified"):
        assert text in seen.text
    assert "First close" in reader.get(PAGES).text


def test_an_opportunity_is_closed_and_noted_as_funded(
    app: Flask, vehicle: UUID, associate: Actor, manager: Actor
) -> None:
    found = make_opportunity(associate, manager, offering(vehicle))
    client = sign_in(app.test_client(), manager)
    assert sign_in(app.test_client(), associate).post(f"{PAGES}/{found}/close").status_code == 403
    assert client.post(f"{PAGES}/{found}/fund").status_code == 409
    for step, state in (("close", "closed"), ("fund", "funded")):
        assert f'">{state}</span>' in client.post(f"{PAGES}/{found}/{step}", follow_redirects=True).text


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"name": ""}, "Give the opportunity a name."),
        ({"minimum": "0"}, "above zero"),
        ({"maximum": "10"}, "at least the minimum"),
        ({"cap": "999999"}, "at least the target"),
        ({"jurisdictions": "US XQ"}, "no ISO codes of countries: XQ"),
        ({"target": "1.001"}, "2 decimals"),
    ],
)
def test_what_makes_no_sense_is_refused_and_nothing_typed_is_lost(
    client: FlaskClient, good: dict[str, str], associate: Actor, change: dict[str, str], message: str
) -> None:
    sign_in(client, associate)
    refused = client.post(PAGES, data={**good, "summary": "Kept words", **change})
    assert refused.status_code == 422
    assert message in refused.text
    assert "Kept words" in refused.text


def test_a_name_is_taken_once_and_a_draft_is_changed(
    client: FlaskClient, good: dict[str, str], vehicle: UUID, associate: Actor
) -> None:
    found = draft_opportunity(associate, offering(vehicle, "Second close"))
    sign_in(client, associate)
    assert "Change Second close" in client.get(f"{PAGES}/{found}/edit").text
    client.post(PAGES, data=good)
    assert "of this name already" in client.post(f"{PAGES}/{found}", data=good).text
    changed = client.post(f"{PAGES}/{found}", data={**good, "name": "Third"}, follow_redirects=True)
    assert "Third" in changed.text


def test_a_room_is_linked_for_its_members_alone(
    app: Flask, good: dict[str, str], world: World, vehicle: UUID, associate: Actor, investor: Actor
) -> None:
    room, foreign = make_room(world.manager, "Saltmarsh"), make_room(world.foreign_manager, "Elsewhere")
    room.let_in(investor, room.group("Leads"))
    for person, name in ((investor, "Lane Family Trust"), (world.another_investor, "Ortiz Holdings")):
        make_account(investor.firm_id, name, person)
    maker = sign_in(app.test_client(), associate)
    shown = maker.get(f"{PAGES}/new").text
    assert "Saltmarsh" in shown
    assert "Elsewhere" not in shown
    for other in (str(foreign.id), "?"):
        assert maker.post(PAGES, data=good | {"room": other}).status_code == 422
    with acting_as(associate.tenancy), pytest.raises(NotFound):
        create_opportunity(associate, offering(vehicle, "Their room", room_id=foreign.id))
    draft = maker.post(PAGES, data=good | {"room": str(room.id)}).headers["Location"]
    assert maker.post(draft, data=good | {"room": str(room.id), "summary": "More."}).status_code == 303
    assert f"/documents/rooms/{room.id}" in maker.get(draft).text
    made = make_opportunity(associate, world.manager, offering(vehicle, "Second close", room_id=room.id))
    place, url = f"{PAGES}/{made}", f"/api/v1/investments/opportunities/{made}"
    for person, is_member in ((investor, True), (world.another_investor, False)):
        reader = app.test_client()
        linked = reader.get(url, headers=bearer(person)).json["room"]
        assert linked == ({"id": str(room.id), "name": "Saltmarsh"} if is_member else None)
        page = sign_in(reader, person).get(place).text
        assert (f"/documents/data-rooms/{room.id}" in page) is is_member


def test_who_acts_for_very_many_accounts_finds_each(app: Flask, world: World, vehicle: UUID) -> None:
    made = make_opportunity(world.associate, world.manager, offering(vehicle, exemption=Exemption.RULE_506C))
    names = [f"Trust {number:03}" for number in range(205)]
    ids = [make_account(world.firm_id, name, world.investor) for name in names]
    reader = sign_in(app.test_client(), world.investor)
    assert "Trust 204" not in reader.get(f"{PAGES}/{made}").text
    assert "Trust 204" in reader.get(f"{PAGES}/{made}?search=204").text
    said = {"account": str(ids[-1]), "amount": "60000", "note": ""}
    assert reader.post(f"/investments/interests/{made}", data=said).status_code == 303
    assert "Trust 204" in reader.get(f"/investments/interests/{made}").text
