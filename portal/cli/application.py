"""The application as commands use it."""

from __future__ import annotations

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
        raise click.ClickException(str(error)) from error
    with app.app_context():
        yield app
