"""Which papers may come."""

from __future__ import annotations

from portal.domain.documents.papers.values import Load

MOST_WAITING = 20
MOST_BYTES = 100 * 1024 * 1024
MOST_A_DAY = 50


def has_room(load: Load, size: int) -> bool:
    """Whether an account with this load may send another file of `size` bytes."""
    return load.waiting < MOST_WAITING and load.waiting_bytes + size <= MOST_BYTES and load.today < MOST_A_DAY
