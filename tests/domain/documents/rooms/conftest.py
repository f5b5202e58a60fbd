"""A room of the firm with a group that may take everything."""

from __future__ import annotations

from uuid import UUID

import pytest
from flask import Flask

from portal.domain.documents.rooms.queries.members import list_groups
from portal.platform.tenancy import acting_as
from tests.conftest import World
from tests.factories.rooms import MadeRoom, make_room


@pytest.fixture
def room(app: Flask, world: World) -> MadeRoom:
    return make_room(world.manager)


@pytest.fixture
def everybody(room: MadeRoom) -> UUID:
    with acting_as(room.staff.tenancy):
        return list_groups(room.staff, room.id)[0].id
