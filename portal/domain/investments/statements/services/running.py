"""Runs: starting, retrying, cancelling, publishing."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from uuid import UUID

import orjson

from portal.domain.identity.access.policies import require
from portal.domain.identity.access.values import Actor, Permission
from portal.domain.identity.approvals.services import void_approval
from portal.domain.identity.approvals.values import STATEMENT_PUBLICATION
from portal.domain.identity.audit.services import record_act
from portal.domain.investments.statements.errors import (
    NothingToRetry,
    RunOpen,
    RunOver,
)
from portal.domain.investments.statements.models import RunRecord
from portal.domain.investments.statements.queries.funds import exists_later_journal, get_vehicle_sums
from portal.domain.investments.statements.queries.runs import DEAD, exists_open_run, get_statement_run
from portal.domain.investments.statements.queries.sources import Holder, list_holders
from portal.domain.investments.statements.rules.lines import fund_sides
from portal.domain.investments.statements.rules.numbers import statement_number
from portal.domain.investments.statements.rules.snapshots import write_sides
from portal.domain.investments.statements.values.periods import Period
from portal.domain.investments.statements.values.runs import StatementRun, subject_of
from portal.domain.investments.vehicles.queries import get_vehicle
from portal.domain.investments.vehicles.values import Vehicle
from portal.platform import clock, db
from portal.platform.db import execute, session, transactional
from portal.platform.errors import Invalid, NotFound
from portal.platform.ids import new_id
from portal.platform.outbox import LATER, enqueue, enqueue_many

# One at a time per vehicle; whoever posts to it does not wait.
LOCK_VEHICLE = "SELECT id FROM investments.vehicles WHERE firm_id = %(firm)s AND id = %(id)s FOR NO KEY UPDATE"
LOCK_RUN = "SELECT id FROM investments.statement_runs WHERE firm_id = %(firm)s AND id = %(id)s FOR UPDATE"
# What an earlier run of the period left behind, the new run takes over.
REPLACE = """
UPDATE investments.statements SET state = 'cancelled'
WHERE firm_id = %(firm)s AND vehicle_id = %(vehicle)s AND frequency = %(frequency)s AND ends_on = %(ends)s
  AND state IN ('preparing', 'ready', 'failed')
"""
BEGIN = """
INSERT INTO investments.statements (id, firm_id, run_id, holding_id, account_id, vehicle_id, frequency, ends_on, number,
  version, state)
SELECT given.id, %(firm)s, %(run)s, given.holding_id, given.account_id, %(vehicle)s, %(frequency)s, %(ends)s,
  given.number, given.version, 'preparing'
FROM unnest(%(ids)s::uuid[], %(holdings)s::uuid[], %(accounts)s::uuid[], %(numbers)s::text[], %(versions)s::integer[])
  AS given (id, holding_id, account_id, number, version)
"""
RETRY = """
UPDATE investments.statements s SET state = 'preparing', attempt = s.attempt + 1, problem = NULL, snapshot = NULL,
  figures_digest = NULL, prepared_at = NULL
WHERE s.firm_id = %(firm)s AND s.run_id = %(run)s AND (%(only)s::uuid IS NULL OR s.id = %(only)s)
  AND (s.state = 'failed' OR (s.state = 'preparing' AND {dead})
    OR (%(anew)s AND s.state IN ('ready', 'unchanged')))
RETURNING s.id, s.attempt
"""
SET_FUND = """
UPDATE investments.statement_runs SET fund = %(fund)s::jsonb, fund_journals = %(journals)s WHERE id = %(run)s
"""
CANCEL_RUN = "UPDATE investments.statement_runs SET cancelled_at = %(moment)s WHERE id = %(run)s"
CANCEL = "UPDATE investments.statements SET state = 'cancelled' WHERE firm_id = %(firm)s AND run_id = %(run)s"


@transactional
def start_statement_run(actor: Actor, vehicle_id: UUID, period: Period, *, reason: str = "") -> UUID:
    """Begin a statement for everybody who holds a vehicle, each prepared by a job of its own. Where statements of the
    period were published, these become corrections and need a `reason`. Invalid, RunOpen. The run's id."""
    require(actor, Permission.PREPARE_STATEMENTS)
    vehicle = get_vehicle(actor, vehicle_id)
    if period.ends_on >= clock.today():
        raise Invalid(fields={"period": f"{period.label} is not over yet; choose one that is."})
    db.fetch_one(LOCK_VEHICLE, firm=actor.firm_id, id=vehicle_id)
    if exists_open_run(actor, vehicle_id, period):
        raise RunOpen
    holders = list_holders(actor, vehicle_id, period)
    if not holders:
        raise Invalid(
            fields={"vehicle": f"Nobody held {vehicle.name} in {period.label}, so there is nothing to state."}
        )
    if any(holder.version > 1 for holder in holders) and not reason.strip():
        raise Invalid(fields={"reason": f"Statements for {period.label} are published. Say why they are corrected."})
    run = RunRecord(
        firm_id=actor.firm_id,
        vehicle_id=vehicle_id,
        frequency=period.frequency.value,
        ends_on=period.ends_on,
        reason=reason.strip(),
        created_by=actor.user_id,
    )
    session.add(run)
    session.flush()
    _set_fund(actor, run.id, vehicle, period)
    _begin(actor, run.id, vehicle_id, period, holders)
    record_act(actor.user_id, "statement_run.start", subject_of(run.id), statements=len(holders))
    return run.id


