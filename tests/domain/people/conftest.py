"""What tests of bank details stand on."""

from __future__ import annotations

from uuid import UUID

import pytest
from flask import Flask

from portal.domain.identity.access.values import Actor, Role
from tests.conftest import World
from tests.factories.identity import make_user
from tests.factories.investments import make_account


@pytest.fixture
def account_id(app: Flask, world: World) -> UUID:
    """An account that the investor acts for."""
    return make_account(world.firm_id, "Lane Trust", world.investor)


@pytest.fixture
def second_manager(app: Flask, world: World) -> Actor:
    return make_user(world.firm_id, "second.manager@example.com", Role.MANAGER)
