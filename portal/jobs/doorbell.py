"""The doorbell: one RQ job that says "there is work", never what."""

from __future__ import annotations

from functools import cache

import structlog
from redis import Redis
from redis.exceptions import RedisError
from rq import Queue
from rq.serializers import JSONSerializer

from portal.platform.outbox import Doorbell

QUEUE = "portal"
DRAIN = "portal.jobs.drain.drain"
RUNG = "portal:doorbell"
RUNG_SECONDS = 5
log = structlog.get_logger(__name__)


@cache
def connect(url: str) -> Redis:
    """The connection for jobs; waits a second at the most, so that a page never hangs on it."""
    return Redis.from_url(url, socket_connect_timeout=1, socket_timeout=1)


def for_url(url: str) -> Doorbell:
    """A doorbell that rings through the Redis at `url`. It rings once until somebody opens: a drain takes the mark
    away before it looks for work, so that whatever is committed later rings anew."""

    def ring() -> None:
        try:
            redis = connect(url)
            if redis.set(RUNG, b"1", nx=True, ex=RUNG_SECONDS):
                Queue(QUEUE, connection=redis, serializer=JSONSerializer).enqueue(DRAIN, result_ttl=0, job_timeout=600)
        except RedisError as error:
            log.warning("doorbell_unreachable", error=str(error))

    return ring


def hush(url: str) -> None:
    """Take the mark away: the door is being opened."""
    try:
        connect(url).delete(RUNG)
    except RedisError as error:
        log.warning("doorbell_unreachable", error=str(error))
