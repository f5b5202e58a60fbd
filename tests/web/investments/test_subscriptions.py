"""Lists of subscriptions, and who comes to one."""

from __future__ import annotations

from uuid import UUID

from flask.testing import FlaskClient

from tests.conftest import World
from tests.factories.subscriptions import Desk
from tests.factories.web import sign_in

AT = "/investments/subscriptions"


def test_nobody_else_comes_to_a_subscription(client: FlaskClient, desk: Desk, account: UUID, world: World) -> None:
    found = desk.submit(world.investor, account)
    for person in (world.another_investor, world.foreign_investor, world.foreign_manager):
        sign_in(client, person)
        assert client.get(f"{AT}/{found}").status_code == 404
        assert "Lane Family Trust" not in client.get(AT).text


def test_who_subscribed_reads_what_follows_and_the_firm_does_not(
    client: FlaskClient, desk: Desk, account: UUID, world: World
) -> None:
    found = desk.submit(world.investor, account)
    sign_in(client, world.investor)
    assert "You are written to once it accepts it" in client.get(f"{AT}/{found}").text
    sign_in(client, world.manager)
    assert "You are written to once it accepts it" not in client.get(f"{AT}/{found}").text
