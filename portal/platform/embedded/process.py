"""One process in the foreground of its own session, whose life is bound to ours."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from portal.platform.embedded.account import Account
from portal.platform.embedded.errors import StartFailed

PR_SET_PDEATHSIG = 1
LARGEST_LOG = 5 * 1024 * 1024
POLL_SECONDS = 0.05


@dataclass(frozen=True, slots=True)
class ProcessPlan:
    """How to run a process: what, where, as whom, and how it is asked to stop."""

    name: str
    command: Sequence[str]
    log: Path
    environment: Mapping[str, str] = field(default_factory=lambda: dict(os.environ))
    directory: Path | None = None
    account: Account | None = None
    stop_signal: signal.Signals = signal.SIGTERM
    stop_seconds: float = 15.0


class Process:
    """Runs a ProcessPlan: starts it, waits for it, stops it, and reads what it said.

    On Linux the kernel sends it its stop signal when the thread that started it ends, so start it from a
    thread that lives as long as the process should.
    """

    def __init__(self, plan: ProcessPlan, *, inherited_fds: Sequence[int] = ()) -> None:
        self.plan = plan
        self._inherited_fds = tuple(inherited_fds)
        self._popen: subprocess.Popen[bytes] | None = None
        self._log_start = 0

    @property
    def pid(self) -> int | None:
        """The process id while it runs, otherwise None."""
        return self._popen.pid if self._popen is not None and self._popen.poll() is None else None

    @property
    def exit_code(self) -> int | None:
        """How it ended (negative: by that signal); None while it runs or before it was started."""
        return None if self._popen is None else self._popen.poll()

    def start(self) -> None:
        """Start the process; its output is added to the log, which is kept to two files of 5 MiB."""
        _rotate(self.plan.log)
        account = self.plan.account
        with self.plan.log.open("ab") as log:
            self._log_start = log.tell()
            self._popen = subprocess.Popen(
                list(self.plan.command),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                cwd=self.plan.directory or "/",
                env=dict(self.plan.environment),
                start_new_session=True,
                user=account.uid if account else None,
                group=account.gid if account else None,
                extra_groups=[] if account else None,
                pass_fds=self._inherited_fds,
                preexec_fn=_dies_with_parent(self.plan.stop_signal),
            )

    def wait_until(self, ready: Callable[[], bool], seconds: float) -> None:
        """Return once `ready()` is true; StartFailed when the process ends first or `seconds` pass."""
        deadline = time.monotonic() + seconds
        while not ready():
            if self.exit_code is not None:
                raise StartFailed(f"{self.plan.name} ended with code {self.exit_code}.\n{self.last_words()}")
            if time.monotonic() > deadline:
                raise StartFailed(f"{self.plan.name} was not ready after {seconds:.0f} s.\n{self.last_words()}")
            time.sleep(POLL_SECONDS)

    def stop(self) -> None:
        """Ask the process to stop and wait; after its time limit end it and its group by force."""
        if self._popen is None:
            return
        if self._popen.poll() is None:
            self._popen.send_signal(self.plan.stop_signal)
            try:
                self._popen.wait(self.plan.stop_seconds)
            except subprocess.TimeoutExpired:
                kill_group(self._popen.pid)
                self._popen.wait()
        kill_group(self._popen.pid)
        self._popen = None

    def last_words(self, lines: int = 15) -> str:
        """The end of what the process wrote since it was last started, and where the rest is."""
        with self.plan.log.open("rb") as log:
            log.seek(self._log_start)
            said = log.read()[-8192:].decode(errors="replace").splitlines()[-lines:]
        return "\n".join([f"  | {line}" for line in said] + [f"  The whole log: {self.plan.log}"])


def kill_group(leader: int) -> None:
    """End by force whatever is left in the process group of `leader`; nothing left is fine."""
    try:
        os.killpg(leader, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):  # macOS answers EPERM for a group of zombies
        return


def _rotate(log: Path) -> None:
    log.parent.mkdir(parents=True, exist_ok=True)
    if log.exists() and log.stat().st_size > LARGEST_LOG:
        log.replace(log.with_name(log.name + ".1"))


def _dies_with_parent(stop_signal: signal.Signals) -> Callable[[], None] | None:
    """What the new process does before it becomes the program: ask Linux to signal it if we die."""
    if sys.platform != "linux":
        return None
    prctl, parent = ctypes.CDLL(None).prctl, os.getpid()

    def bind() -> None:
        prctl(PR_SET_PDEATHSIG, int(stop_signal))
        if os.getppid() != parent:  # we died before the request was made
            os._exit(1)

    return bind
