"""The application as commands use it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module

import click
from flask import Flask

from portal.platform.db import DatabaseUnavailable
from portal.platform.errors import DomainError
from portal.settings import SettingsError


@contextmanager
def application() -> Iterator[Flask]:
    """Work inside the application. Wrong settings end the command with the list of what to mend; what the portal
    refuses, and a database that does not answer, end it with a sentence.

    The composition root is above every edge; a command asks for it by name, so that no edge depends on another."""
    try:
        app: Flask = import_module("portal.app").create_app()
    except SettingsError as error:
        if not os.environ.get("DATABASE_URL"):
            raise click.ClickException(
                "No portal runs from here. Start it with `portal up`, or set DATA_DIR to where one runs;"
                " a server of yours is named by DATABASE_URL and the other settings of docs/operations.md."
            ) from error
        raise click.ClickException(str(error)) from error
    with app.app_context():
        try:
            yield app
        except DomainError as error:
            raise click.ClickException(" ".join([error.message, *error.fields.values()])) from error
        except DatabaseUnavailable as error:
            raise click.ClickException(unreachable(error)) from error


def unreachable(error: DatabaseUnavailable) -> str:
    """What to tell of a database that does not answer."""
    return f"The database cannot be reached. {str(error.orig).strip().splitlines()[0]}"
