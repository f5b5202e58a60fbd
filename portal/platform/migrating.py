"""Bringing a database to this version, and letting the log-ins of web and worker in."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from urllib.parse import unquote, urlsplit

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from psycopg import sql
from psycopg.errors import LockNotAvailable
from sqlalchemy import Connection, Engine, create_engine, pool
from sqlalchemy.exc import OperationalError

Steps = Mapping[str, Callable[[], None]]
MIGRATIONS = Path(__file__).resolve().parents[2] / "migrations"
LOCK = 7_311_001
PATIENCE = "10s"  # a change that waits for a lock has everybody else wait behind it
EXISTS = "SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = %(name)s)"
# The gate and the system role are for signing in and for jobs; both log-ins need them all.
ROLES = ("portal_investor", "portal_staff", "portal_system", "portal_gate")


class TablesBusy(Exception):
    """A long transaction held a table for over ten seconds. Nothing is half done; run `portal migrate` again."""


def migrate_database(admin_url: str, *, logins: list[str], revision: str = "head", steps: Steps | None = None) -> None:
    """Upgrade the database behind `admin_url` (a log-in that may create roles) to `revision`, and let the user of each
    URL in `logins` enter, with the password of that URL and no right of its own. ValueError for a URL without user,
    TablesBusy where somebody held a table for too long.

    `steps` are what only the application can do to the rows of an earlier version (it has the keys that seal them):
    each runs when the database is at its revision, and not at all in an empty database or one that is past it."""
    engine = create_engine(admin_url, poolclass=pool.NullPool, connect_args={"options": f"-c lock_timeout={PATIENCE}"})
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as guard:
        guard.exec_driver_sql("SET lock_timeout = 0")  # another upgrade is waited for
        guard.exec_driver_sql("SELECT pg_advisory_lock(%(lock)s)", {"lock": LOCK})
        config = Config()
        config.set_main_option("script_location", str(MIGRATIONS))
        try:
            for place, step in _steps_ahead(engine, config, steps or {}):
                _upgrade(engine, config, place)
                step()
            _upgrade(engine, config, revision)
        except OperationalError as error:
            if isinstance(error.orig, LockNotAvailable):
                raise TablesBusy(TablesBusy.__doc__) from error
            raise
    with engine.begin() as connection:
        for url in logins:
            _allow(connection, url)


def _upgrade(engine: Engine, config: Config, revision: str) -> None:
    with engine.connect() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)


def _steps_ahead(engine: Engine, config: Config, steps: Steps) -> list[tuple[str, Callable[[], None]]]:
    """The steps that a database with rows of an earlier version still has before it, in order."""
    with engine.connect() as connection:
        present = MigrationContext.configure(connection).get_current_revision()
    if present is None:
        return []
    ahead = {each.revision for each in ScriptDirectory.from_config(config).iterate_revisions("head", present)}
    return [(place, step) for place, step in sorted(steps.items()) if place in ahead | {present}]


def _allow(connection: Connection, url: str) -> None:
    parts = urlsplit(url)
    name = unquote(parts.username or "")
    if not name:
        raise ValueError("DATABASE_URL names no user; the portal needs a log-in of its own.")
    login = sql.Identifier(name)
    if not connection.exec_driver_sql(EXISTS, {"name": name}).scalar():
        without = "LOGIN NOINHERIT NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE"
        _run(connection, sql.SQL("CREATE ROLE {} " + without).format(login))
    if parts.password:
        _run(connection, sql.SQL("ALTER ROLE {} PASSWORD {}").format(login, sql.Literal(unquote(parts.password))))
    for role in ROLES:
        _run(connection, sql.SQL("GRANT {} TO {}").format(sql.Identifier(role), login))


def _run(connection: Connection, statement: sql.Composed) -> None:
    connection.exec_driver_sql(statement.as_string(None).replace("%", "%%"))
