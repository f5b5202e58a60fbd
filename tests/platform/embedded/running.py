"""A tiny portal running as a process of its own, and what a test asks of it."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path

import psutil

from portal.platform.embedded.mailbox import free_port

PROJECT = Path(__file__).parents[3]
START_SECONDS = 60


class RunningPortal:
    """`portal up` with the tiny program, from `root`."""

    def __init__(self, root: Path, *arguments: str, wait: bool = True, **environ: str) -> None:
        self.root = root
        self.port = environ.get("PORT") or str(free_port())
        kept = {name: value for name, value in os.environ.items() if not name.endswith("_URL")}
        command = [sys.executable, "-m", "tests.platform.embedded.tiny_portal", str(root), *arguments]
        self.output = root.with_name(f"{root.name}-{time.monotonic_ns()}.output")
        with self.output.open("ab") as output:
            self.process = subprocess.Popen(
                command,
                cwd=PROJECT,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                env={**kept, "PORT": self.port, **environ},
            )
        if wait:
            until(lambda: "Ready after" in self.said or self.process.poll() is not None, START_SECONDS)
            assert self.process.poll() is None, self.said

    @property
    def said(self) -> str:
        """What it has told the terminal."""
        return self.output.read_text()

    def family(self) -> dict[str, psutil.Process]:
        """Every process below it, by a word of its command line that tells it apart."""
        found = {}
        for process in psutil.Process(self.process.pid).children(recursive=True):
            with contextlib.suppress(psutil.ZombieProcess, psutil.NoSuchProcess):
                found[f"{process.pid}:{' '.join(process.cmdline())}"] = process
        return found

    def pid_of(self, word: str) -> int:
        """The first process below it whose command line holds `word`."""
        return next(process.pid for line, process in self.family().items() if word in line)

    def answer(self) -> str:
        """What the web answers, or nothing while it is away."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/ready", timeout=2) as response:
                return str(response.read().decode())
        except OSError:
            return ""

    def stop(self, number: signal.Signals = signal.SIGTERM) -> int:
        """Send it a signal and wait for its end; its exit code."""
        self.process.send_signal(number)
        return self.process.wait(60)


def until(true: Callable[[], object], seconds: float = 20) -> None:
    """Wait until `true()` is, failing the test after `seconds`."""
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "it never came true"
        time.sleep(0.05)


def gone(family: dict[str, psutil.Process]) -> bool:
    """Whether every process of `family` has ended."""
    return not any(runs(process) for process in family.values())


def runs(process: psutil.Process) -> bool:
    """Whether the process does: one that has ended and was not yet cleared away does not."""
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
