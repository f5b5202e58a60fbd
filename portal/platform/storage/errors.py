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


class ObjectDamaged(StorageError):
    """The content under this key is not the one that was put there: its digest or its size is another."""

    def __init__(self, key: str) -> None:
        super().__init__(f"The object {key!r} is not what was put there: its digest is another.")
        self.key = key


class ObjectLocked(StorageError):
    """The object was put for good: it can be neither changed nor deleted."""

    def __init__(self, key: str) -> None:
        super().__init__(f"The object {key!r} is kept for good and was neither changed nor deleted.")
        self.key = key


class UploadMissing(StorageError):
    """There is no such upload of this key: it was completed or aborted, or never begun."""

    def __init__(self, key: str) -> None:
        super().__init__(f"There is no upload of {key!r} under way by this name.")
        self.key = key


class UploadRefused(StorageError, ValueError):
    """Parts that make no object: one is missing, too small or numbered wrongly."""


class KeyRefused(StorageError, ValueError):
    """A key that no store may be asked for; a fault of the program, never of its user."""
