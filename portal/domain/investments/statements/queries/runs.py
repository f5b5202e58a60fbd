"""Reading runs of statements: how far they are, what failed, who would get what."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from portal.domain.identity.access.policies import require
from portal.domain.identity.access.values import Actor, Permission
from portal.domain.investments.statements.values.periods import Frequency, Period
from portal.domain.investments.statements.values.runs import (
    Publication,
    Release,
    RunCounts,
    RunProblem,
    StatementRun,
)
from portal.platform import db
from portal.platform.errors import NotFound
from portal.platform.ids import name_key

RATE_SECONDS = 10
# A statement whose job gave up counts as failed: nobody works on it any more. Written for the alias `s`.
DEAD = """
EXISTS (SELECT FROM platform.outbox o WHERE o.firm_id = s.firm_id AND o.job = 'statements.render'
  AND o.once_key = s.id || ':' || s.attempt AND o.state = 'dead')
"""
RUNS = """
SELECT r.id, r.vehicle_id, v.name AS vehicle, r.frequency, r.ends_on, r.reason, u.name AS created_by, r.created_at,
  r.published_at, r.cancelled_at, c.*
FROM investments.statement_runs r
JOIN investments.vehicles v ON v.id = r.vehicle_id
LEFT JOIN identity.users u ON u.id = r.created_by
CROSS JOIN LATERAL (
  SELECT count(*) FILTER (WHERE s.state = 'preparing' AND NOT s.dead) AS preparing,
    count(*) FILTER (WHERE s.state = 'ready') AS ready,
    count(*) FILTER (WHERE s.state = 'failed' OR s.dead) AS failed,
    count(*) FILTER (WHERE s.state = 'unchanged') AS unchanged,
    count(*) FILTER (WHERE s.state IN ('published', 'superseded')) AS published,
    count(*) FILTER (WHERE s.prepared_at > clock_timestamp() - make_interval(secs => %(seconds)s)) AS lately
  FROM (SELECT s.state, s.prepared_at, s.state = 'preparing' AND {dead} AS dead
    FROM investments.statements s WHERE s.run_id = r.id) s
) c
WHERE r.firm_id = %(firm)s
"""
BEGINNING = ("", UUID(int=0))
PROBLEMS = """
SELECT s.id, a.name AS account, s.snapshot IS NOT NULL AND s.state = 'failed' AS readable,
  COALESCE(s.problem, 'The work on it was given up: ' || COALESCE((SELECT o.last_error FROM platform.outbox o
    WHERE o.firm_id = s.firm_id AND o.job = 'statements.render' AND o.once_key = s.id || ':' || s.attempt),
    'no reason was left.')) AS problem
FROM investments.statements s JOIN people.investor_accounts a ON a.id = s.account_id
WHERE s.firm_id = %(firm)s AND s.run_id = %(run)s
  AND (s.state = 'failed' OR (s.state = 'preparing' AND {dead})) AND (a.name_key, s.id) > (%(name)s, %(last)s)
ORDER BY a.name_key, s.id LIMIT %(most)s
"""
RELEASE = """
SELECT count(*) AS statements, count(*) FILTER (WHERE s.version > 1) AS corrections,
  count(DISTINCT s.account_id) FILTER (WHERE m.account_id IS NULL) AS unreachable,
  (SELECT count(DISTINCT m.user_id) FROM people.account_members m JOIN identity.users u ON u.id = m.user_id AND u.active
    WHERE m.account_id IN (SELECT own.account_id FROM investments.statements own
      WHERE own.run_id = %(run)s AND own.state = 'ready')) AS people
FROM investments.statements s
LEFT JOIN LATERAL (SELECT m.account_id FROM people.account_members m JOIN identity.users u ON u.id = m.user_id
  AND u.active WHERE m.account_id = s.account_id LIMIT 1) m ON true
WHERE s.firm_id = %(firm)s AND s.run_id = %(run)s AND s.state = 'ready'
"""
PUBLICATION = """
SELECT count(*) AS statements, count(*) FILTER (WHERE s.version > 1) AS corrections,
  encode(sha256(convert_to(COALESCE(string_agg(s.number || ':' || s.version || ':' || s.figures_digest || ':'
    || s.pdf_digest, chr(10) ORDER BY s.number), ''), 'UTF8')), 'hex') AS digest,
  (SELECT r.created_by FROM investments.statement_runs r WHERE r.id = %(run)s) AS started_by
FROM investments.statements s WHERE s.firm_id = %(firm)s AND s.run_id = %(run)s AND s.state = 'ready'
"""
NAMES = """
SELECT r.id, v.name, r.frequency, r.ends_on FROM investments.statement_runs r
JOIN investments.vehicles v ON v.id = r.vehicle_id WHERE r.firm_id = %(firm)s AND r.id = ANY(%(ids)s)
"""
OPEN = """
SELECT EXISTS (SELECT FROM investments.statement_runs r WHERE r.firm_id = %(firm)s AND r.vehicle_id = %(vehicle)s
  AND r.frequency = %(frequency)s AND r.ends_on = %(ends)s AND r.published_at IS NULL AND r.cancelled_at IS NULL)
