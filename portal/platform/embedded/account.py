"""The unprivileged account that runs PostgreSQL when the product is started by root.

PostgreSQL refuses to run as root. An account that exists is used; none is created.
"""

from __future__ import annotations

import os
import pwd
import subprocess
from dataclasses import dataclass
from pathlib import Path

from portal.platform.embedded.errors import EmbeddedError

PREFERRED = ("postgres", "nobody")


@dataclass(frozen=True, slots=True)
class Account:
    """A system account: its name and numeric ids."""

    name: str
    uid: int
    gid: int


def current_account_name() -> str:
    """The name of the account this process runs as; EmbeddedError when the system has no name for it."""
    try:
        return pwd.getpwuid(os.geteuid()).pw_name
    except KeyError:
        raise EmbeddedError(
            f"User id {os.geteuid()} has no name on this system, and PostgreSQL refuses to run without one. "
            "Add the user to /etc/passwd, or set DATABASE_URL to a PostgreSQL server."
        )


def server_account() -> Account | None:
    """The account PostgreSQL must run as; None when it can simply run as the present user."""
    if os.geteuid() != 0:
        return None
    for name in PREFERRED:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(name, entry.pw_uid, entry.pw_gid)
    raise EmbeddedError(
        "PostgreSQL refuses to run as root, and this system has no account for it. "
        "Start the portal as a normal user, or create one with `useradd --system postgres`."
    )


def can_reach(account: Account | None, path: Path) -> bool:
    """Whether `account` (None: the present user) can enter directory `path`, judged by the system itself."""
    if account is None:
        return os.access(path, os.X_OK)
    probe = ["/bin/sh", "-c", 'test -x "$1"', "sh", str(path)]
    return (
        subprocess.run(probe, cwd="/", user=account.uid, group=account.gid, extra_groups=[], check=False).returncode
        == 0
    )


def make_private(path: Path, account: Account | None) -> Path:
    """Make directory `path` if needed, owned by `account` and closed to all others but root."""
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    if account is not None:
        os.chown(path, account.uid, account.gid)
    path.chmod(0o700)
    return path
