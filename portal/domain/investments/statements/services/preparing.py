"""Preparing statements: their figures frozen and checked, then their files."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple
from uuid import UUID

import orjson

from portal.domain.identity.access.policies import require
from portal.domain.identity.access.values import Actor, Permission
from portal.domain.identity.firms.values import Firm
from portal.domain.investments.ledger.queries.transactions import list_transactions
from portal.domain.investments.ledger.values import Transaction, TransactionFilter
from portal.domain.investments.returns.queries import list_holding_returns
from portal.domain.investments.statements.queries.accruals import list_accrued
from portal.domain.investments.statements.queries.funds import find_fund
from portal.domain.investments.statements.queries.sources import list_bucket_sums, list_standing
from portal.domain.investments.statements.rules.judging import judge
from portal.domain.investments.statements.rules.lines import Sums
from portal.domain.investments.statements.rules.preparing import Heading, make_snapshot
from portal.domain.investments.statements.rules.snapshots import figures_digest, write_snapshot
from portal.domain.investments.statements.values.periods import Frequency, Period
from portal.domain.investments.statements.values.snapshots import Snapshot
from portal.domain.investments.statements.values.statements import StatementState
from portal.platform import clock, db
from portal.platform.db import execute, transactional
from portal.platform.storage.interface import StoredObject

# A holding is shared with readers but closed to postings, so that all its figures are of one moment. Whoever locks
# several does so by their ids.
LOCK = """
SELECT s.id, s.attempt, s.holding_id, s.number, s.version, s.frequency, s.ends_on, s.run_id, r.reason,
  a.name AS account, v.name AS vehicle, h.currency, f.id AS firm_id, f.slug, f.name AS firm,
  f.accent, f.locale, f.time_zone,
  (SELECT count(*) FROM investments.journals j WHERE j.holding_id = s.holding_id AND j.effective_on <= s.ends_on)
    AS journals
FROM unnest(%(ids)s::uuid[], %(attempts)s::integer[]) AS wanted (id, attempt)
JOIN investments.statements s ON s.id = wanted.id AND s.attempt = wanted.attempt
JOIN investments.statement_runs r ON r.id = s.run_id
JOIN investments.holdings h ON h.id = s.holding_id
JOIN investments.vehicles v ON v.id = s.vehicle_id
JOIN people.investor_accounts a ON a.id = s.account_id
JOIN identity.firms f ON f.id = s.firm_id
WHERE s.firm_id = %(firm)s AND s.state = 'preparing'
ORDER BY h.id FOR UPDATE OF s FOR SHARE OF h
"""
SETTLE = """
UPDATE investments.statements s SET state = given.state, problem = given.problem, snapshot = given.snapshot,
  figures_digest = given.digest, journals_read = given.journals, file_key = given.file_key,
  pdf_digest = given.pdf_digest, file_size = given.file_size,
  file_pages = given.file_pages, prepared_at = clock_timestamp()
FROM jsonb_to_recordset(%(outcomes)s::jsonb) AS given (id uuid, state text, problem text, snapshot jsonb, digest text,
  journals integer, file_key text, pdf_digest text, file_size bigint, file_pages integer)
