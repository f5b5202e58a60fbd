"""What can go wrong between the product and the place that keeps its files."""

from __future__ import annotations


class StorageError(Exception):
    """Parent of everything a store can answer instead of what was asked."""


class StorageUnavailable(StorageError):
    """The store does not answer, refuses us or is full; the same request may succeed later."""


class ObjectMissing(StorageError):
    """The store answers, and has nothing under this key."""

    def __init__(self, key: str) -> None:
        super().__init__(f"The store has no object {key!r}.")
        self.key = key


class KeyRefused(StorageError, ValueError):
    """A key that no store may be asked for; a fault of the program, never of its user."""


class LinkRefused(StorageError):
    """A signed link that has expired, was changed, or was not made by this portal."""
