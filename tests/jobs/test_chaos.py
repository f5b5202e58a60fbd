"""A thousand effects while workers are killed, lose their leases and live on, and Valkey is emptied: none lost, none
doubled, none done by who had lost it."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID, uuid4

import pytest
import redis
from flask import Flask

from portal.cli.schedule import sweep
from portal.domain.identity.access.values import Actor
from portal.jobs import doorbell
from portal.platform import db, outbox
from portal.platform.tenancy import acting_as
from portal.settings import Settings
from tests.factories.identity import found_firm
from tests.jobs.killing import Workers, environment_of
from tests.jobs.mishaps import count_mishaps

EFFECTS, KILLS, FLUSHES, LOST = 1_000, 12, 4, 4
PATIENCE = 150  # seconds in which something has to get done, however busy the machine is
# The effects, the names among them, and how many were done under a lease that somebody else had taken over.
DONE = """
SELECT count(*) AS effects, count(DISTINCT e.resource) AS names,
  count(*) FILTER (WHERE (e.detail ->> 'lease')::int <> o.leases) AS stale
FROM identity.audit_events e JOIN platform.outbox o ON o.firm_id = e.firm_id AND o.once_key = e.resource
WHERE e.act = 'test.effect' AND e.firm_id = %(firm)s
"""


@pytest.fixture
def firm(committed_app: Flask) -> Iterator[UUID]:
    with committed_app.app_context():
        yield found_firm(f"chaos-{uuid4().hex[:8]}", "Chaos Capital")


@pytest.fixture
def workers(settings: Settings, postgres_url: str, tmp_path: Path) -> Iterator[Workers]:
    """Workers whose leases are short; four times one is held up until another took over what it holds."""
    mishaps = {"CHAOS_LEASE": "2", "MISHAPS_IN": str(tmp_path), "LOST_LEASES": str(LOST)}
    with Workers({**environment_of(settings, postgres_url), **mishaps}) as started:
        yield started


@db.transactional
def _enqueue(names: list[str]) -> None:
    for job, some in (("test.effect", names[::2]), ("test.effects", names[1::2])):
        outbox.enqueue_many(job, [({"name": name}, name) for name in some])


def _done(system: Actor) -> int:
    with acting_as(system.tenancy):
        return outbox.count_work().get("done", 0)


@pytest.mark.chaos
def test_no_effect_is_lost_or_doubled(firm: UUID, workers: Workers, settings: Settings, tmp_path: Path) -> None:
    outbox.connect_doorbell(doorbell.for_url(settings.redis_url))
    system, chance, valkey = Actor.system(firm), random.Random(7), redis.Redis.from_url(settings.redis_url)
    with acting_as(system.tenancy):
        _enqueue([f"effect:{number}" for number in range(EFFECTS)])
    end, before, kills, flushes = 0.0, -1, 0, 0
    while (done := _done(system)) < EFFECTS:
        if done > before:
            end, before = time.monotonic() + PATIENCE, done
        assert time.monotonic() < end, f"{done} of {EFFECTS}, and nothing more for {PATIENCE} s, {kills} kills"
        workers.keep_two()
        time.sleep(0.7)
        if done > kills * EFFECTS / (KILLS + 4) and kills < KILLS and (pids := workers.pids()):
            workers.kill(pids if kills % 3 == 0 else chance.sample(pids, 1))
            kills += 1
        if kills > (flushes + 1) * 2 and flushes < FLUSHES:
            valkey.flushall()
            flushes += 1
        sweep()
    assert kills >= KILLS // 2
    assert flushes >= 1
    assert count_mishaps(tmp_path, "lost-lease") == LOST
    with acting_as(system.tenancy):
        counts = db.fetch_one(DONE, firm=firm)
    assert counts is not None
    assert tuple(counts) == (EFFECTS, EFFECTS, 0)
