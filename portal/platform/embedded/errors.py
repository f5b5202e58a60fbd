"""What can go wrong when the product runs its own servers."""

from __future__ import annotations


class EmbeddedError(Exception):
    """The product's own servers cannot run; the message says why and what to do."""


class StartFailed(EmbeddedError):
    """A process ended, or was not ready in time, while it was being started."""
