"""`portal create-key`, `portal keys`: the keys that an installation needs beside its database."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import click

from portal.cli.application import application
from portal.cli.resealing import count_held
from portal.platform import crypto, personal, signing
from portal.platform.key_providers import KeyProvider, ProviderUnavailable, open_provider


def _provider() -> KeyProvider:
    return open_provider(os.environ.get("KMS_KEY_ID", "").strip())


def _make_sealing(path: Path) -> None:
    crypto.create_encryption_key(path, _provider())


def _read_sealing(content: bytes) -> Mapping[str, object]:
    return crypto.read_keys(content, _provider())


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of key: the setting that says where its file is, the file's name otherwise, what makes and reads it. One
    that is `beside` lies under its own name in the folder that the setting names a file of."""

    setting: str
    name: str
    make: Callable[[Path], None]
    read: Callable[[bytes], Mapping[str, object]]
    beside: bool = False

    @property
    def path(self) -> Path:
        """Where the file is."""
        data = Path(os.environ.get("DATA_DIR") or ".data")
        path = Path(os.environ.get(self.setting) or data / "keys" / self.name)
        return path.with_name(self.name) if self.beside else path

    def ids(self) -> list[str]:
        """The keys there are, the one in force first; ends the command where the file cannot be read."""
        try:
            return list(self.read(self.path.read_bytes()))
        except (OSError, ValueError, ProviderUnavailable) as error:
            raise click.ClickException(f"{self.path}: {error}. `portal create-key` makes one.") from error


KINDS = {
    "signing": Kind("SIGNING_KEY_FILE", "api-signing.pem", signing.create_key, signing.read_keys),
    "encryption": Kind("ENCRYPTION_KEY_FILE", "encryption.keys", _make_sealing, _read_sealing),
    "index": Kind("ENCRYPTION_KEY_FILE", "index.keys", _make_sealing, _read_sealing, beside=True),
}


@click.command("create-key")
def create_key() -> None:
    """Make the key that signs access tokens, at SIGNING_KEY_FILE, the one that seals secrets, at ENCRYPTION_KEY_FILE,
    and the one that sealed addresses are found by, beside it; an existing one is left alone."""
    made = 0
    for kind in KINDS.values():
        path = kind.path
        if path.exists():
            click.echo(f"{path} exists and was left alone: what was made with it would no longer be good.")
        else:
            kind.make(path)
            made += 1
            click.echo(f"{path} is made; only its owner can read it.")
    if not made:
        raise click.ClickException("There is a key of each kind already. Nothing was changed.")


@click.group("keys")
def keys() -> None:
    """See and rotate the keys that sign access tokens and seal secrets."""


@keys.command("status")
def status() -> None:
    """Say which key of each kind is in force, which are good beside it, and how many rows each still holds: one that
    holds none may be taken out of its file."""
    held = _held()
    for name, kind in KINDS.items():
        first, *earlier = [_with_rows(key_id, held.get(name)) for key_id in kind.ids()]
        click.echo(f"{name}: {first} in force{', before it ' + ', '.join(earlier) if earlier else ''}")


def _with_rows(key_id: str, held: Mapping[str, int] | None) -> str:
    return key_id if held is None else f"{key_id} ({held.get(key_id, 0):,} rows)"


def _held() -> dict[str, Mapping[str, int]]:
    """How many rows each key holds, where there is a database to ask."""
    if not os.environ.get("DATABASE_URL"):
        return {}
    with application():
        sealing, index = count_held()
    marks = {key_id: index[personal.mark_of(key_id)] for key_id in KINDS["index"].ids()}
    return {"encryption": sealing, "index": marks}


@keys.command("rotate")
@click.argument("kind", type=click.Choice(list(KINDS)), default="signing")
def rotate(kind: str) -> None:
    """Put a new key in force. What runs follows at its next use; what was signed or sealed before stays good, and the
    scheduler brings what was sealed under the new key. Where several machines serve, give each the same file."""
    chosen = KINDS[kind]
    before = chosen.ids()[0]
    chosen.make(chosen.path)
    click.echo(f"{kind}: {chosen.ids()[0]} in force, in the place of {before}.")
