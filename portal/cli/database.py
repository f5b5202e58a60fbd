"""`portal migrate`: bring the database to this version and give the log-ins their roles."""

from __future__ import annotations

import os

import click

from portal.cli.application import application, unreachable
from portal.domain.identity.access.values import Actor
from portal.domain.identity.emails.queries import list_firm_ids
from portal.domain.identity.emails.services import seal_plain_emails
from portal.domain.people.investor_accounts.services import equip_accounts
from portal.domain.people.profiles.services import index_tax_numbers_anew
from portal.platform.db import DatabaseUnavailable
from portal.platform.migrating import TablesBusy, migrate_database
from portal.platform.tenancy import acting_as


def seal_what_is_plain() -> None:
    """Give the people and accounts of every firm, whom an earlier version knew, their keys, and seal their addresses,
    in batches that nobody waits for."""
    with application():
        for firm_id in list_firm_ids():
            system = Actor.system(firm_id)
            with acting_as(system.tenancy):
                while seal_plain_emails(system) or equip_accounts(system):
                    pass


def index_tax_numbers() -> None:
    """Let the tax numbers of every firm that an earlier version keeps be found, in batches that nobody waits for."""
    with application():
        for firm_id in list_firm_ids():
            system = Actor.system(firm_id)
            with acting_as(system.tenancy):
                while index_tax_numbers_anew(system):
                    pass


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
        migrate_database(admin_url, logins=logins, steps={"0012": seal_what_is_plain, "0031": index_tax_numbers})
    except (TablesBusy, ValueError) as error:
        raise click.ClickException(str(error)) from error
    except DatabaseUnavailable as error:
        raise click.ClickException(unreachable(error)) from error
    click.echo("The database is up to date.")
