"""The web's processes: how soon they serve, how they answer sixteen people at once, what memory they take."""

from __future__ import annotations

import time
from collections.abc import Iterator
from statistics import median
from threading import Thread

from benchmarks import sites
from benchmarks.browser import Request
from benchmarks.results import Result
from benchmarks.rounds import percentile_95
from benchmarks.scenarios.portfolio import PATH
from benchmarks.stage import Stage

CLIENTS, STARTS = 16, 5
LONGEST_P95, MOST_MEMORY, LONGEST_START = 200, 256, 3


def measure(stage: Stage) -> Iterator[Result]:
    """Absolute limits, as parts of themselves."""
    seconds = _under_load(stage)
    p95 = percentile_95(seconds) * 1000
    answered = f"p95 {p95:.0f} ms over {len(seconds):,} pages, clients on the same two cores"
    yield Result("Portfolio page, 16 clients at once, p95", p95 / LONGEST_P95, "<=1", "× 200 ms", answered)
    memory = stage.portal().worker_mebibytes()
    yield Result(
        "Memory of a web process", memory / MOST_MEMORY, "<=1", "× 256 MiB", f"{memory:.0f} MiB resident after the load"
    )
    ready = median(_start(stage, number) for number in range(STARTS))
    yield Result("Ready after the start", ready / LONGEST_START, "<=1", "× 3 s", f"{ready:.2f} s, median of {STARTS}")


def _under_load(stage: Stage) -> list[float]:
    """Seconds per page while sixteen ask without a pause; the first second is left out."""
    visitor = stage.visitor("twenty")
    requests = [visitor.page(PATH) for _ in range(CLIENTS)]
    seconds: list[float] = []
    begin = time.perf_counter() + 1
    end = begin + stage.rounds / 50

    def ask(request: Request) -> None:
        while (began := time.perf_counter()) < end:
            request()
            if began >= begin:
                seconds.append(time.perf_counter() - began)

    threads = [Thread(target=ask, args=(request,)) for request in requests]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return seconds


def _start(stage: Stage, number: int) -> float:
    site = sites.start(f"start-{number}", "wsgi:app", stage.environment(), root=stage.root, ready="/ready")
    site.stop()
    return site.ready_seconds
