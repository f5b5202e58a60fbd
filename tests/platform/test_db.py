"""Reading: transactions of its own, on connections that are given back."""

from collections.abc import Callable
from dataclasses import replace

import psycopg
import pytest
from flask import Flask

from portal.app import create_app
from portal.domain.identity.access.values import Actor
from portal.platform import db
from portal.platform.db import DatabaseUnavailable, transactional
from portal.platform.tenancy import GATE, acting_as
from portal.settings import Settings
from tests.conftest import World


def lent() -> int:
    """The connections that are not in the pool."""
    return db.db.engine.pool.checkedout()  # type: ignore[attr-defined]  # QueuePool's


@transactional
def name_twice(world: World) -> tuple[str, int]:
    """What an operation reads, and the connections lent meanwhile."""
    assert world.investor.user_id
    name = db.fetch_value("SELECT name FROM identity.users WHERE id = %(id)s", id=world.investor.user_id)
    return name, lent()


def test_a_reading_holds_one_connection_until_an_operation_or_the_end(committed_app: Flask, world: World) -> None:
    with committed_app.app_context():
        with acting_as(world.investor.tenancy):
            assert [row.one for row in db.fetch_all("SELECT 1 AS one UNION ALL SELECT 1")] == [1, 1]
            assert db.fetch_value("SELECT current_setting('app.actor_id')") == str(world.investor.user_id)
            assert lent() == 1
            assert name_twice(world)[1] == 1
            assert lent() == 0
            db.fetch_value("SELECT 1")
        assert lent() == 0
        with acting_as(world.manager.tenancy):
            assert db.fetch_value("SELECT current_setting('app.actor_id')") == str(world.manager.user_id)
        db.fetch_value("SELECT 1")
    with committed_app.app_context():
        assert lent() == 0


def test_a_server_that_went_away_is_said_once(committed_app: Flask, world: World, postgres_url: str) -> None:
    with committed_app.app_context(), acting_as(world.investor.tenancy):
        process = db.fetch_value("SELECT pg_backend_pid()")
        with psycopg.connect(postgres_url, autocommit=True) as administrator:
            administrator.execute("SELECT pg_terminate_backend(%s, 5000)", [process])
        with pytest.raises(DatabaseUnavailable):
            db.fetch_value("SELECT 1")
    with committed_app.app_context(), acting_as(world.investor.tenancy):
        assert db.fetch_value("SELECT 1") == 1


def test_a_reading_that_failed_reads_again_after_its_end(committed_app: Flask, world: World) -> None:
    with committed_app.app_context():
        with acting_as(world.investor.tenancy), pytest.raises(Exception, match="does not exist"):
            db.fetch_value("SELECT nothing")
        with acting_as(world.investor.tenancy):
            assert db.fetch_one("SELECT 1 AS one WHERE false") is None
            assert db.fetch_value("SELECT 1 WHERE false") is None


def test_a_server_that_is_away_is_told_so_from_the_first_question_on(settings: Settings) -> None:
    away = create_app(replace(settings, database_url="postgresql://portal_web:x@127.0.0.1:1/portal"))
    with away.app_context(), acting_as(GATE), pytest.raises(DatabaseUnavailable):
        db.fetch_value("SELECT 1")
    client = away.test_client()
    for page in ("/ready", "/sign-in"):
        assert client.get(page).status_code == 503, page


@transactional
def whose() -> str:
    """In whose tenancy an operation works."""
    return str(db.fetch_value("SELECT current_user || ' ' || current_setting('app.actor_id')"))


@transactional
def stumble() -> None:
    db.after_commit(lambda: pytest.fail("what failed is followed by nothing"))
    raise KeyError


def test_operations_together_each_work_in_their_own_tenancy(committed_app: Flask, world: World) -> None:
    system = Actor.system(world.firm_id)
    person, firm = f"portal_investor {world.investor.user_id}", "portal_system "
    with committed_app.app_context(), acting_as(world.investor.tenancy), db.together():
        asked = "SELECT current_user || ' ' || current_setting('app.actor_id')"
        assert whose() == person
        with acting_as(system.tenancy):
            assert (db.fetch_value(asked), whose(), db.fetch_value(asked)) == (firm, firm, firm)
        assert db.fetch_value(asked) == person
        with acting_as(system.tenancy), pytest.raises(KeyError):
            stumble()
        assert (db.fetch_value(asked), whose()) == (person, person)
        assert lent() == 1


def together_with_a_failure(act: Callable[[], None]) -> None:
    with db.together():
        act()
        raise KeyError


def test_what_follows_a_commit_follows_that_of_all_together(committed_app: Flask, world: World) -> None:
    followed: list[str] = []

    @transactional
    def act() -> None:
        db.after_commit(lambda: followed.append("told"))

    with committed_app.app_context(), acting_as(world.investor.tenancy):
        with db.together():
            act()
            with pytest.raises(KeyError):
                stumble()
            assert followed == []
        assert followed == ["told"]
        with pytest.raises(KeyError):
            together_with_a_failure(act)
        assert followed == ["told"]


def test_nothing_goes_together_inside_an_operation(committed_app: Flask, world: World) -> None:
    @transactional
    def nested() -> None:
        with db.together():
            pass

    with (
        committed_app.app_context(),
        acting_as(world.investor.tenancy),
        pytest.raises(RuntimeError, match="inside a @transactional operation"),
    ):
        nested()
