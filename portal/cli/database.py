"""`portal migrate`: bring the database to this version and give the log-ins their roles."""

from __future__ import annotations

import os
from pathlib import Path
from urllib.parse import unquote, urlsplit

import click
from alembic import command
from alembic.config import Config
from psycopg import sql
from sqlalchemy import Connection, create_engine, pool

MIGRATIONS = Path(__file__).resolve().parents[2] / "migrations"
LOCK = 7_311_001
EXISTS = "SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = %(name)s)"
# The gate and the system role are for signing in and for jobs; both log-ins need them all.
ROLES = ("portal_investor", "portal_staff", "portal_system", "portal_gate")


def migrate_database(admin_url: str, *, logins: list[str], revision: str = "head") -> None:
    """Upgrade the database behind `admin_url` (a log-in that may create roles) to `revision`, and let the user of each
    URL in `logins` enter, with the password of that URL and no right of its own."""
    engine = create_engine(admin_url, poolclass=pool.NullPool)
    with engine.connect() as connection:
        connection.exec_driver_sql("SELECT pg_advisory_lock(%(lock)s)", {"lock": LOCK})
        connection.commit()
        config = Config()
        config.set_main_option("script_location", str(MIGRATIONS))
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
        connection.commit()
        for url in logins:
            _allow(connection, url)
        connection.commit()


def _allow(connection: Connection, url: str) -> None:
    parts = urlsplit(url)
    name = unquote(parts.username or "")
    if not name:
        raise click.ClickException("DATABASE_URL names no user; the portal needs a log-in of its own.")
    login = sql.Identifier(name)
    driver = connection.connection.driver_connection
    if driver is None:
        raise click.ClickException("The database connection was lost; try again.")
    if not connection.exec_driver_sql(EXISTS, {"name": name}).scalar():
        driver.execute(
            sql.SQL("CREATE ROLE {} LOGIN NOINHERIT NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE").format(login)
        )
    if parts.password:
        driver.execute(sql.SQL("ALTER ROLE {} PASSWORD {}").format(login, sql.Literal(unquote(parts.password))))
    for role in ROLES:
        driver.execute(sql.SQL("GRANT {} TO {}").format(sql.Identifier(role), login))


@click.command()
def migrate() -> None:
    """Bring the database to this version. MIGRATION_DATABASE_URL signs in as an administrator of the database."""
    admin_url = os.environ.get("MIGRATION_DATABASE_URL", "")
    if not admin_url:
        raise click.ClickException(
            "MIGRATION_DATABASE_URL is not set. It names a log-in that may create schemas and roles; the portal itself"
            " never uses it."
        )
    logins = [os.environ[name] for name in ("DATABASE_URL", "WORKER_DATABASE_URL") if os.environ.get(name)]
    migrate_database(admin_url, logins=logins)
    click.echo("The database is up to date.")
