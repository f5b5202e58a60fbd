"""Somebody with an account, and their browser."""

from __future__ import annotations

from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.conftest import World
from tests.factories.investments import make_account
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
