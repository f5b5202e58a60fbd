"""Statements for tests: a history over several quarters, runs prepared by the real jobs."""

from __future__ import annotations

from uuid import UUID

from portal.domain.identity.access.values import Actor
from portal.domain.identity.approvals.queries import find_open_approval
from portal.domain.identity.approvals.services import decide_approval
from portal.domain.identity.approvals.values import STATEMENT_PUBLICATION
from portal.domain.investments.statements.queries.statements import list_run_statements
from portal.domain.investments.statements.services.publishing import publish_statement_run
from portal.domain.investments.statements.services.running import start_statement_run
from portal.domain.investments.statements.values.periods import Period
from portal.domain.investments.statements.values.runs import subject_of
from portal.domain.investments.statements.values.statements import StatementSummary
from portal.jobs.drain import drain
from portal.platform.tenancy import acting_as

HISTORY = [
    ("commitment", "2024-11-01", "1000000"),
    ("contribution", "2024-11-15", "250000"),
    ("valuation", "2024-12-31", "248000"),
    ("contribution", "2025-02-15", "300000"),
    ("fee", "2025-03-31", "2500.50"),
    ("valuation", "2025-03-31", "560000"),
    ("gain", "2025-05-10", "20000"),
    ("valuation", "2025-06-30", "575123.45"),
    ("contribution", "2025-08-01", "100000"),
    ("return_of_capital", "2025-09-10", "40000"),
    ("fee", "2025-09-30", "2500.50"),
    ("valuation", "2025-09-30", "651000.10"),
]
Q1, Q2, Q3 = (Period.parse(f"2025-Q{quarter}") for quarter in (1, 2, 3))


def prepare_run(actor: Actor, vehicle_id: UUID, period: Period = Q3, *, reason: str = "") -> UUID:
    """A run whose jobs are done."""
    with acting_as(actor.tenancy):
        run_id = start_statement_run(actor, vehicle_id, period, reason=reason)
    drain()
    return run_id


def publish_run(actor: Actor, vehicle_id: UUID, period: Period = Q3, *, reason: str = "") -> UUID:
    """A run that was prepared and published; nobody was written to yet."""
    run_id = prepare_run(actor, vehicle_id, period, reason=reason)
    with acting_as(actor.tenancy):
        publish_statement_run(actor, run_id)
    return run_id


def approve_publication(approver: Actor, run_id: UUID) -> None:
    """What is asked for of a run, approved: its statements are published."""
    with acting_as(approver.tenancy):
        asked = find_open_approval(approver, STATEMENT_PUBLICATION.name, subject_of(run_id))
        assert asked is not None
        decide_approval(approver, asked.id, digest=asked.digest, approves=True)


def statements_of(actor: Actor, run_id: UUID) -> list[StatementSummary]:
    """The statements of a run, by account."""
    with acting_as(actor.tenancy):
        return list_run_statements(actor, run_id)
