"""Preparing one statement: its figures frozen and checked, then its file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import orjson

from portal.domain.identity.access.policies import require
from portal.domain.identity.access.values import Actor, Permission
from portal.domain.identity.firms.values import Firm
from portal.domain.investments.ledger.queries.transactions import list_transactions
from portal.domain.investments.ledger.values import TransactionFilter
from portal.domain.investments.returns.queries import get_holding_returns
from portal.domain.investments.statements.queries.sources import find_standing, list_bucket_sums
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
SELECT s.id, s.holding_id, s.number, s.version, s.frequency, s.ends_on, r.reason, a.name AS account, v.name AS vehicle,
  h.currency, f.id AS firm_id, f.slug, f.name AS firm, f.accent, f.locale, f.time_zone,
  (SELECT count(*) FROM investments.journals j WHERE j.holding_id = s.holding_id AND j.effective_on <= s.ends_on)
    AS journals
FROM investments.statements s
JOIN investments.statement_runs r ON r.id = s.run_id
JOIN investments.holdings h ON h.id = s.holding_id
JOIN investments.vehicles v ON v.id = s.vehicle_id
JOIN people.investor_accounts a ON a.id = s.account_id
JOIN identity.firms f ON f.id = s.firm_id
WHERE s.firm_id = %(firm)s AND s.id = %(id)s AND s.state = 'preparing' AND s.attempt = %(attempt)s
FOR UPDATE OF s FOR SHARE OF h
"""
SETTLE = """
UPDATE investments.statements SET state = %(state)s, problem = %(problem)s, snapshot = %(snapshot)s::jsonb,
  figures_digest = %(digest)s, journals_read = %(journals)s, file_key = %(file_key)s, pdf_digest = %(pdf_digest)s,
  prepared_at = clock_timestamp()
WHERE id = %(id)s AND state = 'preparing'
"""


@dataclass(frozen=True, slots=True)
class PreparedStatement:
    """A statement whose figures tie out and that awaits its file: its snapshot, also as it is stored, the digest of
    that, the firm whose statement it is. `journals_read` is how many journals the figures were read from."""

    id: UUID
    firm: Firm
    snapshot: Snapshot
    stored: Mapping[str, Any]
    figures_digest: str
    journals_read: int


@transactional
def prepare_statement(actor: Actor, statement_id: UUID, *, attempt: int) -> PreparedStatement | None:
    """Work out the figures of a statement. None when there is nothing to print: it does not tie out (it then stands as
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
    firm = Firm(row.firm_id, row.slug, row.firm, row.accent, row.locale, row.time_zone)
    prepared = PreparedStatement(statement_id, firm, judgement.snapshot, stored, figures_digest(stored), row.journals)
    if judgement.state is StatementState.READY:
        return prepared
    _settle(prepared, judgement.state, problem=judgement.problem)
    return None


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
    """Freeze a prepared statement, ready to be published, with its PDF (key in the store, SHA-256 in hex)."""
    require(actor, Permission.PREPARE_STATEMENTS)
    _settle(prepared, StatementState.READY, file_key=file_key, pdf_digest=pdf_digest)


def _settle(prepared: PreparedStatement, state: StatementState, **more: str | None) -> None:
    given = {"problem": None, "file_key": None, "pdf_digest": None, **more}
    execute(
        SETTLE,
        id=prepared.id,
        state=state.value,
        snapshot=orjson.dumps(prepared.stored).decode(),
        digest=prepared.figures_digest,
        journals=prepared.journals_read,
        **given,
    )
