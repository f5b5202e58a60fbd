"""Which function does which job. Names are strings in the outbox; a test resolves each."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module

from portal.platform.outbox import Work

JOBS: dict[str, str] = {
    "imports.check": "portal.jobs.imports:check",
    "imports.post": "portal.jobs.imports:post",
    "imports.read": "portal.jobs.imports:read",
    "imports.undo": "portal.jobs.imports:undo",
    "statements.announce": "portal.jobs.statements:announce",
    "statements.discard": "portal.jobs.statements:discard",
    "statements.render": "portal.jobs.statements:render",
}


def resolve(job: str) -> Callable[[Work], None]:
    """The function that does `job`; LookupError for a name nobody knows."""
    module, _, function = JOBS[job].partition(":")
    found: Callable[[Work], None] = getattr(import_module(module), function)
    return found
