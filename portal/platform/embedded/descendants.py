"""Processes that our children leave behind when they die: on Linux they become ours, and end with us."""

from __future__ import annotations

import ctypes
import os
import signal
import sys
import time
from collections.abc import Collection
from pathlib import Path

PR_SET_CHILD_SUBREAPER = 36
POLL_SECONDS = 0.05


def adopt_orphans() -> None:
    """Ask Linux to make this process the parent of descendants whose own parent dies."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1)


def orphans(own: Collection[int]) -> list[int]:
    """Our children that are not among our `own`; those that have ended are cleared away."""
    adopted = [pid for pid in children() if pid not in own]
    return [pid for pid in adopted if not _cleared(pid)]


def end_orphans(own: Collection[int], seconds: float) -> None:
    """Ask adopted processes to stop; after `seconds` end them by force."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        for pid in orphans(own):
            os.kill(pid, number)
        deadline = time.monotonic() + seconds
        while orphans(own) and time.monotonic() < deadline:
            time.sleep(POLL_SECONDS)


def children() -> list[int]:
    """The ids of our children of this moment, those that have ended and were not waited for included."""
    found: list[int] = []
    for task in Path("/proc/self/task").glob("*/children"):
        found += [int(pid) for pid in task.read_text().split()]
    return found


def _cleared(pid: int) -> bool:
    """Whether the ended child `pid` is gone from the process table (we wait for it here, without waiting)."""
    try:
        ended, _ = os.waitpid(pid, os.WNOHANG)
    except ChildProcessError:
        return True
    return ended == pid
