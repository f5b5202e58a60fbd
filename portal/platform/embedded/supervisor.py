"""Keeps processes running: starts them in order, starts again those that die, stops all in reverse."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from types import FrameType

from portal.platform.embedded.descendants import adopt_orphans, children, end_orphans, orphans
from portal.platform.embedded.errors import StartFailed
from portal.platform.embedded.process import Process

QUICK_SECONDS = 10.0  # a life shorter than this counts as a failed start
STEADY_SECONDS = 1.0  # a first life of this length is taken for a start that worked
MOST_QUICK_DEATHS = 5
FIRST_DELAY, LONGEST_DELAY = 0.5, 30.0
TICK_SECONDS = 0.2
ORPHAN_SECONDS = 5.0


class StopRequested(Exception):
    """Somebody asked the portal to stop: Ctrl-C, `portal down`, or a closed terminal."""


@dataclass(slots=True)
class Part:
    """One process under supervision; the others are of no use without an `essential` one."""

    process: Process
    essential: bool = False
    mend: str = ""  # what to do when it stays dead
    started_at: float = 0.0
    quick_deaths: int = 0
    start_at: float | None = field(default=None)

    @property
    def name(self) -> str:
        """What people know it by."""
        return self.process.plan.name


class Supervisor:
    """Supervises parts from one thread; `say` is told of starts, deaths and stops."""

    def __init__(self, say: Callable[[str], None]) -> None:
        self.say = say
        self._parts: list[Part] = []
        self._errand: Process | None = None
        self._settled = False
        self._stop_reason = ""
        self._bystanders = frozenset(children())  # our starter's, and not to be touched

    def listen(self) -> None:
        """Take SIGINT, SIGTERM and SIGHUP as requests to stop, but those our starter ignores (nohup, &)."""
        adopt_orphans()
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            if signal.getsignal(number) is not signal.SIG_IGN:
                signal.signal(number, self._take_signal)

    def start(self, part: Part, answers: Callable[[], bool] | None = None, seconds: float = 60.0) -> None:
        """Start `part`, wait until it `answers`, and keep it running from then on."""
        self.check()
        self._parts.append(part)
        self._run(part)
        if answers is not None:
            self._wait_for(part, answers, seconds)
        self.say(f"{part.name} started")

    def finish(self, process: Process, seconds: float) -> None:
        """Run `process` to its end, keeping the parts alive; StartFailed when it fails or takes longer."""
        self._errand = process
        process.start()
        deadline = time.monotonic() + seconds
        try:
            while process.exit_code is None:
                self._tick()
                if time.monotonic() > deadline:
                    raise StartFailed(
                        f"{process.plan.name} has not ended after {seconds:.0f} s.\n{process.last_words()}"
                    )
        except BaseException:
            process.stop()
            raise
        finally:
            self._errand = None
        if process.exit_code != 0:
            raise StartFailed(f"{process.plan.name} failed with code {process.exit_code}.\n{process.last_words()}")

    def settle(self, ready: Callable[[], bool], seconds: float) -> None:
        """Wait until all is `ready`, keeping them alive; from then on only essential ones may end it."""
        deadline = time.monotonic() + seconds
        while not (self._all_alive() and ready()):
            self._tick()
            if time.monotonic() > deadline:
                raise StartFailed(f"The portal was not ready after {seconds:.0f} s.")
        self._settled = True

    def keep(self) -> None:
        """Keep every part running until asked to stop (StopRequested) or one stays dead (StartFailed)."""
        while True:
            self._tick()

    def check(self) -> None:
        """Raise StopRequested when somebody has asked the portal to stop."""
        if self._stop_reason:
            raise StopRequested(self._stop_reason)

    def stop(self) -> None:
        """Stop every part, the last started first, then whatever they left behind."""
        self._stop_reason = self._stop_reason or "stopped"
        for part in reversed(self._parts):
            part.process.stop()
            self.say(f"{part.name} stopped")
        end_orphans(self._bystanders, ORPHAN_SECONDS)
        self._parts.clear()

    def _take_signal(self, number: int, _frame: FrameType | None) -> None:
        self._stop_reason = signal.Signals(number).name

    def _tick(self) -> None:
        self.check()
        for part in self._parts:
            self._attend(part)
        orphans(self._own())
        time.sleep(TICK_SECONDS)

    def _all_alive(self) -> bool:
        """Whether every part runs, and has run for longer than a faulty one lasts."""
        now = time.monotonic()
        return all(
            part.start_at is None
            and part.process.pid is not None
            and now - part.started_at >= (QUICK_SECONDS if part.quick_deaths else STEADY_SECONDS)
            for part in self._parts
        )

    def _own(self) -> set[int]:
        processes = [part.process for part in self._parts] + ([self._errand] if self._errand else [])
        return {pid for process in processes if (pid := process.pid) is not None} | self._bystanders

    def _attend(self, part: Part) -> None:
        """Notice the death of `part`, or start it again when its time has come."""
        if part.start_at is not None:
            if time.monotonic() >= part.start_at:
                self._run(part)
        elif part.process.exit_code is not None:
            self._bury(part)

    def _run(self, part: Part) -> None:
        part.process.start()
        part.started_at, part.start_at = time.monotonic(), None

    def _bury(self, part: Part) -> None:
        lived = time.monotonic() - part.started_at
        part.quick_deaths = part.quick_deaths + 1 if lived < QUICK_SECONDS else 1
        death = f"{part.name} {_how(part.process.exit_code)}"
        if part.quick_deaths >= MOST_QUICK_DEATHS and (part.essential or not self._settled):
            raise StartFailed(
                f"{death}, {part.quick_deaths} times in a row. {part.mend}".rstrip() + f"\n{part.process.last_words()}"
            )
        delay = min(FIRST_DELAY * 2 ** (part.quick_deaths - 1), LONGEST_DELAY)
        part.start_at = time.monotonic() + delay
        self.say(f"{death}; starting it again in {delay:g} s. Its log: {part.process.plan.log}")

    def _wait_for(self, part: Part, answers: Callable[[], bool], seconds: float) -> None:
        def answered() -> bool:
            self.check()
            return answers()

        part.process.wait_until(answered, seconds)


def _how(exit_code: int | None) -> str:
    if exit_code is not None and exit_code < 0:
        return f"was killed by {signal.Signals(-exit_code).name}"
    return f"ended with code {exit_code}"
