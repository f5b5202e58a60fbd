"""What every test stands on: real PostgreSQL and Valkey, the real migrations, each test in a savepoint."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import psycopg
import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import settings as property_tests
from jinja2 import FileSystemBytecodeCache
from playwright.sync_api import Browser
from sqlalchemy import Connection, event
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from portal.app import create_app
from portal.domain.identity.access.values import Actor, Role
from portal.platform import db as database
from portal.platform.crypto import create_encryption_key
from portal.platform.db import db
from portal.platform.ids import new_id
from portal.platform.migrating import migrate_database
from portal.platform.signing import create_key
from portal.settings import Settings
from tests.factories.identity import found_firm, make_user
from tests.servers import as_login, given_postgres, given_valkey
from tests.statements import noted_statements
from tests.web.browser import chromium

pytest_plugins = ["tests.scheduling"]

# An example that is slow only because the machine is busy is no finding; what must be fast has a test of its own.
property_tests.register_profile("busy machine", deadline=None)
property_tests.load_profile("busy machine")


@pytest.fixture(scope="session", autouse=True)
def _compiled_once(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """A template is compiled once for all applications of all processes of a run."""
    ours = tmp_path_factory.getbasetemp()
    place = (ours.parent if "PYTEST_XDIST_WORKER" in os.environ else ours) / "templates"
    place.mkdir(exist_ok=True)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Flask, "jinja_options", {"bytecode_cache": FileSystemBytecodeCache(str(place))})
        yield


@pytest.fixture(scope="session")
def postgres_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The administrator's URL of a fresh database, migrated, with the log-ins of web and worker."""
    with given_postgres(tmp_path_factory.mktemp("postgres")) as url:
        migrate_database(url, logins=[as_login(url, "portal_web"), as_login(url, "portal_worker")])
        yield url


@pytest.fixture(scope="session")
def valkey_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A real Valkey of this test process."""
    with given_valkey(tmp_path_factory.mktemp("valkey")) as url:
        yield url


@pytest.fixture(scope="session")
def settings(postgres_url: str, valkey_url: str, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Settings of a portal on these servers."""
    data = tmp_path_factory.mktemp("data")
    key = data / "keys" / "api-signing.pem"
    create_key(key)
    for name in ("encryption.keys", "index.keys"):
        create_encryption_key(data / "keys" / name)
    return Settings(
        mode="development",
        data_dir=data,
        port=8000,
        public_url="http://localhost",
        secret_key="only for tests, and long enough for them",
        database_url=as_login(postgres_url, "portal_web"),
        redis_url=valkey_url,
        storage_url=(data / "files").as_uri(),
        smtp_url="smtp://127.0.0.1:1",
        mail_from="portal@example.com",
        signing_key_file=key,
        encryption_key_file=data / "keys" / "encryption.keys",
        web_processes=1,
        reads_per_minute=1_000_000,  # one person does in a second what the tests of an hour ask
        writes_per_minute=1_000_000,
        exports_per_minute=1_000_000,
        sms_url=f"mailbox://{data / 'sms'}",
    )


@dataclass(frozen=True)
class World:
    """Two firms and one person per role, there before every test."""

    firm_id: UUID
    other_firm_id: UUID
    investor: Actor
    another_investor: Actor
    associate: Actor
    manager: Actor
    auditor: Actor
    administrator: Actor
    foreign_investor: Actor
    foreign_manager: Actor


class PageClient(FlaskClient):
    """A browser without a screen. It leaves no transaction of the test open across a request, and what it sends is
    done once, as from a page or an app: each request has a key of its own where the test gives it none."""

    def open(self, *args: object, **kwargs: Any) -> TestResponse:
        database.end_reading()
        _give_key(str(args[0]), kwargs)
        return super().open(*args, **kwargs)


def _give_key(address: str, sent: dict[str, Any]) -> None:
    if "/api/" in address and sent.get("method", "GET") != "GET":
        sent["headers"] = {"Idempotency-Key": str(new_id()), **dict(sent.get("headers") or {})}
    elif sent.get("method") == "POST" and "json" not in sent and isinstance(sent.get("data", {}), dict | None):
        sent["data"] = {"once": str(new_id()), **(sent.get("data") or {})}