WHERE s.id = given.id AND s.state = 'preparing'
"""


@dataclass(frozen=True, slots=True)
class PreparedStatement:
    """A statement whose figures tie out and that awaits its file: its snapshot, also as it is stored, the digest of
    that, the firm whose statement it is. `journals_read` is how many journals the figures were read from."""

    id: UUID
    attempt: int
    firm: Firm
    snapshot: Snapshot
    stored: Mapping[str, Any]
    figures_digest: str
    journals_read: int


class _Outcome(NamedTuple):
    """What becomes of a prepared statement."""

    prepared: PreparedStatement
    state: StatementState
    problem: str | None = None
    file: StoredObject | None = None
    pages: int | None = None


@transactional
def prepare_statements(actor: Actor, attempts: Sequence[tuple[UUID, int]]) -> list[PreparedStatement]:
    """Work out the figures of statements, given with the number of the attempt, in a few statements of SQL for each
    period. Those left out have nothing to print: they do not tie out (and then stand as failed with their problems),
    would correct nothing (unchanged), or this attempt is no longer wanted."""
    require(actor, Permission.PREPARE_STATEMENTS)
    ids, numbers = [each for each, _ in attempts], [number for _, number in attempts]
    by_period: defaultdict[Period, list[db.AnyRow]] = defaultdict(list)
    for row in db.fetch_all(LOCK, firm=actor.firm_id, ids=ids, attempts=numbers):
        by_period[Period(row.ends_on, Frequency(row.frequency))].append(row)
    outcomes = [each for period, rows in by_period.items() for each in _judged(actor, rows, period)]
    _settle([each for each in outcomes if each.state is not StatementState.READY])
    return [each.prepared for each in outcomes if each.state is StatementState.READY]


def _judged(actor: Actor, rows: Sequence[db.AnyRow], period: Period) -> list[_Outcome]:
    standing = list_standing(actor, [row.holding_id for row in rows], period)
    outcomes = []
    for row, snapshot in zip(rows, _snapshots(actor, rows, period), strict=True):
        before = standing[row.holding_id]
        state, judged, problem = judge(snapshot, previous=before.previous, published=before.same, reason=row.reason)
        stored = write_snapshot(judged)
        firm = Firm(row.firm_id, row.slug, row.firm, row.accent, row.locale, row.time_zone)
        digest = figures_digest(stored)
        prepared = PreparedStatement(row.id, row.attempt, firm, judged, stored, digest, row.journals)
        outcomes.append(_Outcome(prepared, state, problem))
    return outcomes


def _snapshots(actor: Actor, rows: Sequence[db.AnyRow], period: Period) -> list[Snapshot]:
    holdings = [row.holding_id for row in rows]
    sums, accrued = list_bucket_sums(actor, holdings, period), list_accrued(actor, holdings, period)
    returns = list_holding_returns(actor, holdings, as_of=period.ends_on)
    happened = TransactionFilter(holding_ids=tuple(holdings), since=period.starts_on, until=period.ends_on)
    transactions: defaultdict[UUID, list[Transaction]] = defaultdict(list)
    for each in list_transactions(actor, happened, most=None):
        transactions[each.holding_id].append(each)
    beside = {run_id: find_fund(actor, run_id) for run_id in {row.run_id for row in rows}}
    return [
        make_snapshot(
            _heading(row, period),
            Sums(sums[row.holding_id], accrued.get(row.holding_id)),
            returns[row.holding_id].figures,
            transactions[row.holding_id],
            opening_balances=returns[row.holding_id].holding.opening,
            beside=beside[row.run_id],
        )
        for row in rows
    ]


def _heading(row: db.AnyRow, period: Period) -> Heading:
    return Heading(row.number, row.version, clock.today(), row.firm, row.account, row.vehicle, row.currency, period)


@transactional
def complete_statements(actor: Actor, completed: Sequence[tuple[PreparedStatement, StoredObject, int]]) -> None:
    """Freeze prepared statements, ready to be published, each with its PDF in the store and how many pages that has."""
    require(actor, Permission.PREPARE_STATEMENTS)
    _settle([_Outcome(prepared, StatementState.READY, file=file, pages=pages) for prepared, file, pages in completed])


def _settle(outcomes: Sequence[_Outcome]) -> None:
    if outcomes:
        execute(SETTLE, outcomes=orjson.dumps([_written(each) for each in outcomes]).decode())


def _written(outcome: _Outcome) -> dict[str, Any]:
    prepared, file = outcome.prepared, outcome.file
    return {
        "id": prepared.id,
        "state": outcome.state,
        "problem": outcome.problem,
        "snapshot": prepared.stored,
        "digest": prepared.figures_digest,
        "journals": prepared.journals_read,
        "file_key": file and file.key,
        "pdf_digest": file and file.digest,
        "file_size": file and file.size,
        "file_pages": outcome.pages,
    }
