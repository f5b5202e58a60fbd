"""The same write once: turns, answers, and what is left of what was refused or broke off."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from functools import partial
from pathlib import Path
from uuid import UUID, uuid4

import psycopg
import pytest
import time_machine
from flask import Flask

from portal.domain.identity.access.values import Actor, Role
from portal.domain.identity.audit.services import record_act
from portal.platform import clock, db, tenancy
from portal.platform.crypto import Vault, create_encryption_key
from portal.platform.errors import Conflict, DomainError
from portal.platform.idempotency import (
    Answer,
    AnswerLost,
    Asked,
    KeyUsed,
    StillRunning,
    count_answers_by_key,
    forget_answers,
    forget_answers_of,
    reseal_answers,
    taking_turn,
)
from portal.platform.resources import resources
from portal.platform.tenancy import acting_as
from tests.factories.identity import found_firm, make_user

ACT = "viewing.begin"  # any; what matters is how often it is recorded
ANSWER = Answer(303, [("Location", "/there")], "", [("good", "Done.")])


@pytest.fixture
def person(committed_app: Flask) -> Actor:
    """An investor of a firm of its own, whose transactions commit."""
    with committed_app.app_context():
        return make_user(found_firm(f"once-{uuid4().hex[:12]}", "Once Capital"), "ada@example.com", Role.INVESTOR)


@db.transactional
def act() -> None:
    current = tenancy.current()
    assert current
    record_act(current.actor_id, ACT, "test:it")


@db.transactional
def refuse() -> None:
    act()
    raise Conflict


def act_and_be_refused() -> None:
    """What stands, then twice what does not, of which one refusal is told."""
    act()
    with suppress(DomainError):
        refuse()
    refuse()


def act_and_break() -> None:
    act()
    raise KeyError


def act_and_lose_the_server(admin_url: str) -> None:
    act()
    process = db.fetch_value("SELECT pg_backend_pid()")
    with psycopg.connect(admin_url, autocommit=True) as administrator:
        administrator.execute("SELECT pg_terminate_backend(%s, 5000)", [process])


def send(person: Actor, asked: Asked, *, vault: Vault | None = None, what: Callable[[], None] = act) -> Answer | None:
    """What was answered before, or None where it was done now."""
    with acting_as(person.tenancy), taking_turn(vault or resources().vault, asked) as turn:
        if turn.before is None:
            what()
            turn.kept = ANSWER
        return turn.before


def done(person: Actor) -> int:
    """How often something was done in the person's firm."""
    with acting_as(Actor.system(person.firm_id).tenancy):
        return int(db.fetch_value("SELECT count(*) FROM identity.audit_events WHERE act = %(act)s", act=ACT))


def test_what_is_sent_again_is_answered_and_not_done(committed_app: Flask, person: Actor) -> None:
    with committed_app.app_context():
        assert send(person, Asked("key", "this")) is None
        assert send(person, Asked("key", "this")) == ANSWER
        assert send(person, Asked("key", "this")) == ANSWER
        assert done(person) == 1


def test_a_key_is_for_one_thing(committed_app: Flask, person: Actor) -> None:
    with committed_app.app_context():
        send(person, Asked("key", "this"))
        with pytest.raises(KeyUsed):
            send(person, Asked("key", "that"))
        assert done(person) == 1


def test_a_key_is_one_person_s(committed_app: Flask, person: Actor) -> None:
    with committed_app.app_context():
        colleague = make_user(person.firm_id, "ben@example.com", Role.MANAGER)
        stranger = make_user(found_firm(f"once-{uuid4().hex[:12]}", "Other"), "ada@example.com", Role.INVESTOR)
        for each in (person, colleague, stranger):
            assert send(each, Asked("key", f"of {each.user_id}")) is None
        assert (done(person), done(stranger)) == (2, 1)
        for each in (person, colleague, stranger):
            with acting_as(each.tenancy):
                assert db.fetch_value("SELECT count(*) FROM platform.idempotency") == 1


def test_what_was_refused_may_be_sent_again(committed_app: Flask, person: Actor) -> None:
    """What stood before the refusal stays; of what refused there is nothing."""
    with committed_app.app_context():
        with pytest.raises(Conflict):
            send(person, Asked("key", "this"), what=act_and_be_refused)
        assert done(person) == 1
        assert send(person, Asked("key", "mended")) is None


