"""A run of statements for many accounts while its workers are killed, given up half-way and begun anew: none is lost,
none is there twice.

`CHAOS=full` prepares 10,000 statements; it takes minutes.
"""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID, uuid4

import pytest
from flask import Flask

from portal.cli.schedule import sweep
from portal.domain.identity.access.values import Actor, Role
from portal.domain.investments.ledger.services import post_entries
from portal.domain.investments.ledger.values import Entry, EntryKind
from portal.domain.investments.statements.queries.funds import get_tie_out
from portal.domain.investments.statements.queries.runs import get_statement_run
from portal.domain.investments.statements.services.publishing import request_publication
from portal.domain.investments.statements.services.running import cancel_statement_run, start_statement_run
from portal.domain.investments.statements.values.periods import Period
from portal.domain.investments.statements.values.runs import RunState, StatementRun
from portal.jobs import doorbell
from portal.platform import db, outbox
from portal.platform.resources import resources
from portal.platform.tenancy import acting_as
from portal.printing.sheets import count_pages
from portal.settings import Settings
from tests.factories.identity import found_firm, make_user
from tests.factories.investments import make_account, make_vehicle
from tests.factories.statements import approve_publication
from tests.jobs.killing import Workers, environment_of

FULL = os.environ.get("CHAOS") == "full"
ACCOUNTS = 10_000 if FULL else 600
PATIENCE = 150  # seconds in which something has to get done, however busy the machine is
PERIOD = Period.parse("2025-Q3")
MADE = """
SELECT s.holding_id, s.state, s.file_key, s.pdf_digest, s.file_size, s.file_pages, s.number
FROM investments.statements s WHERE s.firm_id = %(firm)s AND s.run_id = %(run)s
"""


@dataclass(frozen=True)
class Fund:
    """A vehicle with many accounts, and who prepares and approves its statements."""

    vehicle: UUID
    maker: Actor
    approver: Actor

    @property
    def system(self) -> Actor:
        """The machinery of its firm."""
        return Actor.system(self.maker.firm_id)

    def start(self) -> UUID:
        """A run, of which nothing is done yet."""
        with acting_as(self.maker.tenancy):
            return start_statement_run(self.maker, self.vehicle, PERIOD)

    def run(self, run_id: UUID) -> StatementRun:
        """How a run stands."""
        with acting_as(self.maker.tenancy):
            return get_statement_run(self.maker, run_id)

    def made(self, run_id: UUID) -> list[db.AnyRow]:
        """The statements of a run as the database has them."""
        with acting_as(self.system.tenancy):
            return db.fetch_all(MADE, firm=self.maker.firm_id, run=run_id)


@pytest.fixture
def fund(committed_app: Flask) -> Iterator[Fund]:
    name = uuid4().hex[:10]
    with committed_app.app_context():
        firm = found_firm(f"statements-{name}", "Chaos Capital")
        maker = make_user(firm, f"maker@{name}.example", Role.ASSOCIATE)
        approver = make_user(firm, f"approver@{name}.example", Role.MANAGER)
        vehicle = make_vehicle(firm, "Chaos Fund")
        with acting_as(Actor.system(firm).tenancy):
            accounts = _open_accounts(firm)
            post_entries(Actor.system(firm), [entry for each in accounts for entry in _history(vehicle, each)])
        yield Fund(vehicle, maker, approver)


@db.transactional
def _open_accounts(firm: UUID) -> list[UUID]:
    return [make_account(firm, f"Trust {number}") for number in range(ACCOUNTS)]


def _history(vehicle: UUID, account: UUID) -> list[Entry]:
    happened = [
        (EntryKind.COMMITMENT, date(2025, 1, 1), 5000),
        (EntryKind.CONTRIBUTION, date(2025, 7, 1), 1000),
        (EntryKind.VALUATION, date(2025, 9, 30), 1100),
    ]
    keys = [(kind, on, Decimal(amount), f"chaos:{account}:{kind}") for kind, on, amount in happened]
    return [Entry(account, vehicle, kind, on, amount, key, key) for kind, on, amount, key in keys]


