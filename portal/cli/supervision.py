"""`portal up` and `portal down`: the whole portal on one machine."""

from __future__ import annotations

import os
from pathlib import Path

import click

from portal.platform.embedded.errors import EmbeddedError
from portal.settings import SettingsError


@click.command()
@click.option("--demo", is_flag=True, help="Fill it with a demo firm and print its sign-ins.")
def up(*, demo: bool) -> None:
    """Run the whole portal on this machine: database, queue, mailbox, web, worker and scheduler.

    DATA_DIR (default .data) keeps everything, PORT (default 8000) is where it listens. DATABASE_URL,
    REDIS_URL, SMTP_URL and STORAGE_URL replace a part by a server of yours.
    """
    from portal.platform.embedded.run import Portal

    try:
        Portal(_root(), os.environ, demo=demo).run()
    except (EmbeddedError, SettingsError) as refusal:
        raise click.ClickException(str(refusal))


@click.command()
def down() -> None:
    """Stop the portal that runs from DATA_DIR (default .data) and wait until it has ended."""
    from portal.platform.embedded.ownership import stop_owner

    root = _root()
    try:
        stopped = stop_owner(root / "run")
    except EmbeddedError as refusal:
        raise click.ClickException(str(refusal))
    except PermissionError:
        raise click.ClickException(f"The portal in {root} belongs to another user; ask them, or use sudo.")
    click.echo(f"The portal in {root} has stopped." if stopped else f"No portal runs from {root}.")


def _root() -> Path:
    return Path(os.environ.get("DATA_DIR") or ".data").resolve()
