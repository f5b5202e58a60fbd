"""Draining the outbox: rows done together, and what becomes of them when one of them cannot be done."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

import pytest
from flask import Flask

from portal.domain.identity.access.values import Actor
from portal.domain.identity.audit.services import record_act
from portal.jobs import registry
from portal.jobs.drain import drain
from portal.platform import db, outbox, tenancy
from portal.platform.mail import MailNotSent
from portal.platform.outbox import Work
from portal.platform.tenancy import GATE, acting_as

NAMELESS = """
INSERT INTO people.investor_accounts (id, firm_id, name, kind) VALUES (gen_random_uuid(), %(firm)s, %(name)s, 'joint')
"""
batches: list[list[str]] = []


def mark_all(works: Sequence[Work]) -> None:
    """One audit row for each; "bad" cannot be done."""
    names = [work.arguments["name"] for work in works]
    batches.append(names)
    for name in names:
        record_act(None, "test.effect", name)
        if name == "bad":
            raise RuntimeError("This one cannot be done.")
        if name == "clashing":
            db.execute(NAMELESS, firm=tenancy.current_firm_id(), name="Mona Leaving")
        if name == "refused":
            raise MailNotSent("550 There is no such mailbox.", permanent=True)


@pytest.fixture
def system(app: Flask, firm_id: UUID, monkeypatch: pytest.MonkeyPatch) -> Actor:
    batches.clear()
    monkeypatch.setitem(registry.JOBS, "test.marks", f"{__name__}:mark_all")
    monkeypatch.setattr(registry, "TOGETHER", {"test.marks"})
    return Actor.system(firm_id)


@db.transactional
def _enqueue(*names: str) -> None:
    outbox.enqueue_many("test.marks", [({"name": name}, name) for name in names])


@db.transactional
def _make_due() -> None:
    db.execute("UPDATE platform.outbox SET due_at = clock_timestamp(), lease_until = NULL")


def _marks() -> list[str]:
    rows = db.fetch_all("SELECT resource FROM identity.audit_events WHERE act = 'test.effect' ORDER BY resource")
    return [row.resource for row in rows]


def test_rows_of_one_job_are_done_together(system: Actor) -> None:
    with acting_as(system.tenancy):
        _enqueue("a", "b", "c")
    assert drain() == 3
    assert [sorted(each) for each in batches] == [["a", "b", "c"]]
    with acting_as(system.tenancy):
        assert outbox.count_work() == {"done": 3}
        assert _marks() == ["a", "b", "c"]
        assert {str(row.arguments) for row in db.fetch_all("SELECT arguments FROM platform.outbox")} == {"{}"}, "kept"


def test_one_that_fails_is_told_apart_and_stops_nobody(system: Actor) -> None:
    with acting_as(system.tenancy):
        _enqueue("a", "bad", "c")
    assert drain() == 2
    with acting_as(system.tenancy):
        assert outbox.count_work() == {"done": 2, "ready": 1}
        assert _marks() == ["a", "c"]
        failed = db.fetch_one("SELECT arguments, failures, last_error FROM platform.outbox WHERE state = 'ready'")
    assert failed is not None
    assert failed.arguments["name"] == "bad"
    assert failed.failures == 1
    assert failed.last_error == "RuntimeError: This one cannot be done."


def test_what_the_database_quotes_of_a_row_is_not_kept(system: Actor) -> None:
    with acting_as(system.tenancy):
        _enqueue("clashing")
    assert drain() == 0
    with acting_as(system.tenancy):
        told = db.fetch_value("SELECT last_error FROM platform.outbox WHERE state = 'ready'")
    assert "violates" in told
    assert "Mona" not in told


def test_a_mail_refused_for_good_is_not_sent_again(system: Actor) -> None:
    with acting_as(system.tenancy):
        _enqueue("refused")
    assert drain() == 0
    with acting_as(system.tenancy):
        assert outbox.count_work() == {"dead": 1}


def test_a_row_that_was_leased_before_is_done_alone(system: Actor) -> None:
    with acting_as(system.tenancy):
        _enqueue("a", "b")
    with acting_as(GATE):
        assert len(outbox.lease_work(most=2)) == 2
    with acting_as(system.tenancy):
        _make_due()
        _enqueue("c", "d")
    assert drain() == 4
    assert sorted(sorted(each) for each in batches) == [["a"], ["b"], ["c", "d"]]
