"""The outbox: one effect per row, back-off, the dead, and what a lost lease may do."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from flask import Flask

from portal.domain.identity.access.values import Actor
from portal.platform import db, outbox
from portal.platform.outbox import MAX_FAILURES, Work
from portal.platform.tenancy import GATE, acting_as
from tests.factories.identity import found_firm


@pytest.fixture
def system(app: Flask) -> Actor:
    """A firm of its own; what other tests left to be done is somebody else's."""
    while _lease(1000):
        pass
    return Actor.system(found_firm("outbox", "Out and In"))


@db.transactional
def _enqueue(*names: str) -> None:
    outbox.enqueue_many("test.job", [({"name": name}, name) for name in names])


def _put(actor: Actor, *names: str) -> None:
    with acting_as(actor.tenancy):
        _enqueue(*names)


def _lease(most: int = 10) -> list[Work]:
    with acting_as(GATE):
        return outbox.lease_work(most=most)


def _counts(actor: Actor) -> dict[str, int]:
    with acting_as(actor.tenancy):
        return outbox.count_work()


def test_a_row_is_leased_once_and_done_once(system: Actor) -> None:
    _put(system, "a", "b")
    works = _lease()
    seen: list[Work] = []
    assert _lease() == []
    with acting_as(system.tenancy):
        assert outbox.perform(works, seen.extend) == 2
        assert outbox.perform(works, seen.extend) == 0
    assert sorted(work.arguments["name"] for work in seen) == ["a", "b"]
    assert _counts(system) == {"done": 2}


@db.transactional
def _lease_by_a_nested_loop(most: int) -> int:
    for method in ("hashjoin", "mergejoin", "hashagg", "sort", "material"):
        db.execute(f"SET LOCAL enable_{method} = off")
    return len(outbox.lease_work(most=most))


def test_no_more_are_leased_than_wanted_however_it_is_planned(system: Actor) -> None:
    _put(system, *(str(number) for number in range(40)))
    with acting_as(GATE):
        assert [_lease_by_a_nested_loop(each) for each in (1, 3)] == [1, 3]


def test_the_same_once_key_is_the_same_work(system: Actor) -> None:
    _put(system, "a")
    _put(system, "a", "b")
    assert len(_lease()) == 2


def test_a_failure_rolls_back_and_waits_longer_each_time_until_it_is_dead(system: Actor) -> None:
    _put(system, "a")
    states = []
    for _ in range(MAX_FAILURES):
        (work,) = _lease()
        with acting_as(system.tenancy):
            states.append(outbox.record_failure(work, "no paper"))
            _make_due()
    assert states == ["ready"] * (MAX_FAILURES - 1) + ["dead"]
    assert _lease() == []
    with acting_as(system.tenancy):
        assert outbox.rerun_dead_work() == 1
    assert len(_lease()) == 1


@db.transactional
def _make_due() -> None:
    db.execute("UPDATE platform.outbox SET due_at = clock_timestamp(), lease_until = NULL")


def test_who_lost_the_lease_does_nothing(system: Actor) -> None:
    _put(system, "a")
    (first,) = _lease()
    with acting_as(system.tenancy):
        _make_due()
    second = _lease()
    done: list[Work] = []
    with acting_as(system.tenancy):
        assert outbox.perform([first], done.extend) == 0
        assert outbox.record_failure(first, "too late") is None
        assert outbox.perform([first, *second], done.extend) == 1
    assert done == second


def test_an_effect_and_its_completion_are_one(system: Actor) -> None:
    _put(system, "a")
    (work,) = _lease()

    def half_way(_works: Sequence[Work]) -> None:
        _enqueue("from inside")
        raise RuntimeError("half-way")

    with acting_as(system.tenancy), pytest.raises(RuntimeError, match="half-way"):
        outbox.perform([work], half_way)
    assert _counts(system) == {"leased": 1}


def test_what_takes_workers_down_is_buried(system: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outbox, "MAX_LEASES", 1)
    monkeypatch.setattr(outbox, "LEASE_SECONDS", -1)
    _put(system, "a")
    _lease()
    with acting_as(GATE):
        assert outbox.bury_exhausted_work() == 1
    assert _counts(system) == {"dead": 1}
