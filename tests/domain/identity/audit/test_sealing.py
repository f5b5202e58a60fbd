"""Blocks over the record: nothing left out, nothing twice, nothing half."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import psycopg
import pytest
from flask import Flask

from portal.cli.schedule import _repeat
from portal.cli.schedule import seal as seal_every_firm
from portal.domain.identity.access.values import Actor
from portal.domain.identity.audit import services
from portal.platform import db
from portal.platform.anchors import FileAnchor
from portal.platform.db import DatabaseUnavailable
from portal.platform.tenancy import acting_as
from tests.domain.identity.audit.records import act, counts, findings, new_firm, outlast_strangers, seal, seal_now

BEAT = 3.0  # seconds, of the schedule in these tests
INSERT = (
    "INSERT INTO identity.audit_events (firm_id, act, resource, result, detail)"
    " VALUES (%s, 'test', 'x:1', 'done', '{}')"
)


@pytest.fixture
def firm(committed_app: Flask) -> Iterator[UUID]:
    with committed_app.app_context():
        yield new_firm()


def test_each_event_is_in_one_block_and_the_chain_holds(firm: UUID, postgres_url: str) -> None:
    for size in (3, 1, 4):
        for _ in range(size):
            act(firm, rows=size)
        seal(firm)
    assert seal(firm) == 0
    assert counts(postgres_url, firm) == (3, 9, 9)
    assert findings(firm) == []


def test_an_event_that_commits_late_with_a_lower_id_is_sealed_after_it(firm: UUID, postgres_url: str) -> None:
    outlast_strangers()
    with psycopg.connect(postgres_url) as late:
        late.execute(INSERT, [firm])
        act(firm)
        assert seal_now(firm) == 1, "only the founding is older than what still runs"
        late.commit()
    assert seal(firm) == 2
    assert counts(postgres_url, firm) == (2, 3, 3)
    assert findings(firm) == []


def test_a_block_of_the_largest_size_leaves_the_rest_to_the_next(
    firm: UUID, postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(services, "MOST_IN_BLOCK", 4)
    for _ in range(9):
        act(firm)
    assert [seal(firm) for _ in range(4)] == [4, 4, 2, 0]
    assert findings(firm) == []


def test_two_sealers_at_once_one_works(firm: UUID, postgres_url: str) -> None:
    with psycopg.connect(postgres_url) as other:
        other.execute("SELECT pg_advisory_xact_lock(hashtextextended('audit seals:' || %s::text, 0))", [firm])
        assert seal_now(firm) == 0
        other.rollback()
    assert seal(firm) == 1


def test_many_sealers_and_writers_leave_one_chain(firm: UUID, committed_app: Flask, postgres_url: str) -> None:
    def work() -> None:
        with committed_app.app_context():
            for _ in range(25):
                act(firm)
                seal_now(firm)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    seal(firm)
    blocks, sealed, events = counts(postgres_url, firm)
    assert (sealed, events) == (101, 101)
    assert blocks > 1
    assert findings(firm) == []


def _kill_whoever_sleeps(url: str) -> None:
    asleep = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE wait_event = 'PgSleep'"
    with psycopg.connect(url, autocommit=True) as connection:
        while not connection.execute(asleep).fetchall():
            time.sleep(0.05)


def test_a_sealer_that_dies_leaves_nothing_half(firm: UUID, postgres_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    act(firm)
    killer = threading.Thread(target=_kill_whoever_sleeps, args=(postgres_url,))
    with monkeypatch.context() as patch:
        patch.setattr(services, "SEAL_EVENTS", "SELECT pg_sleep(60)")  # the block is written, its events are not
        killer.start()
        with pytest.raises(DatabaseUnavailable):
            seal(firm)
    killer.join()
    assert counts(postgres_url, firm) == (0, 0, 2)
    assert seal(firm) == 2
    assert findings(firm) == []


def test_another_firm_reads_no_block_and_nobody_changes_one(firm: UUID, postgres_url: str) -> None:
    seal(firm)
    with acting_as(Actor.system(new_firm()).tenancy):
        assert db.fetch_value("SELECT count(*) FROM identity.audit_seals") == 0
        assert db.fetch_value("SELECT count(*) FROM identity.audit_sealed") == 0
    for table in ("audit_events", "audit_seals", "audit_sealed"):
        for statement in (f"DELETE FROM identity.{table}", f"TRUNCATE identity.{table} CASCADE"):
            with psycopg.connect(postgres_url) as owner, pytest.raises(psycopg.errors.RestrictViolation):
                owner.execute(statement)


def test_a_killed_sealer_s_heads_reach_the_anchor_at_the_next_beat(
    firm: UUID, committed_app: Flask, tmp_path: Path
) -> None:
    seal(firm)  # and died before it told the anchor
    anchor = FileAnchor(tmp_path)
    act(firm)
    outlast_strangers()
    seal_every_firm(anchor)
    assert sorted(anchor.read(firm)) == [1, 2]
    assert findings(firm, anchor.read(firm)) == []


@pytest.mark.slow
def test_nothing_stays_unsealed_longer_than_a_beat(firm: UUID, committed_app: Flask, tmp_path: Path) -> None:
    anchor, pause = FileAnchor(tmp_path), threading.Event()
    scheduler = threading.Thread(target=_repeat, args=(committed_app, lambda: seal_every_firm(anchor), BEAT, pause))
    scheduler.start()
    oldest, end = 0.0, time.monotonic() + 2.3 * BEAT
    statement = (
        "SELECT extract(epoch FROM clock_timestamp() - min(at))::float FROM identity.audit_events e"
        " WHERE e.firm_id = %(firm)s AND NOT EXISTS (SELECT FROM identity.audit_sealed s WHERE s.event_id = e.id)"
    )
    while time.monotonic() < end:
        act(firm)
        with acting_as(Actor.system(firm).tenancy):
            oldest = max(oldest, db.fetch_value(statement, firm=firm) or 0)
        time.sleep(0.2)
    pause.set()
    scheduler.join()
    assert BEAT / 2 < oldest < 2 * BEAT
    assert findings(firm, anchor.read(firm)) == []
