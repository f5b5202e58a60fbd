"""Preparing one statement: its figures frozen and checked, then its file."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

import orjson

from portal.domain.identity.access.policies import require
from portal.domain.identity.access.values import Actor, Permission
from portal.domain.investments.ledger.queries.transactions import list_transactions
from portal.domain.investments.ledger.values import TransactionFilter
from portal.domain.investments.returns.queries import get_holding_returns
from portal.domain.investments.statements.queries.sources import count_journals, find_standing, list_bucket_sums
from portal.domain.investments.statements.rules.judging import judge
from portal.domain.investments.statements.rules.preparing import Heading, make_snapshot
from portal.domain.investments.statements.rules.snapshots import figures_digest, write_snapshot
from portal.domain.investments.statements.values.periods import Frequency, Period
from portal.domain.investments.statements.values.snapshots import Snapshot
from portal.domain.investments.statements.values.statements import StatementState
from portal.platform import clock, db
from portal.platform.db import execute, transactional

# The holding is shared with readers but closed to postings, so that all figures are of one moment.
LOCK = """
SELECT s.holding_id, s.number, s.version, s.frequency, s.ends_on, r.reason, f.name AS firm, a.name AS account,
  v.name AS vehicle, h.currency
FROM investments.statements s
JOIN investments.statement_runs r ON r.id = s.run_id
JOIN investments.holdings h ON h.id = s.holding_id
JOIN investments.vehicles v ON v.id = s.vehicle_id
JOIN people.investor_accounts a ON a.id = s.account_id
JOIN identity.firms f ON f.id = s.firm_id
WHERE s.firm_id = %(firm)s AND s.id = %(id)s AND s.state = 'preparing' AND s.attempt = %(attempt)s
FOR UPDATE OF s FOR SHARE OF h
"""
FREEZE = """
UPDATE investments.statements SET state = %(state)s, problem = %(problem)s, snapshot = %(snapshot)s::jsonb,
  figures_digest = %(digest)s, journals_read = %(journals)s, prepared_at = clock_timestamp()
WHERE id = %(id)s AND state = 'preparing'
"""
COMPLETE = """
UPDATE investments.statements SET state = 'ready', file_key = %(key)s, pdf_digest = %(pdf)s
WHERE id = %(id)s AND state = 'preparing' AND snapshot IS NOT NULL
"""


@dataclass(frozen=True, slots=True)
class PreparedStatement:
    """A statement whose figures are frozen and tie out, and that awaits its file."""

    id: UUID
    snapshot: Snapshot
    figures_digest: str


@transactional
def prepare_statement(actor: Actor, statement_id: UUID, *, attempt: int) -> PreparedStatement | None:
    """Freeze the figures of a statement. None when there is nothing to print: it does not tie out (it then stands as
    failed with its problems), it would correct nothing (unchanged), or this attempt is no longer wanted."""
    require(actor, Permission.PREPARE_STATEMENTS)
    row = db.fetch_one(LOCK, firm=actor.firm_id, id=statement_id, attempt=attempt)
    if row is None:
        return None
    period = Period(row.ends_on, Frequency(row.frequency))
    standing = find_standing(actor, row.holding_id, period)
    judgement = judge(
        _snapshot(actor, row, period), previous=standing.previous, published=standing.same, reason=row.reason
    )
    stored = write_snapshot(judgement.snapshot)
    digest = figures_digest(stored)
    execute(
        FREEZE,
        id=statement_id,
        state=StatementState.PREPARING if judgement.state is StatementState.READY else judgement.state,
        problem=judgement.problem,
        snapshot=orjson.dumps(stored).decode(),
        digest=digest,
        journals=count_journals(actor, row.holding_id, period.ends_on),
    )
    if judgement.state is not StatementState.READY:
        return None
    return PreparedStatement(statement_id, judgement.snapshot, digest)


def _snapshot(actor: Actor, row: db.AnyRow, period: Period) -> Snapshot:
    returns = get_holding_returns(actor, row.holding_id, as_of=period.ends_on)
    happened = TransactionFilter(holding_id=row.holding_id, since=period.starts_on, until=period.ends_on)
    heading = Heading(row.number, row.version, clock.today(), row.firm, row.account, row.vehicle, row.currency, period)
    return make_snapshot(
        heading,
        list_bucket_sums(actor, row.holding_id, period),
        returns.figures,
        list_transactions(actor, happened, most=None),
        opening_balances=returns.holding.opening,
    )


@transactional
def complete_statement(actor: Actor, prepared: PreparedStatement, *, file_key: str, pdf_digest: str) -> None:
    """Make a prepared statement ready to be published, with its PDF (its key in the store, its SHA-256 in hex)."""
    require(actor, Permission.PREPARE_STATEMENTS)
    execute(COMPLETE, id=prepared.id, key=file_key, pdf=pdf_digest)