def test_what_broke_off_is_not_done_at_all(committed_app: Flask, person: Actor) -> None:
    with committed_app.app_context():
        with pytest.raises(KeyError):
            send(person, Asked("key", "this"), what=act_and_break)
        assert done(person) == 0
        assert send(person, Asked("key", "this")) is None


def test_a_server_that_dies_in_the_middle_leaves_the_key_free(
    committed_app: Flask, person: Actor, postgres_url: str
) -> None:
    with committed_app.app_context():
        with pytest.raises(db.DatabaseUnavailable):
            send(person, Asked("key", "this"), what=partial(act_and_lose_the_server, postgres_url))
        assert done(person) == 0
        assert send(person, Asked("key", "this")) is None


def test_who_comes_while_it_runs_is_told_so_or_waits_for_the_answer(committed_app: Flask, person: Actor) -> None:
    inside, go_on, found = threading.Event(), threading.Event(), list[Answer | None]()

    def first() -> None:
        with (
            committed_app.app_context(),
            acting_as(person.tenancy),
            taking_turn(resources().vault, Asked("key", "this")) as turn,
        ):
            act()
            turn.kept = ANSWER
            inside.set()
            go_on.wait(60)

    def second() -> None:
        with committed_app.app_context():
            found.append(send(person, Asked("key", "this", patience=60)))

    threads = [threading.Thread(target=each) for each in (first, second)]
    threads[0].start()
    assert inside.wait(60)
    with committed_app.app_context(), pytest.raises(StillRunning):
        send(person, Asked("key", "this"))
    threads[1].start()
    go_on.set()
    for thread in threads:
        thread.join(60)
    assert found == [ANSWER]
    with committed_app.app_context():
        assert done(person) == 1


def test_an_answer_that_nobody_can_read_is_not_made_anew(committed_app: Flask, person: Actor, tmp_path: Path) -> None:
    create_encryption_key(tmp_path / "other.keys")
    with committed_app.app_context():
        send(person, Asked("key", "this"))
        with pytest.raises(AnswerLost):
            send(person, Asked("key", "this"), vault=Vault(tmp_path / "other.keys"))
        assert done(person) == 1


def test_answers_are_sealed_and_follow_a_rotation(committed_app: Flask, person: Actor, tmp_path: Path) -> None:
    create_encryption_key(tmp_path / "own.keys")
    vault = Vault(tmp_path / "own.keys")
    with committed_app.app_context():
        send(person, Asked("key", "this"), vault=vault)
        before = vault.key_in_force()
        create_encryption_key(tmp_path / "own.keys")
        rotated = Vault(tmp_path / "own.keys")
        with acting_as(Actor.system(person.firm_id).tenancy):
            sealed = bytes(db.fetch_value("SELECT answer FROM platform.idempotency"))
            assert b"/there" not in sealed
            assert count_answers_by_key() == {before: 1}
            assert [reseal_answers(rotated, most=10), reseal_answers(rotated, most=10)] == [1, 0]
            assert count_answers_by_key() == {rotated.key_in_force(): 1}
        assert send(person, Asked("key", "this"), vault=rotated) == ANSWER


def test_answers_are_kept_for_seven_days(committed_app: Flask, person: Actor) -> None:
    with committed_app.app_context():
        start, system = clock.now(), Actor.system(person.firm_id)
        send(person, Asked("key", "this"))
        for days, forgotten in ((6.9, 0), (7.1, 1)):
            with time_machine.travel(start + timedelta(days=days), tick=False), acting_as(system.tenancy):
                assert forget_answers() == forgotten
        assert send(person, Asked("key", "this")) is None


def test_answers_go_with_the_person(committed_app: Flask, person: Actor) -> None:
    with committed_app.app_context():
        colleague = make_user(person.firm_id, "ben@example.com", Role.MANAGER)
        for each in (person, colleague):
            send(each, Asked("key", "this"))
        with acting_as(Actor.system(person.firm_id).tenancy):
            assert forget_answers_of(_id(person)) == 1
        assert send(colleague, Asked("key", "this")) == ANSWER


def _id(person: Actor) -> UUID:
    assert person.user_id
    return person.user_id
