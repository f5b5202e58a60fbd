"""The page on how safely one signs in."""

from __future__ import annotations

from flask.testing import FlaskClient

from tests.conftest import World
from tests.factories.identity import give_totp
from tests.factories.web import sign_in


def test_it_is_linked_beside_the_name_and_says_how_one_stands(client: FlaskClient, world: World) -> None:
    sign_in(client, world.investor)
    assert 'href="/security"' in client.get("/investments/portfolio").text
    assert "password alone" in client.get("/security").text
    give_totp(world.investor)
    page = client.get("/security").text
    assert "10 recovery codes are left" in page
    assert "/factors/remove" in page


def test_staff_are_not_offered_to_remove_theirs(client: FlaskClient, world: World) -> None:
    give_totp(world.manager)
    sign_in(client, world.manager)
    page = client.get("/security").text
    assert "/factors/remove" not in page
    assert "/security/requirement" not in page


def test_only_administrators_decide_for_the_firm(client: FlaskClient, world: World) -> None:
    for person in (world.investor, world.manager, world.auditor):
        sign_in(client, person)
        assert client.post("/security/requirement", data={"required": "yes"}).status_code == 403
    sign_in(client, world.administrator)
    client.post("/security/requirement", data={"required": "yes"})
    assert "Every investor is led" in client.get("/security").text
    client.post("/security/requirement", data={"required": "no"})
    assert "choose for themselves" in client.get("/security").text
