"""The application as commands use it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module

import click
from flask import Flask

from portal.settings import SettingsError


@contextmanager
def application() -> Iterator[Flask]:
    """Work inside the application; wrong settings end the command with the list of what to mend.

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
        yield app
