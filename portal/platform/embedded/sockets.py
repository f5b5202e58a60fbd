"""A directory for unix sockets whose paths the system accepts, however long the data directory's path is."""

from __future__ import annotations

import hashlib
import os
import re
import stat
import tempfile
from pathlib import Path

from portal.platform.embedded.account import Account, can_reach, make_private
from portal.platform.embedded.errors import EmbeddedError

LONGEST_DIRECTORY = 80  # a socket's whole path ends at 107 bytes on Linux and at 103 on macOS
PLAIN_PATH = re.compile(r"[A-Za-z0-9/._-]+")


def socket_directory(near: Path, account: Account | None = None) -> Path:
    """A private directory for the sockets of `account`: `near`/run, or a short one outside named after it."""
    beside = near / "run"
    if len(str(beside)) <= LONGEST_DIRECTORY and PLAIN_PATH.fullmatch(str(beside)) and can_reach(account, near):
        return make_private(beside, account)
    digest = hashlib.sha256(str(near).encode()).hexdigest()[:12]
    outside = _runtime_directory() / f"portal-{digest}"
    if outside.is_symlink() or (outside.exists() and not _is_ours(outside, account)):
        raise EmbeddedError(f"{outside} is needed for sockets and belongs to another user. Remove it and start again.")
    return make_private(outside, account)


def _runtime_directory() -> Path:
    """Where private directories of a run belong: /run for root, the session's own, or the temporary one."""
    wanted = "/run" if os.geteuid() == 0 else os.environ.get("XDG_RUNTIME_DIR", "")
    for candidate in (wanted, tempfile.gettempdir()):
        if candidate and len(candidate) <= LONGEST_DIRECTORY - 20 and os.access(candidate, os.W_OK | os.X_OK):
            return Path(candidate)
    return Path("/tmp")  # noqa: S108 - a directory in it is made private, or refused when it is another's


def _is_ours(path: Path, account: Account | None) -> bool:
    owners = {os.geteuid(), account.uid if account else os.geteuid()}
    status = path.lstat()
    return stat.S_ISDIR(status.st_mode) and status.st_uid in owners
