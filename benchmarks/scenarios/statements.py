"""Statement runs, by one worker and by two, against bare reportlab drawing the same pages, which are placed already."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import date

import psycopg
from redis import Redis
from rq import Worker

from benchmarks.controls.paper import draw, load_bare_typefaces, place, text_of
from benchmarks.generator import FIRM, known_id
from benchmarks.results import Result
from benchmarks.rounds import Seconds, run_rounds
from benchmarks.sites import PROGRAM
from benchmarks.stage import Stage
from portal.domain.identity.access.values import Actor
from portal.domain.investments.statements.rules.snapshots import read_snapshot
from portal.domain.investments.statements.services.running import start_statement_run
from portal.domain.investments.statements.values.periods import Frequency, Period
from portal.platform.db import transactional
from portal.platform.embedded.process import Process, ProcessPlan
from portal.platform.tenancy import acting_as
from portal.printing.statements import Edition, print_statement

VEHICLES = range(2, 22)  # in the first two, special investors have unusual histories
MONTHS = 3  # at once: what a worker loads first is little beside a long run, and a run is long
ROUNDS = 3
COMPARED = (
    ("one", "one worker", "bare", "× the pace of bare reportlab", ">=0.85"),
    ("two", "two workers", "bare", "× the pace of bare reportlab", ">=1.5"),
    ("two", "two workers beside one", "one", "× the pace of one worker", ">=1.6"),
)
LONGEST = 120.0
# By the index of due work: asking must not cost what is measured.
WAITING = "SELECT EXISTS (SELECT FROM platform.outbox WHERE state IN ('ready', 'leased'))"
FAILED = "SELECT count(*) FROM investments.statements WHERE state IN ('failed', 'preparing')"
SNAPSHOTS = "SELECT snapshot, figures_digest FROM investments.statements WHERE state = 'ready'"


def measure(stage: Stage) -> Iterator[Result]:
    """The same holdings each time, some months earlier."""
    url = stage.servers.scratch("statements")
    with ExitStack() as closing:
        connection = closing.enter_context(psycopg.connect(url, autocommit=True))
        runs = _Runs(stage, connection)
        runs.perform(2)
        printed = [
            (read_snapshot(snapshot), Edition(digest, "https://localhost/verify/harbour", "navy", "en_US"))
            for snapshot, digest in connection.execute(SNAPSHOTS)
        ]
        placed = [place(snapshot, edition) for snapshot, edition in printed]
        load_bare_typefaces()
        assert text_of(draw(placed[0])) == text_of(print_statement(*printed[0])), "It is not the same paper."
        subjects = {
            "bare": lambda: [draw(pages) for pages in placed],
            "one": lambda: runs.perform(1),
            "two": lambda: runs.perform(2),
        }
        timings = run_rounds(subjects, rounds=ROUNDS, warm_up=0)
        assert connection.execute(FAILED).fetchone() == (0,), "Statements failed."
    for name, words, control, unit, aim in COMPARED:
        pages = [f"{len(printed) * 1000 / timings.milliseconds(each):.0f}/s {each}" for each in (name, control)]
        told = f"{len(printed)} statements; {', '.join(pages)}; A/A {timings.honesty:.3f}"
        yield Result(f"Statement run, {words}", timings.ratio(control, name), aim, unit, told)


class _Runs:
    """Starts runs, some months after others, with as many workers as wanted."""

    def __init__(self, stage: Stage, connection: psycopg.Connection) -> None:
        self._stage, self._connection = stage, connection
        url = stage.servers.postgres.url("portal_web", "scratch_statements")
        self._app = stage.app(database_url=url)
        self._environment = stage.environment(database_url=url)
        self._redis = Redis.from_url(self._environment["REDIS_URL"])
        self._period = Period.containing(date(2026, 10, 31), Frequency.MONTH)

    def perform(self, count: int) -> Seconds:
        """Seconds from the start of a run until its last statement is ready, by `count` workers that wait for it."""
        workers = [self._worker(number) for number in range(count)]
        for worker in workers:
            worker.start()
        try:
            workers[0].wait_until(lambda: Worker.count(connection=self._redis) == count, 60)
            self._start()
            began = time.perf_counter()
            while self._connection.execute(WAITING).fetchone() != (False,):
                time.sleep(0.02)
                if time.perf_counter() - began > LONGEST:
                    raise RuntimeError(f"{count} workers were not done after {LONGEST:.0f} s.")
            return Seconds(time.perf_counter() - began)
        finally:
            for worker in workers:
                worker.stop()

    def _worker(self, number: int) -> Process:
        log = self._stage.root / "logs" / f"worker-{number}.log"
        return Process(ProcessPlan("worker", [sys.executable, "worker.py"], log, self._environment, PROGRAM))

    def _start(self) -> None:
        with self._app.app_context(), acting_as(Actor.system(FIRM).tenancy):
            for _ in range(MONTHS):
                _start_runs(self._period)
                self._period = self._period.preceding()


@transactional
def _start_runs(period: Period) -> None:
    """All at once: no worker is ahead of the clock."""
    actor = Actor.system(FIRM)
    for vehicle in VEHICLES:
        start_statement_run(actor, known_id("vehicle", vehicle), period)