@pytest.fixture(scope="session")
def committed_app(settings: Settings) -> Flask:
    """The application, whose transactions commit; for tests that need several connections."""
    app = create_app(settings)
    app.testing = True
    app.config["WTF_CSRF_ENABLED"] = False
    app.test_client_class = PageClient
    return app


@pytest.fixture(scope="session")
def world(committed_app: Flask) -> World:
    """The people every test may use; committed once, never changed."""
    with committed_app.app_context():
        firm, other = found_firm("harbour", "Harbour Capital"), found_firm("northwind", "Northwind Partners")
        return World(
            firm,
            other,
            make_user(firm, "ada.lane@example.com", Role.INVESTOR),
            make_user(firm, "ben.ortiz@example.com", Role.INVESTOR),
            make_user(firm, "associate@example.com", Role.ASSOCIATE),
            make_user(firm, "manager@example.com", Role.MANAGER),
            make_user(firm, "auditor@example.com", Role.AUDITOR),
            make_user(firm, "administrator@example.com", Role.ADMINISTRATOR),
            make_user(other, "foreign@example.com", Role.INVESTOR),
            make_user(other, "foreign.manager@example.com", Role.MANAGER),
        )


def _check_what_was_deferred(session: Session) -> None:
    session.connection().exec_driver_sql(database.CHECK_WHAT_WAITS)


def _reading_on(connection: Connection) -> type[database.Reading]:
    """A reading as the product's, on the connection of a test and inside its transaction."""

    class Reading(database.Reading):
        def __init__(self, _engine: object, rights: str) -> None:
            self._dialect = connection.dialect
            self._lent = connection.connection
            self.ask(f"SAVEPOINT reading; {rights}", None)

        def end(self) -> None:
            self.ask("ROLLBACK TO reading", None)

    return Reading


@contextmanager
def taken_back(app: Flask) -> Iterator[Connection]:
    """One transaction that all work of the application joins, and that the end rolls back. What the database checks at
    a commit it checks at each commit inside, for the firm that commits."""
    with app.app_context():
        engine, reading = db.engine, database.Reading
        engines = db._app_engines[app]
        with engine.connect() as connection:
            outer = connection.begin()
            engines[None] = connection  # type: ignore[assignment]  # which it calls like an engine
            database.Reading = _reading_on(connection)  # type: ignore[assignment,misc]  # of the same form
            event.listen(Session, "before_commit", _check_what_was_deferred)
            try:
                yield connection
            finally:
                event.remove(Session, "before_commit", _check_what_was_deferred)
                db.session.remove()
                database.Reading = reading  # type: ignore[misc]  # as it was
                engines[None] = engine
                outer.rollback()


@pytest.fixture
def app(committed_app: Flask, world: World) -> Iterator[Flask]:
    """The application inside one transaction that the test's end rolls back."""
    with taken_back(committed_app):
        yield committed_app


@pytest.fixture(autouse=True)
def _swept(request: pytest.FixtureRequest) -> Iterator[None]:
    """What a test whose transactions commit leaves to do is taken away at its end, so that it is nobody else's."""
    yield
    if "committed_app" in request.fixturenames and "app" not in request.fixturenames:
        with psycopg.connect(request.getfixturevalue("postgres_url")) as connection:
            connection.execute("DELETE FROM platform.outbox")


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser nobody is signed in to."""
    return app.test_client()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium, one for all tests of a process, since Playwright starts only once in a thread."""
    with chromium() as started:
        yield started


@pytest.fixture
def count_statements(app: Flask) -> Callable[[], AbstractContextManager[list[str]]]:
    """`with count_statements() as statements:` collects what is sent to the database."""
    return noted_statements


@pytest.fixture
def firm_id(world: World) -> UUID:
    """The firm most tests are about."""
    return world.firm_id


@pytest.fixture
def investor(world: World) -> Actor:
    """An investor of the firm."""
    return world.investor


@pytest.fixture
def another_investor(world: World) -> Actor:
    """Another investor of the same firm."""
    return world.another_investor


@pytest.fixture
def associate(world: World) -> Actor:
    """Prepares."""
    return world.associate


@pytest.fixture
def manager(world: World) -> Actor:
    """Approves and publishes."""
    return world.manager
