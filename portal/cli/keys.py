"""`portal create-key`: the key that signs access tokens."""

from __future__ import annotations

import os
from pathlib import Path

import click

from portal.platform.signing import create_key as make_key


@click.command("create-key")
def create_key() -> None:
    """Make the key that signs access tokens, at SIGNING_KEY_FILE; an existing one is left alone."""
    default = Path(os.environ.get("DATA_DIR") or ".data") / "keys" / "api-signing.pem"
    path = Path(os.environ.get("SIGNING_KEY_FILE") or default)
    if path.exists():
        raise click.ClickException(
            f"{path} exists; tokens signed with it would no longer be good. Nothing was changed."
        )
    make_key(path)
    click.echo(f"{path} is made; only its owner can read it.")
