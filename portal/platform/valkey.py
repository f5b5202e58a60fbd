"""A client of Valkey that is not waited for: what is away is asked again only after a pause."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

import structlog
from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

R = TypeVar("R")

PATIENCE = 0.2
PAUSE = 2.0

log = structlog.get_logger(__name__)


def connect(url: str) -> Redis:
    """A client for a `redis://`, `rediss://` or `unix://` address; nothing is asked of it yet."""
    return Redis.from_url(
        url,
        socket_connect_timeout=PATIENCE,
        socket_timeout=PATIENCE,
        retry=Retry(NoBackoff(), 0),
        protocol=2,
        driver_info=None,
    )


class Line:
    """Asks Valkey for one purpose, `name`, and knows what to do instead while it is away.

    After a failure nothing is asked for two seconds, so that an outage costs one page 0.2 s and the others nothing;
    its beginning and its end are logged once each.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self._away = False
        self._ask_again = 0.0

    def ask(self, question: Callable[[], R], otherwise: Callable[[], R]) -> R:
        """The answer to `question`, or what `otherwise` gives while Valkey is away."""
        if self._away and time.monotonic() < self._ask_again:
            return otherwise()
        try:
            answer = question()
        except RedisError as error:
            self._ask_again = time.monotonic() + PAUSE
            if not self._away:
                self._away = True
                log.warning(f"{self._name}_away", reason=str(error))
            return otherwise()
        if self._away:
            self._away = False
            log.info(f"{self._name}_back")
        return answer
