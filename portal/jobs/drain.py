"""Opening the door: take due work out of the outbox and do it, until there is none or the time is up."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Hashable, Iterable, Sequence

import structlog

from portal.domain.identity.access.values import Actor
from portal.jobs import doorbell, registry
from portal.platform import logging, outbox
from portal.platform.delivery import NotSent
from portal.platform.outbox import Work
from portal.platform.resources import resources
from portal.platform.tenancy import GATE, acting_as

SECONDS = 20.0
AT_ONCE = 20
TOGETHER_AT_ONCE = 100  # of what is done in one transaction: each has its share of the trips to the database
log = structlog.get_logger(__name__)


def drain(seconds: float = SECONDS) -> int:
    """Do due work for about `seconds`, what is left rings again; how many rows were done here. RQ calls this inside
    the worker's application context, which was entered before the fork so that each job starts warm."""
    doorbell.hush(resources().settings.redis_url)
    end, done, most = time.monotonic() + seconds, 0, AT_ONCE
    while time.monotonic() < end:
        with acting_as(GATE):
            works = outbox.lease_work(most=most)
        if not works:
            return done
        if len(works) == most:
            outbox.ring()  # there may be more than one worker's share
        done += sum(_do(batch) for batch in _batches(works))
        most = TOGETHER_AT_ONCE if all(work.job in registry.TOGETHER for work in works) else AT_ONCE
    outbox.ring()
    return done


def _batches(works: Sequence[Work]) -> Iterable[list[Work]]:
    """What is done in one transaction: rows of one firm and of a job that is done together. A row that was leased
    before is done alone: it failed, or took a worker down, or was near one that did."""
    batches: defaultdict[Hashable, list[Work]] = defaultdict(list)
    for work in works:
        together = work.job in registry.TOGETHER and work.lease == 1
        batches[(work.firm_id, work.job) if together else work.id].append(work)
    return batches.values()


def _do(works: Sequence[Work]) -> int:
    """Do rows in their firm's tenancy; how many were done. Where one of several fails each is done alone, so that a
    failure is written to its own row and stops nobody else."""
    work = works[0]
    logging.bind(request_id=str(work.id), firm_id=str(work.firm_id))
    with acting_as(Actor.system(work.firm_id).tenancy):
        try:
            return outbox.perform(works, registry.resolve(work.job))
        except Exception as error:
            if len(works) == 1:
                final = isinstance(error, NotSent) and error.permanent
                told = logging.mask(f"{type(error).__name__}: {error}")
                state = outbox.record_failure(work, told, final=final)
                log.warning("job_failed", job=work.job, state=state, exc_info=error)
                return 0
            log.info("batch_failed", job=work.job, rows=len(works), error=type(error).__name__)
    return sum(_do([each]) for each in works)
