"""Files of keys: read anew when they change, and replaced whole, so that a running process follows a rotation."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Generic, TypeVar

T = TypeVar("T")


class KeyFile(Generic[T]):
    """What `parse` makes of the file at `path`, as the file is now."""

    def __init__(self, path: Path, parse: Callable[[bytes], T]) -> None:
        self.path, self._parse = path, parse
        self._read: tuple[tuple[int, int, int], T] | None = None

    def keys(self) -> T:
        """The keys; the file is parsed again only where it was replaced since. OSError where it cannot be read."""
        found = self.path.stat()
        version = (found.st_ino, found.st_mtime_ns, found.st_size)
        if self._read is None or self._read[0] != version:
            self._read = version, self._parse(self.path.read_bytes())
        return self._read[1]


def write_private(path: Path, content: bytes) -> None:
    """Write a file that only this account reads; it appears, or takes another's place, whole or not at all."""
    partial = path.with_name(f".{path.name}.partial")
    partial.unlink(missing_ok=True)
    with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    partial.rename(path)
