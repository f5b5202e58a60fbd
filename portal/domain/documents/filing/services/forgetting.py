"""What is forgotten of people whose time is over: where they were found, and that they may be named."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from portal.domain.identity.access.values import Actor
from portal.platform.db import execute, transactional
from portal.platform.errors import Forbidden

FORGET = (
    "DELETE FROM documents.clearings WHERE firm_id = %(firm)s AND subject_id = ANY(%(subjects)s)",
    "UPDATE documents.pieces SET name = '', evidence = '[]'"
    " WHERE firm_id = %(firm)s AND account_id = ANY(%(subjects)s)",
)


@transactional
def forget_namings(actor: Actor, user_id: UUID, account_ids: Sequence[UUID]) -> None:
    """Forget why a person and these accounts may be named somewhere, and what of a file of many was found to be
    theirs. The firm's machinery alone."""
    if actor.user_id is not None:
        raise Forbidden
    for statement in FORGET:
        execute(statement, firm=actor.firm_id, subjects=[user_id, *account_ids])
