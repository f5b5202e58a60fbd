"""Who runs the portal of a data directory: a lock that the kernel frees when its last process is gone."""

from __future__ import annotations

import fcntl
import os
import signal
import time
from pathlib import Path

from portal.platform.embedded.errors import EmbeddedError

LOCK = "owner"
POLL_SECONDS = 0.1


class Ownership:
    """The right to run the portal of one data directory.

    Every child inherits `fd`, so the lock lasts until the last child has ended; a crash leaves none behind.
    """

    def __init__(self, fd: int) -> None:
        self.fd = fd

    def release(self) -> None:
        """Give the right back; it is free once every child has ended."""
        os.close(self.fd)


def take_ownership(run: Path, *, patience: float = 30.0) -> Ownership:
    """Become the owner of the data directory whose `run` directory this is.

    Waits up to `patience` seconds for the children of an owner that was killed. Raises EmbeddedError when
    another owner runs.
    """
    fd = os.open(run / LOCK, os.O_RDWR | os.O_CREAT, 0o600)
    deadline = time.monotonic() + patience
    while not _lock(fd):
        owner = _written(run)
        if owner is not None and _alive(owner):
            os.close(fd)
            raise EmbeddedError(
                f"A portal already runs from {run.parent} (process {owner}). "
                "Stop it with `portal down`, or set DATA_DIR and PORT to run another."
            )
        if time.monotonic() > deadline:
            os.close(fd)
            raise EmbeddedError(
                f"The portal that ran from {run.parent} was killed, and some of its processes go on. "
                f"End them (`fuser {run / LOCK}` shows them), then start again."
            )
        time.sleep(POLL_SECONDS)
    written = os.pwrite(fd, f"{os.getpid()}\n".encode(), 0)
    os.ftruncate(fd, written)
    return Ownership(fd)


def running_owner(run: Path) -> int | None:
    """The process id of the portal that runs, or None when none does."""
    if not (run / LOCK).exists():
        return None
    fd = os.open(run / LOCK, os.O_RDWR)
    try:
        return None if _lock(fd) else _written(run)
    finally:
        os.close(fd)


def stop_owner(run: Path, *, seconds: float = 120.0) -> bool:
    """Stop the portal that runs and wait until every process of it has ended; False when none ran.

    Raises EmbeddedError when it has not ended after `seconds`.
    """
    owner = running_owner(run)
    if owner is None:
        return False
    if _alive(owner):
        os.kill(owner, signal.SIGTERM)
    deadline = time.monotonic() + seconds
    while running_owner(run) is not None:
        if time.monotonic() > deadline:
            raise EmbeddedError(
                f"The portal (process {owner}) has not stopped after {seconds:.0f} s. Its log: "
                f"{run.parent / 'logs' / 'portal.log'}. `kill -9 {owner}` ends it and its processes."
            )
        time.sleep(POLL_SECONDS)
    return True


def _lock(fd: int) -> bool:
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _written(run: Path) -> int | None:
    text = (run / LOCK).read_text().strip()
    return int(text) if text.isdigit() else None


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
