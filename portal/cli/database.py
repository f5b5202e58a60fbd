"""`portal migrate`: bring the database to this version and give the log-ins their roles."""

from __future__ import annotations

import os

import click

from portal.platform.migrating import TablesBusy, migrate_database


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
    try:
        migrate_database(admin_url, logins=logins)
    except (TablesBusy, ValueError) as error:
        raise click.ClickException(str(error)) from error
    click.echo("The database is up to date.")
