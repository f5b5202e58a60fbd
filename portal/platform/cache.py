"""Bytes kept for a while in Valkey. A cache that is away answers as an empty one: it never stops a page."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar, cast

import structlog
from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

R = TypeVar("R")

PATIENCE = 0.2
PAUSE = 2.0

log = structlog.get_logger(__name__)


class Cache:
    """Get and set with an end date.

    After a failure nothing is asked for two seconds, so that an outage costs one page 0.2 s and the others
    nothing; its beginning and its end are logged once each.
    """

    def __init__(self, client: Redis) -> None:
        self._client = client
        self._away = False
        self._ask_again = 0.0

    @classmethod
    def from_url(cls, url: str) -> Cache:
        """The cache at a `redis://`, `rediss://` or `unix://` address; nothing is asked of it yet."""
        client = Redis.from_url(
            url,
            socket_connect_timeout=PATIENCE,
            socket_timeout=PATIENCE,
            retry=Retry(NoBackoff(), 0),
            protocol=2,
            driver_info=None,
        )
        return cls(client)

    def get(self, key: str) -> bytes | None:
        """What was kept under `key`, or None."""
        return self._ask(lambda: cast("bytes | None", self._client.get(key)), None)

    def get_many(self, keys: Iterable[str]) -> dict[str, bytes]:
        """What was kept under those of `keys` that are there, in one round trip."""
        wanted = list(keys)
        if not wanted:
            return {}
        absent: Sequence[bytes | None] = [None] * len(wanted)
        found = self._ask(lambda: cast("list[bytes | None]", self._client.mget(wanted)), absent)
        return {key: value for key, value in zip(wanted, found, strict=True) if value is not None}

    def set(self, key: str, value: bytes, seconds: int) -> None:
        """Keep `value` under `key` for `seconds`."""
        self._ask(lambda: self._client.set(key, value, ex=seconds), None)

    def _ask(self, question: Callable[[], R], otherwise: R) -> R:
        """The answer to `question`, or `otherwise` while Valkey is away."""
        if self._away and time.monotonic() < self._ask_again:
            return otherwise
        try:
            answer = question()
        except RedisError as error:
            self._ask_again = time.monotonic() + PAUSE
            if not self._away:
                self._away = True
                log.warning("cache_away", reason=str(error))
            return otherwise
        if self._away:
            self._away = False
            log.info("cache_back")
        return answer
