"""Statements that would tell an investor of another one: by what people wrote into the ledger, or as a reason."""

from __future__ import annotations

from uuid import UUID

from portal.domain.documents.filing.queries.lines import list_lines_with_strangers
from portal.domain.identity.access.policies import require
from portal.domain.identity.access.values import Actor, Permission
from portal.domain.investments.statements.values.runs import StatementNaming
from portal.platform import db

# All that a person wrote: the rest of a statement are figures, and the names of its account and vehicle.
WRITTEN = """
SELECT s.number, s.account_id, a.name AS account, line.words, line.on_day
FROM investments.statements s JOIN people.investor_accounts a ON a.id = s.account_id,
  LATERAL (
    SELECT t ->> 'reference' AS words, (t ->> 'on')::date AS on_day
    FROM jsonb_array_elements(s.snapshot -> 'transactions') t
    UNION ALL
    SELECT s.snapshot -> 'correction' ->> 'reason', NULL) line
WHERE s.firm_id = %(firm)s AND s.run_id = %(run)s AND s.state = 'ready' AND line.words <> ''
ORDER BY s.number, line.on_day NULLS LAST, line.words
"""


def list_run_namings(actor: Actor, run_id: UUID) -> list[StatementNaming]:
    """What the statements of a run that are ready tell of others than their account, with the place."""
    require(actor, Permission.PREPARE_STATEMENTS)
    rows = db.fetch_all(WRITTEN, firm=actor.firm_id, run=run_id)
    found = list_lines_with_strangers(actor, [(row.account_id, row.words) for row in rows])
    return [StatementNaming(row.number, row.account, row.on_day, row.words) for row in (rows[place] for place in found)]
