"""The real worker with two more jobs, one of them done together, leases as short as the test wants them, and mishaps.

For each line of the input one more worker is forked off and its process id written: reading all modules takes longer
than what a worker does before it is killed.
"""

import os
import signal
import sys

from portal.jobs import registry
from portal.printing.typefaces import load_typefaces
from tests.jobs.mishaps import prepare
from worker import main

registry.JOBS["test.effect"] = "tests.jobs.effects:leave_a_mark"
registry.JOBS["test.effects"] = "tests.jobs.effects:leave_marks"
registry.TOGETHER.add("test.effects")
prepare(dict(os.environ))


def _serve() -> None:
    for job in registry.JOBS:
        registry.resolve(job)
    load_typefaces()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # whoever is killed is cleared away at once
    for _ in sys.stdin:
        worker = os.fork()
        if worker == 0:
            _work()
        print(worker, flush=True)


def _work() -> None:
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    try:
        main()
    finally:
        os._exit(1)


if __name__ == "__main__":
    _serve()
