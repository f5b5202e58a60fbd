"""Narrowing a page to one of many accounts or vehicles."""

from __future__ import annotations

from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal.domain.identity.access.values import Actor
from portal.web.investments.narrowing import MOST
from tests.conftest import World
from tests.factories.investments import make_account, make_vehicle, post_history
from tests.factories.web import sign_in

COMMITMENT = [("commitment", "2024-01-15", "100000")]
PAGES = ("/investments/portfolio", "/investments/returns", "/investments/transactions")


@pytest.fixture
def last(app: Flask, firm_id: UUID, investor: Actor) -> UUID:
    """The last of more accounts than a list names, with one holding beside that of the first."""
    vehicle = make_vehicle(firm_id, "Harbour Growth II")
    first = [make_account(firm_id, f"Lane {number:04}", investor) for number in range(MOST)]
    found = make_account(firm_id, "Zephyr Trust", investor)
    for account in (first[0], found):
        post_history(firm_id, account, vehicle, COMMITMENT)
    return found


@pytest.mark.parametrize("page", PAGES)
def test_each_of_many_accounts_is_found_and_chosen(page: str, client: FlaskClient, last: UUID, investor: Actor) -> None:
    sign_in(client, investor)
    narrowed = client.get(f"{page}?q=Harbour").text
    option = f'<option value="{last}"'
    assert ('name="find_account"' in narrowed, option in narrowed) == (True, False)
    assert option in client.get(f"{page}?find_account=zeph").text
    chosen = client.get(f"{page}?account={last}").text
    assert f"{option} selected>Zephyr Trust" in chosen
    assert "None is called that" in client.get(f"{page}?find_account=nobody").text


def test_each_of_many_vehicles_is_found(client: FlaskClient, firm_id: UUID, associate: Actor) -> None:
    for number in range(MOST):
        make_vehicle(firm_id, f"Harbour {number:04}")
    last = make_vehicle(firm_id, "Zenith Growth")
    page, option = "/investments/transactions", f'<option value="{last}"'
    sign_in(client, associate)
    assert option not in client.get(page).text
    assert option in client.get(f"{page}?find_vehicle=zenith").text
    assert f"{option} selected>Zenith Growth" in client.get(f"{page}?vehicle={last}").text


def test_few_are_a_list_without_a_search(client: FlaskClient, world: World) -> None:
    vehicle = make_vehicle(world.firm_id, "Harbour Growth II")
    for name in ("Lane Family Trust", "Lane Holdings"):
        post_history(world.firm_id, make_account(world.firm_id, name, world.investor), vehicle, COMMITMENT)
    sign_in(client, world.investor)
    for page in PAGES:
        shown = client.get(page).text
        assert ("Lane Holdings</option>" in shown, "find_account" in shown) == (True, False)


def test_the_account_of_another_is_not_named(client: FlaskClient, world: World) -> None:
    make_account(world.firm_id, "Lane Family Trust", world.investor)
    theirs = make_account(world.firm_id, "Ortiz Holdings", world.another_investor)
    sign_in(client, world.investor)
    assert "Ortiz" not in client.get(f"/investments/transactions?account={theirs}&find_account=ortiz").text
