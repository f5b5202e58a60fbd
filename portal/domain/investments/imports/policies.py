"""What may be done with an import as it stands; the permission to import is asked for apart."""

from __future__ import annotations

from portal.domain.identity.access.policies import can, require
from portal.domain.identity.access.values import Actor, Permission
from portal.domain.investments.imports.values.records import Import, ImportState

_S = ImportState
_AT_REST = frozenset({_S.UPLOADED, _S.CHECKED, _S.FAILED})


def can_import(actor: Actor) -> bool:
    """Whether the actor prepares imports at all."""
    return can(actor, Permission.PREPARE_IMPORTS)


def require_importer(actor: Actor) -> None:
    """Refuse with Forbidden whoever does not prepare imports."""
    require(actor, Permission.PREPARE_IMPORTS)


def can_choose_options(actor: Actor, found: Import) -> bool:
    """Whether its columns and options may be chosen, which checks it anew: once the file is read, not while a job is
    at it, and again after it was undone."""
    return can_import(actor) and found.layout is not None and found.state in _AT_REST | {_S.UNDONE}


def can_replace_file(actor: Actor, found: Import) -> bool:
    """Whether a corrected file may take the place of its file: until it was posted."""
    return can_import(actor) and found.state in _AT_REST and found.posted_at is None


def can_post(actor: Actor, found: Import) -> bool:
    """Whether it is checked, without problems, and has rows that do not stand in the ledger yet."""
    return can_import(actor) and found.state is _S.CHECKED and found.summary is not None and found.summary.ready


def can_stop(actor: Actor, found: Import) -> bool:
    """Whether a job is checking or posting it; reading is left by discarding, undoing goes to its end."""
    return can_import(actor) and found.state in {_S.CHECKING, _S.POSTING}


def can_undo(actor: Actor, found: Import) -> bool:
    """Whether it is posted."""
    return can_import(actor) and found.state is _S.POSTED


def can_discard(actor: Actor, found: Import) -> bool:
    """Whether it may go without a trace: what was posted once stays on record."""
    return can_import(actor) and found.state in _AT_REST | {_S.READING} and found.posted_at is None
