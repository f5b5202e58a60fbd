"""Home, as each role finds it."""

from __future__ import annotations

from uuid import UUID

from flask.testing import FlaskClient

from tests.conftest import World
from tests.factories.investments import make_account
from tests.factories.web import sign_in


def test_an_investor_lands_on_the_portfolio(client: FlaskClient, world: World) -> None:
    sign_in(client, world.investor)
    assert client.get("/").location == "/investments/portfolio"


def test_staff_find_what_waits_for_them(client: FlaskClient, world: World, firm_id: UUID) -> None:
    sign_in(client, world.associate)
    assert "Nothing waits for you" in client.get("/").text
    make_account(firm_id, "Lane Family Trust")
    make_account(firm_id, "Ortiz Holdings", world.another_investor)
    home = client.get("/").text
    assert "Accounts without people" in home
    assert "Lane Family Trust" in home
    assert "Ortiz Holdings" not in home


def test_an_administrator_sees_no_money(client: FlaskClient, world: World, firm_id: UUID) -> None:
    make_account(firm_id, "Lane Family Trust")
    sign_in(client, world.administrator)
    assert "Lane Family Trust" not in client.get("/").text
