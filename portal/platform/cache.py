"""Bytes kept for a while in Valkey. A cache that is away answers as an empty one: it never stops a page."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import cast

from redis import Redis

from portal.platform.valkey import Line, connect


class Cache:
    """Get and set with an end date."""

    def __init__(self, client: Redis) -> None:
        self._client = client
        self._line = Line("cache")

    @classmethod
    def from_url(cls, url: str) -> Cache:
        """The cache at a `redis://`, `rediss://` or `unix://` address; nothing is asked of it yet."""
        return cls(connect(url))

    def get(self, key: str) -> bytes | None:
        """What was kept under `key`, or None."""
        return self._line.ask(lambda: cast("bytes | None", self._client.get(key)), lambda: None)

    def get_many(self, keys: Iterable[str]) -> dict[str, bytes]:
        """What was kept under those of `keys` that are there, in one round trip."""
        wanted = list(keys)
        if not wanted:
            return {}
        absent: Sequence[bytes | None] = [None] * len(wanted)
        found = self._line.ask(lambda: cast("Sequence[bytes | None]", self._client.mget(wanted)), lambda: absent)
        return {key: value for key, value in zip(wanted, found, strict=True) if value is not None}

    def set(self, key: str, value: bytes, seconds: int) -> None:
        """Keep `value` under `key` for `seconds`."""
        self._line.ask(lambda: self._client.set(key, value, ex=seconds), lambda: None)