def _watch(fund: Fund, run_id: UUID, workers: Workers, *, until: Callable[[StatementRun], bool], kill_at: float) -> int:
    """Look at the run's progress, as its page does each second, until it stands so; once so much of it is done, kill
    all workers at one blow. How many processes were killed."""
    killed, done, end = 0, -1, time.monotonic() + PATIENCE
    while True:
        run = fund.run(run_id)
        assert run.counts.total == ACCOUNTS
        assert run.counts.done >= done, "What was done is undone."
        assert run.seconds_left is None or run.seconds_left > 0
        if run.counts.done > done:
            done, end = run.counts.done, time.monotonic() + PATIENCE
        assert time.monotonic() < end, f"{run.counts}, and nothing more for {PATIENCE} s"
        if not killed and done >= kill_at * ACCOUNTS and (pids := workers.pids()):
            workers.kill(pids)
            killed = len(pids)
        if until(run):
            return killed
        workers.keep_two()
        sweep()
        time.sleep(0.05)


def _check(fund: Fund, run_id: UUID) -> None:
    """Each account has one statement, and each statement its own whole file."""
    rows = fund.made(run_id)
    assert {row.state for row in rows} == {"published"}
    for column in ("holding_id", "file_key", "number", "pdf_digest"):
        assert len({getattr(row, column) for row in rows}) == ACCOUNTS, column
    for row in rows:
        content = resources().store.get(row.file_key)
        assert (hashlib.sha256(content).hexdigest(), len(content)) == (row.pdf_digest, row.file_size)
        assert count_pages(content) == row.file_pages == 2


@pytest.mark.chaos
@pytest.mark.slow
def test_a_run_that_is_killed_cancelled_and_begun_anew_loses_and_doubles_nothing(
    committed_app: Flask, fund: Fund, settings: Settings, postgres_url: str
) -> None:
    outbox.connect_doorbell(doorbell.for_url(settings.redis_url))
    began = time.monotonic()
    with Workers({**environment_of(settings, postgres_url), "CHAOS_LEASE": "2"}) as workers:
        given_up = fund.start()
        killed = [_watch(fund, given_up, workers, until=lambda run: run.counts.done >= 0.4 * ACCOUNTS, kill_at=0.1)]
        with acting_as(fund.maker.tenancy):
            cancel_statement_run(fund.maker, given_up)
        assert fund.run(given_up).state is RunState.CANCELLED
        run_id = fund.start()
        killed.append(_watch(fund, run_id, workers, until=lambda run: not run.counts.preparing, kill_at=0.1))
        assert all(killed), killed
        assert fund.run(run_id).counts.ready == ACCOUNTS
        _wait_for_the_rest(fund, workers)
    prepared = time.monotonic() - began
    assert {row.state for row in fund.made(given_up)} == {"cancelled"}
    assert not [row for row in fund.made(given_up) if row.file_key and resources().store.exists(row.file_key)]
    with acting_as(fund.maker.tenancy):
        assert get_tie_out(fund.maker, run_id).holds
        request_publication(fund.maker, run_id)
    approve_publication(fund.approver, run_id)
    _check(fund, run_id)
    print(f"prepared in {prepared:.0f} s, all in {time.monotonic() - began:.0f} s, killed {killed} processes")


def _wait_for_the_rest(fund: Fund, workers: Workers) -> None:
    """Until the files of the run that was given up are thrown away too."""
    end = time.monotonic() + PATIENCE
    while True:
        with acting_as(fund.system.tenancy):
            work = outbox.count_work()
        if not work.get("ready") and not work.get("leased"):
            assert work.keys() == {"done"}
            return
        assert time.monotonic() < end, work
        workers.keep_two()
        sweep()
        time.sleep(0.2)
