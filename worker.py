"""The worker: waits for the doorbell and drains the outbox."""

from __future__ import annotations

import gc

from redis import Redis
from rq import Queue, Worker
from rq.job import Job
from rq.serializers import JSONSerializer

from portal.app import create_app
from portal.jobs import registry
from portal.jobs.doorbell import QUEUE
from portal.platform.db import db
from portal.printing.typefaces import load_typefaces
from portal.settings import load


class PortalWorker(Worker):
    """An RQ worker whose jobs start with the application loaded and connections of their own."""

    def main_work_horse(self, job: Job, queue: Queue) -> None:
        """Run in the forked process: leave the parent's connections alone, then do the job."""
        db.engine.dispose(close=False)
        super().main_work_horse(job, queue)


def main() -> None:
    """Work until told to stop."""
    redis = Redis.from_url(load().redis_url)
    create_app().app_context().push()
    for job in registry.JOBS:  # what is loaded here, no forked process loads again
        registry.resolve(job)
    load_typefaces()
    gc.freeze()  # what is loaded stays: no forked process looks through it for what may go
    queue = Queue(QUEUE, connection=redis, serializer=JSONSerializer)
    PortalWorker([queue], connection=redis, serializer=JSONSerializer).work(logging_level="WARNING")


if __name__ == "__main__":
    main()
