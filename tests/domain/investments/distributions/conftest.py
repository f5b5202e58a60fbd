"""A vehicle with two partners and the general partner, in the test's own transaction."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.conftest import World
from tests.factories.funds import Fund, make_fund


@pytest.fixture
def fund(app: Flask, world: World) -> Fund:
    """8 % simple, full catch-up, 20 % carry."""
    return make_fund(world)
