"""A thousand effects while workers are killed and Valkey is emptied: none lost, none doubled."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
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

EFFECTS, KILLS, FLUSHES = 1_000, 12, 4
PATIENCE = 150  # seconds in which something has to get done, however busy the machine is


@pytest.fixture
def firm(committed_app: Flask) -> Iterator[UUID]:
    with committed_app.app_context():
        yield found_firm(f"chaos-{uuid4().hex[:8]}", "Chaos Capital")


@pytest.fixture
def workers(settings: Settings, postgres_url: str) -> Iterator[Workers]:
    with Workers(environment_of(settings, postgres_url)) as started:
        yield started


@db.transactional
def _enqueue(names: list[str]) -> None:
    for job, some in (("test.effect", names[::2]), ("test.effects", names[1::2])):
        outbox.enqueue_many(job, [({"name": name}, name) for name in some])


def _done(system: Actor) -> int:
    with acting_as(system.tenancy):
        return outbox.count_work().get("done", 0)


@pytest.mark.chaos
def test_no_effect_is_lost_or_doubled(
    firm: UUID, workers: Workers, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
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
    with acting_as(system.tenancy):
        counts = db.fetch_one(
            "SELECT count(*) AS effects, count(DISTINCT resource) AS names FROM identity.audit_events"
            " WHERE act = 'test.effect' AND firm_id = %(firm)s",
            firm=firm,
        )
    assert counts is not None
    assert (counts.effects, counts.names) == (EFFECTS, EFFECTS)
