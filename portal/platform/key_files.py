"""Files of keys: read anew when they change, and replaced whole, so that a running process follows a rotation."""

from __future__ import annotations

import math
import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar

import structlog

from portal.platform.key_providers import MINUTES_BORNE, ProviderUnavailable

T = TypeVar("T")
Version = tuple[int, int, int]
PAUSE = 5.0  # seconds until a provider that did not answer is asked again
log = structlog.get_logger(__name__)


@dataclass(slots=True)
class _Read(Generic[T]):
    version: Version
    keys: T
    opened_at: float
    ask_again: float


class KeyFile(Generic[T]):
    """What `parse` makes of the file at `path`, as the file is now, kept in memory for so many `seconds` at most."""

    def __init__(self, path: Path, parse: Callable[[bytes], T], *, seconds: float = math.inf) -> None:
        self.path, self._parse, self._seconds = path, parse, seconds
        self._read: _Read[T] | None = None

    def keys(self) -> T:
        """The keys; the file is parsed again only where it was replaced since, or their time in memory is up. OSError
        where it cannot be read. While the provider of the keys does not answer, those in memory do for an hour."""
        found, now = self.path.stat(), time.monotonic()
        version = (found.st_ino, found.st_mtime_ns, found.st_size)
        read = self._read
        if read is not None and read.version == version and now < read.ask_again:
            return read.keys
        try:
            keys = self._parse(self.path.read_bytes())
        except ProviderUnavailable as error:
            if read is None or now - read.opened_at > MINUTES_BORNE * 60:
                self._read = None
                raise
            log.warning("key_provider_away", error=str(error))
            read.version, read.ask_again = version, now + PAUSE
            return read.keys
        self._read = _Read(version, keys, now, now + self._seconds)
        return keys


def write_private(path: Path, content: bytes) -> None:
    """Write a file that only this account reads; it appears, or takes another's place, whole or not at all."""
    partial = path.with_name(f".{path.name}.partial")
    partial.unlink(missing_ok=True)
    with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    partial.rename(path)
