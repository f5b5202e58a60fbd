"""Reading which versions of a statement there are."""

from __future__ import annotations

from uuid import UUID

from portal.domain.identity.access.values import Actor
from portal.domain.investments.statements.queries.statements import visible_statements
from portal.platform import db

NUMBERED = "SELECT s.id FROM investments.statements s WHERE {visible} AND s.number = %(number)s"


def find_numbered_statement(actor: Actor, number: str) -> UUID | None:
    """The statement of this number that the actor may see, or None: a correction names the version before it so."""
    statement = NUMBERED.format(visible=visible_statements(actor))
    found: UUID | None = db.fetch_value(statement, firm=actor.firm_id, number=number)
    return found