"""
DISCARDED = """
SELECT s.file_key FROM investments.statements s
WHERE s.firm_id = %(firm)s AND s.run_id = %(run)s AND s.state = 'cancelled' AND s.file_key IS NOT NULL
"""
NEIGHBOURS = """
SELECT before, after FROM (
  SELECT s.id, lag(s.id) OVER places AS before, lead(s.id) OVER places AS after
  FROM investments.statements s JOIN people.investor_accounts a ON a.id = s.account_id
  WHERE s.firm_id = %(firm)s AND s.run_id = %(run)s AND s.snapshot IS NOT NULL AND s.state <> 'cancelled'
  WINDOW places AS (ORDER BY a.name_key, s.id)
) places WHERE id = %(id)s
"""


def list_statement_runs(
    actor: Actor, *, before: tuple[datetime, UUID] | None = None, most: int = 50
) -> list[StatementRun]:
    """Runs of the actor's firm, newest first, older than the (created at, id) pair `before`; for staff."""
    require(actor, Permission.PREPARE_STATEMENTS)
    statement = RUNS.format(dead=DEAD)
    parameters: dict[str, object] = {"firm": actor.firm_id, "seconds": RATE_SECONDS, "most": most}
    if before is not None:
        statement += " AND (r.created_at, r.id) < (%(before_at)s, %(before_id)s)"
        parameters |= {"before_at": before[0], "before_id": before[1]}
    statement += " ORDER BY r.created_at DESC, r.id DESC LIMIT %(most)s"
    return [_run(row) for row in db.fetch_all(statement, **parameters)]


def get_statement_run(actor: Actor, run_id: UUID) -> StatementRun:
    """One run of the actor's firm with its counts; NotFound otherwise."""
    require(actor, Permission.PREPARE_STATEMENTS)
    row = db.fetch_one(
        RUNS.format(dead=DEAD) + " AND r.id = %(id)s", firm=actor.firm_id, id=run_id, seconds=RATE_SECONDS
    )
    if row is None:
        raise NotFound
    return _run(row)


def exists_open_run(actor: Actor, vehicle_id: UUID, period: Period) -> bool:
    """Whether a run of this vehicle and period is neither published nor cancelled."""
    found = db.fetch_value(
        OPEN, firm=actor.firm_id, vehicle=vehicle_id, frequency=period.frequency.value, ends=period.ends_on
    )
    return bool(found)


def list_run_problems(
    actor: Actor, run_id: UUID, *, after: tuple[str, UUID] = BEGINNING, most: int = 50
) -> list[RunProblem]:
    """The statements of a run that failed, by account, and why; those after the (account, id) of `after`."""
    require(actor, Permission.PREPARE_STATEMENTS)
    statement = PROBLEMS.format(dead=DEAD)
    asked = {"firm": actor.firm_id, "run": run_id, "name": name_key(after[0]), "last": after[1]}
    rows = db.fetch_all(statement, **asked, most=most)
    return [RunProblem(row.id, row.account, tuple(row.problem.split("\n")), row.readable) for row in rows]


def find_neighbours(actor: Actor, run_id: UUID, statement_id: UUID) -> tuple[UUID | None, UUID | None]:
    """The statements before and after one in its run, by account, for paging through what everybody would get."""
    require(actor, Permission.PREPARE_STATEMENTS)
    row = db.fetch_one(NEIGHBOURS, firm=actor.firm_id, run=run_id, id=statement_id)
    return (None, None) if row is None else (row.before, row.after)


def list_discarded_files(actor: Actor, run_id: UUID) -> list[str]:
    """The keys of the files that a cancelled run made."""
    return [row.file_key for row in db.fetch_all(DISCARDED, firm=actor.firm_id, run=run_id)]


def get_release(actor: Actor, run_id: UUID) -> Release:
    """What publishing a run now would do."""
    require(actor, Permission.PREPARE_STATEMENTS)
    row = db.fetch_one(RELEASE, firm=actor.firm_id, run=run_id)
    assert row is not None  # an aggregate without GROUP BY has one row
    return Release(row.statements, row.corrections, row.people, row.unreachable)


def get_publication(actor: Actor, run_id: UUID) -> Publication:
    """What is ready of a run, as a request to publish it names it."""
    require(actor, Permission.PREPARE_STATEMENTS)
    row = db.fetch_one(PUBLICATION, firm=actor.firm_id, run=run_id)
    assert row is not None  # an aggregate without GROUP BY has one row
    return Publication(*row)


def find_run_names(actor: Actor, run_ids: Sequence[UUID]) -> dict[UUID, str]:
    """What runs of the actor's firm are called, for staff."""
    require(actor, Permission.PREPARE_STATEMENTS)
    rows = db.fetch_all(NAMES, firm=actor.firm_id, ids=list(run_ids))
    return {row.id: f"{row.name}, {Period(row.ends_on, Frequency(row.frequency)).label}" for row in rows}


def _run(row: db.AnyRow) -> StatementRun:
    return StatementRun(
        id=row.id,
        vehicle_id=row.vehicle_id,
        vehicle=row.vehicle,
        period=Period(row.ends_on, Frequency(row.frequency)),
        reason=row.reason,
        created_by=row.created_by,
        created_at=row.created_at,
        published_at=row.published_at,
        cancelled_at=row.cancelled_at,
        counts=RunCounts(row.preparing, row.ready, row.failed, row.unchanged, row.published),
        rate=Decimal(row.lately) / RATE_SECONDS,
    )
