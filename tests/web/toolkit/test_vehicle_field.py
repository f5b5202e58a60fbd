"""The field for a vehicle in a firm that has more of them than a list can show."""

from __future__ import annotations

from html.parser import HTMLParser
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal.domain.identity.access.values import Actor
from portal.platform.tenancy import acting_as
from portal.web.toolkit.vehicle_field import MOST
from tests.conftest import World
from tests.factories.investments import make_vehicle
from tests.factories.web import sign_in

FORMS = (
    "/investments/fees/new", "/investments/valuations/new", "/investments/transfers/new",
    "/investments/statement-runs/new", "/investments/tax-runs/new", "/investments/call-drafts/new",
    "/investments/call-drafts/late", "/investments/opportunities/new", "/documents/rooms/new", "/documents/filing/new",
)  # fmt: skip


class _Field(HTMLParser):
    """What the field `vehicle` is: its tag, what it holds, what it offers."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tag, self.value = "", ""
        self.offered: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        if found.get("name") == "vehicle":
            self.tag, self.value = tag, found.get("value") or ""
        elif tag == "option" and self.tag == "select":
            self.offered.append(found.get("value") or "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "select" and self.tag == "select":
            self.tag = "a list"


@pytest.fixture
def last(app: Flask, firm_id: UUID) -> UUID:
    """The last of more vehicles than a list shows."""
    for number in range(MOST):
        make_vehicle(firm_id, f"Harbour {number:04}")
    return make_vehicle(firm_id, "Zenith Growth")


def test_few_are_a_list(client: FlaskClient, firm_id: UUID, manager: Actor) -> None:
    only = make_vehicle(firm_id, "Zenith Growth")
    field = _Field(sign_in(client, manager).get("/investments/fees/new").text)
    assert (field.tag, field.offered) == ("a list", [str(only)])


@pytest.mark.parametrize("address", FORMS)
def test_each_form_reaches_each_of_many(address: str, client: FlaskClient, last: UUID, associate: Actor) -> None:
    sign_in(client, associate)
    assert _Field(client.get(address).text).tag == "input"
    action = address.removesuffix("/new")
    asked = client.post(action, data={"vehicle": "zenith growth"})
    assert asked.status_code == 422, "the rest is missing"
    assert _Field(asked.text).value == "Zenith Growth"
    part = _Field(client.post(action, data={"vehicle": "enith"}).text)
    assert (part.tag, part.offered) == ("a list", ["", str(last)])
    chosen = client.post(action, data={"vehicle": str(last)}).text
    assert _Field(chosen).value == "Zenith Growth"


@pytest.mark.parametrize(
    ("written", "message"),
    [
        ("", "Choose a vehicle."),
        ("Nowhere", "No vehicle has this in its name."),
        ("r", f"More than {MOST} vehicles have this in their names."),
        ("00000000-0000-0000-0000-000000000001", "There is no such vehicle."),
    ],
)
def test_what_is_none_is_told(written: str, message: str, client: FlaskClient, last: UUID, associate: Actor) -> None:
    answer = sign_in(client, associate).post("/investments/fees", data={"vehicle": written})
    assert (answer.status_code, message in answer.text) == (422, True)


def test_a_vehicle_of_another_firm_is_none(client: FlaskClient, firm_id: UUID, associate: Actor, world: World) -> None:
    with acting_as(world.foreign_manager.tenancy):
        theirs = make_vehicle(world.foreign_manager.firm_id, "Northwind I")
    answer = sign_in(client, associate).post("/investments/fees", data={"vehicle": str(theirs)})
    assert "There is no such vehicle." in answer.text


def test_the_vehicle_of_a_distribution_is_searched_for(client: FlaskClient, last: UUID, associate: Actor) -> None:
    page = sign_in(client, associate).get("/investments/distributions/new").text
    assert "Zenith Growth" not in page
    assert 'name="search"' in page
    assert "Zenith Growth" in client.get("/investments/distributions/new?search=zen").text
    assert "No vehicle of this name" in client.get("/investments/distributions/new?search=nowhere").text
    rest, pages = page, 1
    while 'rel="next"' in rest:
        following = rest.split('rel="next" href="')[1].split('"')[0]
        rest = client.get(following.replace("&amp;", "&")).text
        pages += 1
    assert ("Zenith Growth" in rest, pages) == (True, 3)
