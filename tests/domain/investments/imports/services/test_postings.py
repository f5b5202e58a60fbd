"""From upload to posting by jobs, and back: previews, undoing, positions that follow one another, returns."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from flask import Flask

from portal.domain.identity.access.values import Actor
from portal.domain.investments.imports.errors import ImportBusy, PositionBuiltUpon
from portal.domain.investments.imports.services.checks import choose_import_options, stop_import
from portal.domain.investments.imports.services.postings import queue_posting, queue_undo
from portal.domain.investments.imports.values.records import ImportState, RowState
from portal.domain.investments.ledger.queries.checks import list_ledger_findings
from portal.domain.investments.ledger.queries.transactions import list_transactions
from portal.domain.investments.ledger.values import TransactionFilter
from portal.domain.investments.returns.queries import Portfolio, get_portfolio
from portal.jobs.drain import drain
from portal.platform.db import fetch_all
from portal.platform.errors import Forbidden
from portal.platform.tenancy import acting_as
from tests.conftest import World
from tests.factories.imports import (
    POSITIONS,
    checked,
    holdings_of,
    options_for,
    post_file,
    posted,
    preview,
    seen,
    undone,
)

CALLS = [
    ("Lane Trust", "Harbour I", "2020-01-01", "commitment", "100000", "C"),
    ("Lane Trust", "Harbour I", "2020-02-01", "contribution", "60000", "1"),
]
QUARTERS = [
    ("Lane Trust", "Harbour I", "2020-12-31", "100000", "60000", "10000", "70000"),
    ("Lane Trust", "Harbour I", "2020-09-30", "100000", "40000", "0", "39000"),
]
LATER = [("Lane Trust", "Harbour I", "2021-03-31", "90000", "65000", "9000", "0")]


@pytest.fixture
def staff(app: Flask, associate: Actor) -> Actor:
    return associate


def portfolio(actor: Actor) -> Portfolio:
    with acting_as(actor.tenancy):
        return get_portfolio(actor, as_of=date(2026, 11, 1))


def standing(actor: Actor, as_of: str = "2026-11-01") -> tuple[Decimal, ...]:
    (held,) = holdings_of(actor, as_of)
    return (held.commitment, held.paid_in, held.distributed, held.nav)


def books_stand(actor: Actor) -> bool:
    with acting_as(actor.tenancy):
        assert list_ledger_findings(actor) == []
    return True


def test_an_import_is_checked_previewed_and_posted(staff: Actor) -> None:
    found = checked(staff, CALLS)
    assert found.state is ImportState.CHECKED
    assert found.summary is not None
    assert (found.summary.rows, found.summary.new, found.summary.ready) == (2, 2, True)
    assert [(each.name, each.kind) for each in found.summary.accounts] == [("Lane Trust", "trust")]
    assert [(total.figure, total.amount) for total in found.summary.totals] == [
        ("commitment", Decimal("100000.00")),
        ("contribution", Decimal("60000.00")),
    ]
    assert [(row.row, row.state, row.amounts["amount"]) for row in preview(staff, found.id)] == [
        (2, RowState.NEW, Decimal(100000)),
        (3, RowState.NEW, Decimal(60000)),
    ]
    done = posted(staff, CALLS)
    assert (done.state, done.posted, done.skipped) == (ImportState.POSTED, 2, 0)
    assert (done.posted_by, done.created_by) == (staff.name, staff.name)
    assert standing(staff) == (100000, 60000, 0, 0)
    assert books_stand(staff)


def test_history_with_carry_paid_back_is_posted_as_it_was(staff: Actor) -> None:
    rows = [
        ("Lane Trust", "Harbour I", "2020-01-01", "contribution", "600", "1"),
        ("Lane Trust", "Harbour I", "2021-01-01", "gain", "1080", "2"),
        ("Harbour GP", "Harbour I", "2021-01-01", "carried_interest", "200", "3"),
        ("Lane Trust", "Harbour I", "2022-01-01", "clawback", "200", "4"),
        ("Harbour GP", "Harbour I", "2022-01-01", "Carry paid back", "(200)", "5"),
    ]
    found = checked(staff, rows)
    assert found.summary is not None
    assert (found.summary.problems, found.summary.totals[-1].figure, found.summary.totals[-1].amount) == (
        0,
        "clawback",
        0,
    )
    assert [row.amounts["amount"] for row in preview(staff, found.id)][3:] == [200, -200]
    posted(staff, rows)
    assert {held.account: held.distributed for held in holdings_of(staff, "2026-11-01")} == {
        "Lane Trust": 1280,
        "Harbour GP": 0,
    }
    assert books_stand(staff)


def test_what_was_posted_names_its_import_and_its_person(staff: Actor) -> None:
    done = posted(staff, CALLS)
    with acting_as(staff.tenancy):
        assert {line.reference for line in list_transactions(staff, TransactionFilter())} == {"C", "1"}
        rows = fetch_all("SELECT DISTINCT batch_id, posted_by FROM investments.journals")
    assert [tuple(row) for row in rows] == [(done.id, staff.user_id)]


def test_asking_twice_posts_once(staff: Actor) -> None:
    found = checked(staff, CALLS)
    with acting_as(staff.tenancy):
        queue_posting(staff, found.id, attempt=found.attempt)
        queue_posting(staff, found.id, attempt=found.attempt)
    assert drain() == 1
    with acting_as(staff.tenancy):
        queue_posting(staff, found.id, attempt=found.attempt)
    assert drain() == 0
    assert standing(staff)[1] == 60000


def test_a_preview_that_was_checked_anew_since_is_not_posted(staff: Actor) -> None:
    found = checked(staff, CALLS)
    with acting_as(staff.tenancy):
        choose_import_options(staff, found.id, options_for(("account", "vehicle", "date", "type", "amount")))
    drain()
    with acting_as(staff.tenancy), pytest.raises(ImportBusy):
        queue_posting(staff, found.id, attempt=found.attempt)


def test_problems_keep_an_import_from_being_posted(staff: Actor) -> None:
    found = checked(staff, [*CALLS, ("", "Harbour I", "2020-03-01", "call", "x", "")])
    assert found.summary is not None
    assert (found.summary.refused, found.summary.problems) == (1, 2)
    bad = preview(staff, found.id)[-1]
    assert (bad.row, bad.state, bad.given["amount"], [field for field, _ in bad.problems]) == (
        4,
        RowState.REFUSED,
        "x",
        ["account", "amount"],
    )
    with acting_as(staff.tenancy), pytest.raises(ImportBusy):
        queue_posting(staff, found.id, attempt=found.attempt)


def test_a_ledger_that_changed_meanwhile_sends_it_back_to_the_preview(staff: Actor) -> None:
    found = checked(staff, CALLS)
    post_file(Actor.system(staff.firm_id), [(*CALLS[1][:4], "61000", "1")])
    with acting_as(staff.tenancy):
        queue_posting(staff, found.id, attempt=found.attempt)
    drain()
    back = seen(staff, found.id)
    assert (back.state, back.posted) == (ImportState.CHECKED, 0)
    assert "has changed since" in str(back.problem)
    assert [row.state for row in preview(staff, found.id)] == [RowState.NEW, RowState.REFUSED]
    assert standing(staff) == (0, 61000, 0, 0)


def test_a_stopped_posting_posts_nothing(staff: Actor) -> None:
    found = checked(staff, CALLS)
    with acting_as(staff.tenancy):
        queue_posting(staff, found.id, attempt=found.attempt)
        stop_import(staff, found.id)
    drain()
    assert seen(staff, found.id).state is ImportState.CHECKED
    assert holdings_of(staff) == []


def test_undo_takes_all_back_and_the_file_may_be_posted_again(staff: Actor) -> None:
    done = posted(staff, CALLS)
    back = undone(staff, done.id)
    assert (back.state, back.undone_by) == (ImportState.UNDONE, staff.name)
    assert holdings_of(staff) == []
    with acting_as(staff.tenancy):
        choose_import_options(staff, done.id, back.options)  # type: ignore[arg-type]  # it was checked
    drain()
    again = seen(staff, done.id)
    with acting_as(staff.tenancy):
        queue_posting(staff, done.id, attempt=again.attempt)
    drain()
    assert standing(staff) == (100000, 60000, 0, 0)
    assert undone(staff, done.id).state is ImportState.UNDONE
    assert holdings_of(staff) == []
    assert books_stand(staff)


def test_positions_of_several_dates_read_right_at_each(staff: Actor) -> None:
    posted(staff, QUARTERS, POSITIONS)
    assert standing(staff, "2020-10-31") == (100000, 40000, 0, 39000)
    assert standing(staff, "2020-12-31") == (100000, 60000, 10000, 70000)
    posted(staff, LATER, POSITIONS)
    assert standing(staff) == (90000, 65000, 9000, 0)
    assert standing(staff, "2020-12-31") == (100000, 60000, 10000, 70000)
    assert books_stand(staff)


def test_a_position_before_one_that_stands_is_refused(staff: Actor) -> None:
    posted(staff, QUARTERS[:1], POSITIONS)
    (problem,) = post_file(Actor.system(staff.firm_id), QUARTERS, POSITIONS).problems
    assert (problem.row, problem.field) == (3, "as_of")
    assert "A position of 2020-12-31 is posted" in problem.message


def test_undoing_a_position_that_another_was_built_on_is_refused(staff: Actor) -> None:
    first = posted(staff, QUARTERS, POSITIONS)
    second = posted(staff, LATER, POSITIONS)
    with acting_as(staff.tenancy), pytest.raises(PositionBuiltUpon, match=r"of 2021-03-31 .*was posted as the diff"):
        queue_undo(staff, first.id)
    undone(staff, second.id)
    assert standing(staff) == (100000, 60000, 10000, 70000)
    assert undone(staff, first.id).state is ImportState.UNDONE


def test_a_position_of_a_holding_with_dated_transactions_is_refused(staff: Actor) -> None:
    posted(staff, CALLS)
    (problem,) = post_file(Actor.system(staff.firm_id), LATER, POSITIONS).problems
    assert "dated transactions, the latest of 2020-02-01" in problem.message


def test_a_transaction_that_an_opening_balance_includes_is_refused(staff: Actor) -> None:
    posted(staff, QUARTERS[:1], POSITIONS)
    after = ("Lane Trust", "Harbour I", "2021-02-01", "contribution", "1000", "")
    outcome = post_file(Actor.system(staff.firm_id), [CALLS[1], after])
    assert [(problem.row, problem.field) for problem in outcome.problems] == [(2, "date")]
    assert post_file(Actor.system(staff.firm_id), [after]).posted == 1
    assert standing(staff)[1] == 61000


def test_positions_have_no_rate_and_say_why(staff: Actor) -> None:
    posted(staff, QUARTERS, POSITIONS)
    (total,) = portfolio(staff).totals
    assert (total.irr, total.reasons["irr"]) == (None, "opening_balances")
    assert total.tvpi is not None
    assert round(total.tvpi, 4) == Decimal("1.3333")


XIRR = [("2008-01-01", "-10000"), ("2008-03-01", "2750"), ("2008-10-30", "4250"), ("2009-02-15", "3250"),
        ("2009-04-01", "2750")]  # fmt: skip


def test_the_documented_xirr_example(staff: Actor) -> None:
    rows = [
        ("Lane Trust", "Harbour I", day, "contribution" if amount[0] == "-" else "distribution", amount.strip("-"), "")
        for day, amount in XIRR
    ]
    posted(staff, rows)
    (total,) = portfolio(staff).totals
    assert total.irr is not None
    assert abs(total.irr - Decimal("0.3733625335")) < Decimal("1e-9")


def test_flows_with_two_rates_have_none(staff: Actor) -> None:
    rows = [
        ("Lane Trust", "Harbour I", "2018-01-01", "distribution", "100", ""),
        ("Lane Trust", "Harbour I", "2019-01-01", "contribution", "230", ""),
        ("Lane Trust", "Harbour I", "2020-01-01", "distribution", "132", ""),
    ]
    posted(staff, rows)
    (total,) = portfolio(staff).totals
    assert (total.irr, total.reasons["irr"]) == (None, "several_roots")


def test_an_auditor_does_not_import(staff: Actor, world: World) -> None:
    found = checked(staff, CALLS)
    with acting_as(world.auditor.tenancy), pytest.raises(Forbidden):
        queue_posting(world.auditor, found.id, attempt=found.attempt)
