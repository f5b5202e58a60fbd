"""`portal create-key`: the keys that an installation needs beside its database."""

from __future__ import annotations

import os
from pathlib import Path

import click

from portal.platform.crypto import create_encryption_key
from portal.platform.signing import create_key as create_signing_key

KEYS = (
    ("SIGNING_KEY_FILE", "api-signing.pem", create_signing_key),
    ("ENCRYPTION_KEY_FILE", "encryption.keys", create_encryption_key),
)


@click.command("create-key")
def create_key() -> None:
    """Make the key that signs access tokens, at SIGNING_KEY_FILE, and the one that seals secrets, at
    ENCRYPTION_KEY_FILE; an existing one is left alone."""
    made = 0
    for setting, name, make in KEYS:
        path = Path(os.environ.get(setting) or Path(os.environ.get("DATA_DIR") or ".data") / "keys" / name)
        if path.exists():
            click.echo(f"{path} exists and was left alone: what was made with it would no longer be good.")
        else:
            make(path)
            made += 1
            click.echo(f"{path} is made; only its owner can read it.")
    if not made:
        raise click.ClickException("There is a key of each kind already. Nothing was changed.")
