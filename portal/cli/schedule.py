"""`portal schedule`: the sweeper, which rings for work that is overdue.

RQ's own scheduler keeps its jobs pickled in Redis; this one keeps nothing anywhere, so that there is nothing to lose.
"""

from __future__ import annotations

import threading

import click
import structlog

from portal.cli.application import application
from portal.platform import outbox
from portal.platform.db import DatabaseUnavailable
from portal.platform.tenancy import GATE, acting_as

EVERY_SECONDS = 5.0
log = structlog.get_logger(__name__)


def sweep() -> bool:
    """Bury what took workers down again and again, and ring when something is due; whether it was."""
    with acting_as(GATE):
        outbox.bury_exhausted_work()
        due = outbox.has_due_work()
    if due:
        outbox.ring()
    return due


@click.command()
def schedule() -> None:
    """Ring for overdue work every few seconds, until told to stop."""
    pause = threading.Event()
    with application():
        while not pause.wait(EVERY_SECONDS):
            try:
                sweep()
            except DatabaseUnavailable as error:
                log.warning("sweep_failed", error=str(error))
