from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from portal.platform.embedded import supervisor as supervision
from portal.platform.embedded.errors import StartFailed
from portal.platform.embedded.process import Process, ProcessPlan
from portal.platform.embedded.supervisor import Part, StopRequested, Supervisor
from tests.platform.embedded.running import until

SLEEP = "import time; time.sleep(600)"
DEAF = f"import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('up', flush=True); {SLEEP}"


@pytest.fixture(autouse=True)
def short_delays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supervision, "FIRST_DELAY", 0.02)
    monkeypatch.setattr(supervision, "TICK_SECONDS", 0.02)
    monkeypatch.setattr(supervision, "STEADY_SECONDS", 0.1)


def process(tmp_path: Path, name: str, code: str, stop_seconds: float = 15.0) -> Process:
    command = [sys.executable, "-c", code]
    return Process(ProcessPlan(name, command, tmp_path / f"{name}.log", stop_seconds=stop_seconds))


def test_an_essential_part_that_keeps_dying_ends_the_whole_with_its_mend(tmp_path: Path) -> None:
    said: list[str] = []
    supervisor = Supervisor(said.append)
    part = Part(process(tmp_path, "valkey", "print('bad file'); exit(1)"), essential=True, mend="Remove it.")
    supervisor.start(part)
    with pytest.raises(StartFailed, match=r"(?s)valkey ended with code 1, 5 times in a row. Remove it.*bad file"):
        supervisor.keep()
    delays = [line.partition(" in ")[2].partition(";")[0] for line in said if "again" in line]
    assert [text.split(".  ")[0].split(" s")[0] for text in delays] == ["0.02", "0.04", "0.08", "0.16"]
    supervisor.stop()


def test_a_part_of_the_program_is_tried_for_ever_once_all_was_ready(tmp_path: Path) -> None:
    supervisor = Supervisor(lambda _line: None)
    lives = tmp_path / "lives"
    begun = f"import time, pathlib; p = pathlib.Path({str(lives)!r})"
    living = "p.open('a').write('x'); time.sleep(0.4 if p.stat().st_size == 1 else 0)"
    supervisor.start(Part(process(tmp_path, "worker", f"{begun}; {living}")))
    supervisor.settle(lambda: True, 10)
    waiting = f"while p.stat().st_size <= {supervision.MOST_QUICK_DEATHS}: time.sleep(0.05)"
    supervisor.finish(process(tmp_path, "wait", f"{begun}\n{waiting}"), 30)  # keeps the parts alive meanwhile
    supervisor.stop()


def test_an_errand_that_does_not_end_is_given_up(tmp_path: Path) -> None:
    errand = process(tmp_path, "wait", SLEEP)
    with pytest.raises(StartFailed, match="has not ended after 0 s"):
        Supervisor(lambda _line: None).finish(errand, 0.1)
    assert errand.pid is None


def test_an_errand_that_fails_is_reported_with_its_words(tmp_path: Path) -> None:
    supervisor = Supervisor(lambda _line: None)
    supervisor.finish(process(tmp_path, "migrate", "exit(0)"), 10)
    with pytest.raises(StartFailed, match=r"(?s)migrate failed with code 2.*relation exists.*migrate.log"):
        supervisor.finish(process(tmp_path, "migrate", "print('relation exists'); exit(2)"), 10)


def test_a_process_that_does_not_listen_is_ended_by_force_with_its_group(tmp_path: Path) -> None:
    child = "import subprocess, sys; print(subprocess.Popen([sys.executable, '-c', 'input()']).pid, flush=True); "
    deaf = process(tmp_path, "deaf", child + DEAF, stop_seconds=0.3)
    deaf.start()
    until(lambda: "up" in deaf.last_words())
    grandchild = psutil.Process(int((tmp_path / "deaf.log").read_text().split()[0]))
    deaf.stop()
    assert deaf.pid is None
    until(lambda: not grandchild.is_running() or grandchild.status() == "zombie")


def test_signals_ask_to_stop_and_what_the_starter_ignores_stays_ignored() -> None:
    code = (
        "import os, signal; from portal.platform.embedded.supervisor import *; "
        "signal.signal(signal.SIGHUP, signal.SIG_IGN); s = Supervisor(print); s.listen(); "
        "os.kill(os.getpid(), signal.SIGHUP); s.check(); print('went on'); "
        "os.kill(os.getpid(), signal.SIGTERM); s.check()"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.stdout == "went on\n"
    assert done.stderr.endswith("StopRequested: SIGTERM\n")


def test_a_stop_request_ends_the_wait_for_a_start(tmp_path: Path) -> None:
    supervisor = Supervisor(lambda _line: None)
    previous = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    try:
        supervisor.listen()

        def never() -> bool:
            os.kill(os.getpid(), signal.SIGTERM)
            return False

        with pytest.raises(StopRequested):
            supervisor.start(Part(process(tmp_path, "slow", SLEEP)), never)
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler)
        supervisor.stop()


def test_a_long_log_is_set_aside_at_the_next_start(tmp_path: Path) -> None:
    log = tmp_path / "web.log"
    log.write_bytes(b"x" * (6 * 1024 * 1024))
    web = process(tmp_path, "web", "print('again')")
    web.start()
    until(lambda: web.pid is None)
    assert log.read_text() == "again\n"
    assert (tmp_path / "web.log.1").stat().st_size == 6 * 1024 * 1024


def test_a_process_that_was_there_before_is_left_alone() -> None:
    bystander = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    try:
        Supervisor(print).stop()
        assert bystander.poll() is None
    finally:
        bystander.kill()
        bystander.wait()