def _set_fund(actor: Actor, run_id: UUID, vehicle: Vehicle, period: Period) -> None:
    """Freeze what the whole fund comes to, which stands beside every account of the run."""
    sums = get_vehicle_sums(actor, vehicle, period)
    sides = write_sides(fund_sides(sums.fund, sums.partner, vehicle.currency))
    execute(SET_FUND, run=run_id, fund=orjson.dumps(sides).decode(), journals=sums.journals)


def _begin(actor: Actor, run_id: UUID, vehicle_id: UUID, period: Period, holders: list[Holder]) -> None:
    given = {"firm": actor.firm_id, "vehicle": vehicle_id, "frequency": period.frequency, "ends": period.ends_on}
    execute(REPLACE, **given)
    ids = [new_id() for _ in holders]
    execute(
        BEGIN,
        **given,
        run=run_id,
        ids=ids,
        holdings=[holder.holding_id for holder in holders],
        accounts=[holder.account_id for holder in holders],
        numbers=[statement_number(period, secrets.randbits(40)) for _ in holders],
        versions=[holder.version for holder in holders],
    )
    _enqueue((statement_id, 1) for statement_id in ids)


def _enqueue(attempts: Iterable[tuple[UUID, int]]) -> None:
    works: list[tuple[dict[str, str], str | None]] = [
        ({"statement_id": str(statement_id), "attempt": str(attempt)}, f"{statement_id}:{attempt}")
        for statement_id, attempt in attempts
    ]
    enqueue_many("statements.render", works, priority=LATER)


@transactional
def retry_statements(actor: Actor, run_id: UUID, *, statement_id: UUID | None = None) -> int:
    """Prepare the failed statements of a run anew, or one of them; where the vehicle's ledger was changed since, all
    that are not published, since each has the fund beside it. A request to publish the run is void. How many.
    NothingToRetry, RunOver."""
    require(actor, Permission.PREPARE_STATEMENTS)
    run = lock_statement_run(actor, run_id)
    anew = exists_later_journal(actor, run_id)
    if anew:
        _set_fund(actor, run_id, get_vehicle(actor, run.vehicle_id), run.period)
    only = None if anew else statement_id
    rows = db.fetch_all(RETRY.format(dead=DEAD), firm=actor.firm_id, run=run_id, only=only, anew=anew)
    if not rows:
        raise NothingToRetry
    void_approval(actor, STATEMENT_PUBLICATION, subject_of(run_id))
    _enqueue((row.id, row.attempt) for row in rows)
    record_act(actor.user_id, "statement_run.retry", subject_of(run_id), statements=len(rows))
    return len(rows)


@transactional
def cancel_statement_run(actor: Actor, run_id: UUID) -> None:
    """Give up a run of which nothing was published; its files are deleted. RunOver."""
    require(actor, Permission.PREPARE_STATEMENTS)
    if lock_statement_run(actor, run_id).published_at is not None:
        raise RunOver
    void_approval(actor, STATEMENT_PUBLICATION, subject_of(run_id))
    execute(CANCEL_RUN, run=run_id, moment=clock.now())
    execute(CANCEL, firm=actor.firm_id, run=run_id)
    enqueue("statements.discard", once=str(run_id), priority=LATER, run_id=str(run_id))
    record_act(actor.user_id, "statement_run.cancel", subject_of(run_id))


@transactional
def lock_statement_run(actor: Actor, run_id: UUID) -> StatementRun:
    """The run, locked until the end of the operation; NotFound, RunOver when it was cancelled."""
    if db.fetch_one(LOCK_RUN, firm=actor.firm_id, id=run_id) is None:
        raise NotFound
    run = get_statement_run(actor, run_id)
    if run.cancelled_at is not None:
        raise RunOver
    return run
