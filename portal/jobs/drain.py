"""Opening the door: take due work out of the outbox and do it, until there is none or the time is up."""

from __future__ import annotations

import time

import structlog

from portal.domain.identity.access.values import Actor
from portal.jobs import doorbell, registry
from portal.platform import logging, outbox
from portal.platform.outbox import Work
from portal.platform.resources import resources
from portal.platform.tenancy import GATE, acting_as

SECONDS = 20.0
AT_ONCE = 20
log = structlog.get_logger(__name__)


def drain(seconds: float = SECONDS) -> int:
    """Do due work for about `seconds`, what is left rings again; how many rows were done here. RQ calls this inside
    the worker's application context, which was entered before the fork so that each job starts warm."""
    doorbell.hush(resources().settings.redis_url)
    end, done = time.monotonic() + seconds, 0
    while time.monotonic() < end:
        with acting_as(GATE):
            works = outbox.lease_work(most=AT_ONCE)
        if not works:
            return done
        if len(works) == AT_ONCE:
            outbox.ring()  # there may be more than one worker's share
        done += sum(_do(work) for work in works)
    outbox.ring()
    return done


def _do(work: Work) -> bool:
    """Do one row in its firm's tenancy; a failure is written to the row and stops nobody else."""
    logging.bind(request_id=str(work.id), firm_id=str(work.firm_id))
    with acting_as(Actor.system(work.firm_id).tenancy):
        try:
            return outbox.perform(work, registry.resolve(work.job))
        except Exception as error:
            state = outbox.record_failure(work, f"{type(error).__name__}: {error}")
            log.warning("job_failed", job=work.job, state=state, exc_info=error)
            return False
