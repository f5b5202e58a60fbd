"""Runs from start to publication, through the real jobs."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from uuid import UUID

import pytest
from flask import Flask

from portal.domain.identity.access.values import Actor
from portal.domain.identity.approvals.errors import AlreadyAsked, OwnRequest
from portal.domain.identity.approvals.queries import find_open_approval, get_approval
from portal.domain.identity.approvals.services import decide_approval
from portal.domain.identity.approvals.values import STATEMENT_PUBLICATION
from portal.domain.identity.record.queries import list_history
from portal.domain.investments.statements.errors import (
    NothingToRetry,
    RunOpen,
    RunOutdated,
    RunOver,
    StatementsNameOthers,
    StillPreparing,
)
from portal.domain.investments.statements.queries.namings import list_run_namings
from portal.domain.investments.statements.queries.runs import (
    get_release,
    get_statement_run,
    list_discarded_files,
    list_run_problems,
)
from portal.domain.investments.statements.queries.statements import (
    get_statement,
    list_published_statements,
    list_statement_choices,
)
from portal.domain.investments.statements.services.publishing import publish_statement_run, request_publication
from portal.domain.investments.statements.services.running import (
    cancel_statement_run,
    retry_statements,
    start_statement_run,
)
from portal.domain.investments.statements.values.periods import Period
from portal.domain.investments.statements.values.runs import RunState, StatementRun
from portal.domain.investments.statements.values.statements import Statement, StatementFilter, StatementState
from portal.jobs.drain import drain
from portal.platform import db
from portal.platform.db import transactional
from portal.platform.errors import Forbidden, Invalid, NotFound
from portal.platform.resources import resources
from portal.platform.tenancy import acting_as
from tests.factories.investments import make_account, make_vehicle, post_history
from tests.factories.statements import HISTORY, Q1, Q2, Q3, approve_publication, prepare_run, publish_run, statements_of

EVERYTHING = StatementFilter()


@pytest.fixture
def vehicle(app: Flask, firm_id: UUID) -> UUID:
    return make_vehicle(firm_id, "Harbour Buyout I")


@pytest.fixture
def account(firm_id: UUID, investor: Actor, vehicle: UUID) -> UUID:
    account_id = make_account(firm_id, "Lane Family Trust", investor)
    post_history(firm_id, account_id, vehicle, HISTORY)
    return account_id


def run_of(actor: Actor, run_id: UUID) -> StatementRun:
    with acting_as(actor.tenancy):
        return get_statement_run(actor, run_id)


def statement(actor: Actor, statement_id: UUID) -> Statement:
    with acting_as(actor.tenancy):
        return get_statement(actor, statement_id)


def test_a_run_prepares_and_publishes_what_the_ledger_says(
    associate: Actor, manager: Actor, investor: Actor, account: UUID, vehicle: UUID
) -> None:
    run_id = prepare_run(associate, vehicle)
    run = run_of(associate, run_id)
    assert (run.state, run.counts.ready, run.counts.total) == (RunState.READY, 1, 1)

    with acting_as(manager.tenancy):
        assert publish_statement_run(manager, run_id) == 1
    assert run_of(associate, run_id).state is RunState.PUBLISHED

    with acting_as(investor.tenancy):
        (found,) = list_published_statements(investor, EVERYTHING)
    snapshot = statement(investor, found.id).snapshot
    walk = {line.code: (line.period, line.year, line.inception) for line in snapshot.account_lines}
    assert walk == {
        "beginning_nav": (Decimal("575123.45"), Decimal("248000"), Decimal(0)),
        "contributions": (Decimal(100000), Decimal(400000), Decimal(650000)),
        "distributions": (Decimal(-40000), Decimal(-60000), Decimal(-60000)),
        "total_flows": (Decimal(60000), Decimal(340000), Decimal(590000)),
        "fees": (Decimal("-2500.50"), Decimal("-5001.00"), Decimal("-5001.00")),
        "net_operating": (Decimal("-2500.50"), Decimal("-5001.00"), Decimal("-5001.00")),
        "gain": (Decimal("18377.15"), Decimal("68001.10"), Decimal("66001.10")),
        "ending_nav": (Decimal("651000.10"),) * 3,
    }
    assert snapshot.line("ending_unfunded").period == Decimal(350000)
    assert snapshot.line("beginning_unfunded").period == Decimal(450000)
    assert (snapshot.performance.tvpi, snapshot.performance.valued_on) == (Decimal("1.0938463077"), date(2025, 9, 30))
    assert [each.label for each in snapshot.transactions] == ["Contribution", "Return of capital", "Fee"]


def test_quarters_chain_and_add_up(manager: Actor, account: UUID, vehicle: UUID) -> None:
    for period in (Q1, Q2, Q3):
        publish_run(manager, vehicle, period)
    with acting_as(manager.tenancy):
        found = list_published_statements(manager, EVERYTHING)
        snapshots = [get_statement(manager, each.id).snapshot for each in reversed(found)]
    assert [each.period for each in snapshots] == [Q1, Q2, Q3]
    assert sum(each.line("gain").period for each in snapshots) == snapshots[-1].line("gain").year


def test_a_statement_that_does_not_tie_out_stands_alone(
    manager: Actor, account: UUID, vehicle: UUID, firm_id: UUID
) -> None:
    unvalued = make_account(firm_id, "Ortiz Holdings")
    post_history(
        firm_id, unvalued, vehicle, [("commitment", "2025-08-01", "50000"), ("contribution", "2025-08-02", "10000")]
    )
    run_id = prepare_run(manager, vehicle)
    counts = run_of(manager, run_id).counts
    assert (counts.ready, counts.failed) == (1, 1)
    with acting_as(manager.tenancy):
        (problem,) = list_run_problems(manager, run_id)
        assert publish_statement_run(manager, run_id) == 1
    assert problem.account == "Ortiz Holdings"
    assert problem.problems[0].startswith("There is no valuation on or before 30 Sep 2025")

    post_history(firm_id, unvalued, vehicle, [("valuation", "2025-09-30", "9900")])
    with acting_as(manager.tenancy):
        assert retry_statements(manager, run_id, statement_id=problem.statement_id) == 1
    drain()
    with acting_as(manager.tenancy):
        assert publish_statement_run(manager, run_id) == 1
        with pytest.raises(NothingToRetry):
            retry_statements(manager, run_id)
    assert run_of(manager, run_id).state is RunState.PUBLISHED


def test_what_the_ledger_changed_after_preparing_is_not_published(
    manager: Actor, account: UUID, vehicle: UUID, firm_id: UUID
) -> None:
    run_id = prepare_run(manager, vehicle)
    post_history(firm_id, account, vehicle, [("fee", "2025-09-15", "10")])
    with acting_as(manager.tenancy):
        with pytest.raises(RunOutdated):
            publish_statement_run(manager, run_id)
        assert retry_statements(manager, run_id) == 1
    drain()
    post_history(firm_id, account, vehicle, [("fee", "2025-10-15", "10")])
    with acting_as(manager.tenancy):
        assert publish_statement_run(manager, run_id) == 1
    (published,) = statements_of(manager, run_id)
    snapshot = statement(manager, published.id).snapshot
    assert snapshot.beside is not None
    assert [side.line("fees").period for side in (snapshot.own, snapshot.beside.fund)] == [Decimal("-2510.50")] * 2


def test_a_correction_replaces_and_says_what_changed(
    manager: Actor, investor: Actor, account: UUID, vehicle: UUID, firm_id: UUID
) -> None:
    unaffected = make_account(firm_id, "Ortiz Holdings")
    post_history(firm_id, unaffected, vehicle, HISTORY)
    publish_run(manager, vehicle)
    with acting_as(investor.tenancy):
        (first,) = list_published_statements(investor, EVERYTHING)
    with acting_as(manager.tenancy), pytest.raises(Invalid) as refused:
        start_statement_run(manager, vehicle, Q3)
    assert set(refused.value.fields) == {"reason"}

    post_history(firm_id, account, vehicle, [("fee", "2025-09-20", "100")])
    run_id = publish_run(manager, vehicle, reason="A fee was missing.")
    counts = run_of(manager, run_id).counts
    assert (counts.published, counts.unchanged) == (1, 1)

    with acting_as(investor.tenancy):
        (second,) = list_published_statements(investor, EVERYTHING)
    assert (second.version, second.number != first.number) == (2, True)
    correction = statement(investor, second.id).snapshot.correction
    assert correction is not None
    assert (correction.number, correction.reason) == (first.number, "A fee was missing.")
    fees = next(change for change in correction.changes if (change.figure, change.column) == ("fees", "period"))
    assert (fees.before, fees.after) == ("-2500.50", "-2600.50")
    old = statement(investor, first.id)
    assert (old.summary.state, old.successor_id) == (StatementState.SUPERSEDED, second.id)


def test_a_backdated_change_stops_the_next_period_until_the_last_is_corrected(
    manager: Actor, account: UUID, vehicle: UUID, firm_id: UUID
) -> None:
    publish_run(manager, vehicle, Q2)
    post_history(firm_id, account, vehicle, [("valuation", "2025-06-30", "570000")])
    run_id = prepare_run(manager, vehicle, Q3)
    with acting_as(manager.tenancy):
        (problem,) = list_run_problems(manager, run_id)
    assert "Publish a correction of Q2 2025 first" in problem.problems[0]

    publish_run(manager, vehicle, Q2, reason="The valuation was restated.")
    with acting_as(manager.tenancy):
        retry_statements(manager, run_id)
    drain()
    assert run_of(manager, run_id).counts.ready == 1


def test_a_cancelled_run_leaves_no_files(manager: Actor, account: UUID, vehicle: UUID) -> None:
    run_id = prepare_run(manager, vehicle)
    (ready,) = statements_of(manager, run_id)
    file = statement(manager, ready.id).file
    assert file is not None
    assert resources().store.exists(file.key)
    with acting_as(manager.tenancy):
        cancel_statement_run(manager, run_id)
        assert list_discarded_files(manager, run_id) == [file.key]
    drain()
    assert not resources().store.exists(file.key)
    assert run_of(manager, run_id).state is RunState.CANCELLED
    with acting_as(manager.tenancy), pytest.raises(RunOver):
        publish_statement_run(manager, run_id)


def test_what_is_refused(
    associate: Actor, manager: Actor, investor: Actor, account: UUID, vehicle: UUID, firm_id: UUID
) -> None:
    with acting_as(associate.tenancy):
        run_id = start_statement_run(associate, vehicle, Q3)
        with pytest.raises(RunOpen):
            start_statement_run(associate, vehicle, Q3)
        with pytest.raises(Forbidden):
            publish_statement_run(associate, run_id)
        with pytest.raises(Invalid):
            start_statement_run(associate, vehicle, Period.parse("2099-Q4"))
        with pytest.raises(Invalid):
            start_statement_run(associate, make_vehicle(firm_id, "Nobody's Fund"), Q3)
    with acting_as(manager.tenancy), pytest.raises(StillPreparing):
        publish_statement_run(manager, run_id)
    drain()
    with acting_as(manager.tenancy):
        assert get_release(manager, run_id).people == 1
        publish_statement_run(manager, run_id)
        with pytest.raises(RunOver):
            cancel_statement_run(manager, run_id)
    with acting_as(investor.tenancy), pytest.raises(Forbidden):
        start_statement_run(investor, vehicle, Q2)


def test_lists_narrow_and_page(manager: Actor, investor: Actor, account: UUID, vehicle: UUID, firm_id: UUID) -> None:
    other = make_vehicle(firm_id, "Harbour Credit II")
    post_history(firm_id, account, other, HISTORY)
    for period in (Q2, Q3):
        publish_run(manager, vehicle, period)
        publish_run(manager, other, period)
    with acting_as(investor.tenancy):
        pages, after = [], None
        while page := list_published_statements(investor, EVERYTHING, after=after, most=1):
            pages += page
            after = page[-1].place
        narrowed = list_published_statements(investor, StatementFilter(vehicle_id=other, year=2025))
        choices = list_statement_choices(investor)
        assert list_published_statements(investor, StatementFilter(year=2024)) == []
    assert [(each.period, each.vehicle) for each in pages] == [
        (Q3, "Harbour Buyout I"), (Q3, "Harbour Credit II"), (Q2, "Harbour Buyout I"), (Q2, "Harbour Credit II"),
    ]  # fmt: skip
    assert {each.vehicle for each in narrowed} == {"Harbour Credit II"}
    assert (len(choices.accounts), len(choices.vehicles), choices.years) == (1, 2, (2025,))


def test_a_statement_nobody_prepared_is_not_there(manager: Actor, account: UUID, vehicle: UUID) -> None:
    with acting_as(manager.tenancy):
        run_id = start_statement_run(manager, vehicle, Q3)
    (waiting,) = statements_of(manager, run_id)
    with acting_as(manager.tenancy), pytest.raises(NotFound):
        get_statement(manager, waiting.id)


def test_statements_that_name_another_investor_wait_for_a_reason(
    manager: Actor, account: UUID, vehicle: UUID, firm_id: UUID
) -> None:
    """What people wrote into the ledger is all that a statement says beside figures and its own names."""
    post_history(firm_id, account, vehicle, [("fee", "2025-09-12", "1")], reference="Moved from Ortiz Holdings, LLC")
    run_id = prepare_run(manager, vehicle)
    with acting_as(manager.tenancy):
        assert list_run_namings(manager, run_id) == []
    make_account(firm_id, "Ortiz Holdings, LLC")
    with acting_as(manager.tenancy):
        (naming,) = list_run_namings(manager, run_id)
        assert (naming.on, naming.words) == (date(2025, 9, 12), "Moved from Ortiz Holdings, LLC")
        with pytest.raises(StatementsNameOthers, match="in the transaction of 2025-09-12"):
            publish_statement_run(manager, run_id)
    assert run_of(manager, run_id).state is RunState.READY
    with acting_as(manager.tenancy):
        assert publish_statement_run(manager, run_id, reason="Both agreed to the transfer.") == 1
        acts = [each.act for each in list_history(manager, f"statement_run:{run_id}")]
    assert acts.count("statement_run.clear_naming") == 1


def test_the_reason_of_a_correction_may_name_nobody_either(
    manager: Actor, account: UUID, vehicle: UUID, firm_id: UUID
) -> None:
    publish_run(manager, vehicle)
    make_account(firm_id, "Ortiz Holdings")
    post_history(firm_id, account, vehicle, [("fee", "2025-09-12", "1")])
    run_id = prepare_run(manager, vehicle, reason="A fee of Ortiz Holdings was booked here.")
    with acting_as(manager.tenancy), pytest.raises(StatementsNameOthers, match="in the reason of the correction"):
        publish_statement_run(manager, run_id)


def test_one_person_asks_and_another_publishes(
    associate: Actor, manager: Actor, account: UUID, vehicle: UUID, firm_id: UUID
) -> None:
    run_id = prepare_run(associate, vehicle)
    with acting_as(manager.tenancy):
        asked = request_publication(manager, run_id)
        with pytest.raises(AlreadyAsked):
            request_publication(manager, run_id)
        digest = get_approval(manager, asked).digest
        with pytest.raises(OwnRequest):
            decide_approval(manager, asked, digest=digest, approves=True)
    assert run_of(associate, run_id).state is RunState.READY


def test_who_started_a_run_does_not_approve_it(associate: Actor, manager: Actor, account: UUID, vehicle: UUID) -> None:
    run_id = prepare_run(manager, vehicle)
    with acting_as(associate.tenancy):
        request_publication(associate, run_id)
    with pytest.raises(Forbidden):
        approve_publication(manager, run_id)


def test_only_what_was_asked_for_is_published(
    associate: Actor, manager: Actor, account: UUID, vehicle: UUID, firm_id: UUID
) -> None:
    unvalued = make_account(firm_id, "Ortiz Holdings")
    post_history(firm_id, unvalued, vehicle, [("contribution", "2025-08-02", "10000")])
    run_id = prepare_run(associate, vehicle)
    with acting_as(associate.tenancy):
        request_publication(associate, run_id)
    post_history(firm_id, unvalued, vehicle, [("valuation", "2025-09-30", "9900")])
    with pytest.raises(RunOutdated):
        approve_publication(manager, run_id)
    with acting_as(associate.tenancy):
        assert retry_statements(associate, run_id) == 2
        assert find_open_approval(associate, STATEMENT_PUBLICATION.name, f"statement_run:{run_id}") is None
    drain()
    with acting_as(associate.tenancy):
        request_publication(associate, run_id)
    approve_publication(manager, run_id)
    assert run_of(associate, run_id).counts.published == 2


def test_the_partner_and_the_fund_stand_beside_each_account(
    manager: Actor, account: UUID, vehicle: UUID, firm_id: UUID
) -> None:
    partner = make_account(firm_id, "Harbour General Partner")
    post_history(firm_id, partner, vehicle, [("contribution", "2025-08-02", "500"), ("valuation", "2025-09-30", "490")])
    with acting_as(Actor.system(firm_id).tenancy):
        give_carry_to(partner, vehicle)
    publish_run(manager, vehicle)
    with acting_as(manager.tenancy):
        found = list_published_statements(manager, EVERYTHING)
        snapshots = [get_statement(manager, each.id).snapshot for each in found]
    for each in snapshots:
        assert each.beside is not None
        assert each.beside.partner is not None
        assert each.beside.partner.line("ending_nav").period == Decimal(490)
        assert each.beside.fund.line("ending_nav").period == Decimal("651490.10")
        assert each.beside.fund.line("contributions").inception == Decimal(650500)


@transactional
def give_carry_to(account_id: UUID, vehicle_id: UUID) -> None:
    """The account becomes the vehicle's general partner."""
    db.execute(
        "UPDATE investments.vehicles SET carry_account_id = %(account)s WHERE id = %(vehicle)s",
        account=account_id,
        vehicle=vehicle_id,
    )
