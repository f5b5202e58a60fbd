"""What a process keeps of what it made, because it holds names of people and may not lie in Valkey."""

from __future__ import annotations

from collections import OrderedDict
from threading import Lock
from typing import Generic, TypeVar

T = TypeVar("T", str, bytes)


class Kept(Generic[T]):
    """The latest used texts under their keys, up to `most` characters or bytes in all."""

    def __init__(self, most: int) -> None:
        self._most, self._size = most, 0
        self._texts: OrderedDict[str, T] = OrderedDict()
        self._lock = Lock()

    def find(self, key: str) -> T | None:
        """What is kept under `key`, or None."""
        with self._lock:
            if key in self._texts:
                self._texts.move_to_end(key)
            return self._texts.get(key)

    def keep(self, key: str, text: T) -> None:
        """Keep `text` under `key`; what was not used for longest goes where there is too much."""
        with self._lock:
            before = self._texts.pop(key, None)
            self._size += len(text) - (0 if before is None else len(before))
            self._texts[key] = text
            while self._size > self._most:
                self._size -= len(self._texts.popitem(last=False)[1])
