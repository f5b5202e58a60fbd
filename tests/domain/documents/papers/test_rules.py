"""How much of an account may wait."""

from __future__ import annotations

import pytest

from portal.domain.documents.papers.rules import MOST_A_DAY, MOST_BYTES, MOST_WAITING, has_room
from portal.domain.documents.papers.values import Load


@pytest.mark.parametrize(
    ("load", "size", "room"),
    [
        (Load(0, 0, 0), MOST_BYTES, True),
        (Load(0, 0, 0), MOST_BYTES + 1, False),
        (Load(1, MOST_BYTES - 10, 1), 10, True),
        (Load(1, MOST_BYTES - 10, 1), 11, False),
        (Load(MOST_WAITING - 1, 0, 0), 1, True),
        (Load(MOST_WAITING, 0, 0), 1, False),
        (Load(0, 0, MOST_A_DAY - 1), 1, True),
        (Load(0, 0, MOST_A_DAY), 1, False),
    ],
)
def test_as_much_waits_as_may(load: Load, size: int, room: bool) -> None:
    assert has_room(load, size) is room
