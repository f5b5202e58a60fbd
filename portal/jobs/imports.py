"""Imports in the background: reading large files, checking, posting, undoing."""

from __future__ import annotations

from uuid import UUID

from portal.domain.identity.access.values import Actor
from portal.domain.investments.imports.services import checks, postings, uploads
from portal.platform.outbox import Work


def read(work: Work) -> None:
    """Read a file that was too large to be read while its page waited."""
    uploads.read_import(Actor.system(work.firm_id), _import_id(work), attempt=_attempt(work))


def check(work: Work) -> None:
    """Check every row of a file."""
    checks.check_import(Actor.system(work.firm_id), _import_id(work), attempt=_attempt(work))


def post(work: Work) -> None:
    """Post what was checked, all or nothing."""
    postings.post_import(Actor.system(work.firm_id), _import_id(work), attempt=_attempt(work))


def undo(work: Work) -> None:
    """Take back what was posted."""
    asked_by = work.arguments["actor_id"]
    postings.undo_import(
        Actor.system(work.firm_id),
        _import_id(work),
        attempt=_attempt(work),
        asked_by=UUID(asked_by) if asked_by else None,
    )


def _import_id(work: Work) -> UUID:
    return UUID(work.arguments["import_id"])


def _attempt(work: Work) -> int:
    return int(work.arguments["attempt"])
