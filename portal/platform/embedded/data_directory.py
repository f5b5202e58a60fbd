"""The data directory: all that the product keeps when it runs its own servers, and its secrets."""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from portal.platform.crypto import create_encryption_key
from portal.platform.embedded.account import make_private
from portal.platform.embedded.errors import EmbeddedError
from portal.platform.key_files import write_private
from portal.platform.signing import create_key

MARK = "portal-data"
MAY_PRECEDE = frozenset({"keys", "files", "mail", "sms", "logs", ".gitignore"})


@dataclass(frozen=True, slots=True)
class DataDirectory:
    """Where each thing is kept below `root`."""

    root: Path

    @property
    def postgres(self) -> Path:
        """The database cluster, or a note of where it lives."""
        return self.root / "postgres"

    @property
    def valkey(self) -> Path:
        """What Valkey keeps; may be removed while the portal is stopped."""
        return self.root / "valkey"

    @property
    def mail(self) -> Path:
        """The local mailbox."""
        return self.root / "mail"

    @property
    def texts(self) -> Path:
        """The local mailbox of text messages."""
        return self.root / "sms"

    @property
    def files(self) -> Path:
        """Stored documents."""
        return self.root / "files"

    @property
    def run(self) -> Path:
        """What is true only while the portal runs."""
        return self.root / "run"

    @property
    def demo(self) -> Path:
        """The sign-ins of the demo."""
        return self.root / "demo.json"

    @property
    def signing_key(self) -> Path:
        """The Ed25519 key that signs access tokens of the API, as PKCS #8 PEM."""
        return self.root / "keys" / "api-signing.pem"

    @property
    def encryption_keys(self) -> Path:
        """The keys that seal what the database must not hold in plain."""
        return self.root / "keys" / "encryption.keys"

    def log(self, name: str) -> Path:
        """The log of the process called `name`."""
        return self.root / "logs" / f"{name}.log"


def open_data_directory(root: Path) -> DataDirectory:
    """The data directory at `root`, made when there is none; EmbeddedError when it holds something else."""
    mark = root / MARK
    if root.exists() and not root.is_dir():
        raise EmbeddedError(f"{root} is a file. Set DATA_DIR to a directory.")
    if not mark.exists():
        _refuse_foreign(root)
        _make_root(root)
        mark.write_text("This directory belongs to the portal; docs/operations.md says what is in it.\n")
    for private in ("keys", "files", "mail", "sms", "logs", "run"):
        make_private(root / private, None)
    return DataDirectory(root)


def secret_key(data: DataDirectory) -> str:
    """The key that signs sessions and links, made at the first call and the same ever after."""
    path = data.root / "keys" / "secret-key"
    if not path.exists():
        write_private(path, secrets.token_hex(32).encode())
    return path.read_text().strip()


def make_signing_key(path: Path) -> None:
    """Make the key that signs access tokens at `path`, unless there is one."""
    if not path.exists():
        create_key(path)


def make_encryption_key(path: Path) -> None:
    """Make the key file that seals at `path`, and the one of blind indexes beside it, unless they are there."""
    for file in (path, path.with_name("index.keys")):
        if not file.exists():
            create_encryption_key(file)


def _refuse_foreign(root: Path) -> None:
    found = sorted(entry.name for entry in root.iterdir()) if root.exists() else []
    foreign = [name for name in found if name not in MAY_PRECEDE]
    if foreign:
        raise EmbeddedError(
            f"{root} is not a whole data directory: it holds {', '.join(foreign[:5])} but not "
            f"{MARK}. Bring it back from a backup, remove it to begin anew, or set DATA_DIR to another."
        )


def _make_root(root: Path) -> None:
    """Make `root`; root's own may be entered (not listed) by the account that runs the database."""
    try:
        if not root.exists():
            root.mkdir(parents=True)
            root.chmod(0o711 if os.geteuid() == 0 else 0o700)
    except OSError as error:
        raise EmbeddedError(f"{root} could not be made ({error}). Set DATA_DIR to another directory.")
    if not os.access(root, os.W_OK | os.X_OK):
        raise EmbeddedError(f"{root} is not yours to write in. Set DATA_DIR to another directory.")
