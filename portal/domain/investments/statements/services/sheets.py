"""Spreadsheets made of statements: known by their digest from then on."""

from __future__ import annotations

from uuid import UUID

from portal.domain.identity.access.values import Actor
from portal.domain.identity.audit.services import record_act
from portal.domain.investments.statements.queries.statements import get_statement
from portal.domain.investments.statements.values.statements import RELEASED
from portal.platform.db import execute, transactional
from portal.platform.tenancy import acting_as

KEEP = """
INSERT INTO investments.statement_sheets (statement_id, digest, firm_id) VALUES (%(id)s, %(digest)s, %(firm)s)
ON CONFLICT DO NOTHING
"""


def give_statement_sheet(actor: Actor, statement_id: UUID, *, digest: str) -> None:
    """Note that the spreadsheet of a statement with this SHA-256 (hex) is given to the actor, so that whoever holds it
    can have it checked; of a draft nothing is kept. NotFound where the actor may not see the statement."""
    statement = get_statement(actor, statement_id)
    with acting_as(Actor.system(actor.firm_id).tenancy):
        _keep(actor, statement_id, digest, released=statement.summary.state in RELEASED)


@transactional
def _keep(actor: Actor, statement_id: UUID, digest: str, *, released: bool) -> None:
    if released:
        execute(KEEP, id=statement_id, digest=digest, firm=actor.firm_id)
    record_act(actor.user_id, "statement.download", f"statement:{statement_id}", file="xlsx")
