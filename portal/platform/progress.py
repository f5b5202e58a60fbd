"""How far long work has come: told by the worker, read by pages; lost with the cache without harm."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

import orjson

from portal.platform.resources import resources

KEPT_SECONDS = 3600


@dataclass(frozen=True, slots=True)
class Progress:
    """What is being done and how much of it is."""

    phase: str
    done: int
    total: int


def report_progress(thing_id: UUID, phase: str, done: int, total: int) -> None:
    """Tell how far the work on a thing has come."""
    resources().cache.set(f"progress:{thing_id}", orjson.dumps([phase, done, total]), KEPT_SECONDS)


def find_progress(thing_id: UUID) -> Progress | None:
    """The last that was told of the work on a thing, or None."""
    told = resources().cache.get(f"progress:{thing_id}")
    return None if told is None else Progress(*orjson.loads(told))
