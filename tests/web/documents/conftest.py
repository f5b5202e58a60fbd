"""Somebody with an account, a room of the firm, and the browsers of who reads."""

from __future__ import annotations

from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal.domain.documents.rooms.queries.members import list_groups
from portal.platform.tenancy import acting_as
from tests.conftest import World
from tests.factories.investments import make_account
from tests.factories.rooms import MadeRoom, make_room
from tests.factories.web import sign_in


@pytest.fixture
def account(app: Flask, world: World) -> UUID:
    """An account of the investor."""
    return make_account(world.firm_id, "Lane Family Trust", world.investor)


@pytest.fixture
def reading(client: FlaskClient, world: World) -> FlaskClient:
    """The investor's browser."""
    return sign_in(client, world.investor, agent="Firefox on Linux", address="192.0.2.7")


@pytest.fixture
def staff(app: Flask, world: World) -> FlaskClient:
    """The browser of somebody who publishes documents."""
    return sign_in(app.test_client(), world.manager)


@pytest.fixture
def room(app: Flask, world: World) -> MadeRoom:
    return make_room(world.manager, introduction="For the second close.")


@pytest.fixture
def everybody(room: MadeRoom) -> UUID:
    with acting_as(room.staff.tenancy):
        return list_groups(room.staff, room.id)[0].id


@pytest.fixture
def accounts(app: Flask, world: World) -> tuple[UUID, UUID]:
    return (
        make_account(world.firm_id, "Lane Family Trust", world.investor),
        make_account(world.firm_id, "Harbour Point LP", world.another_investor),
    )
