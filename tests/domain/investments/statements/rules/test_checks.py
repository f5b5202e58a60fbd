"""Each thing that must hold, broken once."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from portal.domain.investments.statements.rules.checks import find_problems
from portal.domain.investments.statements.rules.judging import judge
from portal.domain.investments.statements.rules.sides import COLUMN_NAMES
from portal.domain.investments.statements.values.periods import Period
from portal.domain.investments.statements.values.snapshots import (
    COLUMNS,
    LINE_LABELS,
    LINE_PARTS,
    Column,
    Line,
    Snapshot,
)
from portal.domain.investments.statements.values.statements import StatementState
from tests.domain.investments.statements.rules.worlds import Ledger

HISTORY = [
    ("commitment", date(2024, 1, 1), Decimal(1000)),
    ("contribution", date(2024, 1, 2), Decimal(400)),
    ("valuation", date(2024, 3, 31), Decimal(410)),
    ("contribution", date(2024, 4, 2), Decimal(100)),
    ("fee", date(2024, 5, 1), Decimal(5)),
    ("gain", date(2024, 6, 1), Decimal(20)),
    ("valuation", date(2024, 6, 30), Decimal(500)),
]
Q1, Q2, Q3 = (Period.parse(f"2024-Q{quarter}") for quarter in (1, 2, 3))

STATED = [code for code in LINE_LABELS if Ledger.of(HISTORY).snapshot(Q2).own.states(code)]


@pytest.fixture
def first() -> Snapshot:
    return Ledger.of(HISTORY).snapshot(Q1)


@pytest.fixture
def second() -> Snapshot:
    return Ledger.of(HISTORY).snapshot(Q2)


def with_line(snapshot: Snapshot, code: str, **amounts: Decimal) -> Snapshot:
    def changed(lines: tuple[Line, ...]) -> tuple[Line, ...]:
        return tuple(replace(line, **amounts) if line.code == code else line for line in lines)

    return replace(
        snapshot,
        account_lines=changed(snapshot.account_lines),
        commitment_lines=changed(snapshot.commitment_lines),
    )


def test_what_ties_out_has_no_problem(first: Snapshot, second: Snapshot) -> None:
    assert find_problems(first, None) == []
    assert find_problems(second, first) == []


@pytest.mark.parametrize("code", [code for code in STATED if code != "commitment"])
@pytest.mark.parametrize("column", COLUMNS)
def test_lines_that_do_not_add_up_are_named_with_the_difference(second: Snapshot, code: str, column: Column) -> None:
    """A cent on any line that a total is made of, or on a total itself."""
    amount = second.line(code).amount(column) + Decimal("0.01")
    total = code if code in LINE_PARTS else next(each for each, parts in LINE_PARTS.items() if code in parts)
    problems = find_problems(with_line(second, code, **{column: amount}), None)
    (named,) = [each for each in problems if each.startswith(f"{LINE_LABELS[total]} ({COLUMN_NAMES[column]}) is")]
    assert named.endswith("USD 0.01 apart.")


def test_no_valuation_while_there_are_net_assets() -> None:
    unvalued = Ledger.of(HISTORY[:2]).snapshot(Q1)
    assert find_problems(unvalued, None) == [
        "There is no valuation on or before 31 Mar 2024, while net assets of USD 400.00 stand in the ledger."
        " Post a valuation for that date, then retry."
    ]


def test_a_commitment_alone_needs_no_valuation() -> None:
    assert find_problems(Ledger.of(HISTORY[:1]).snapshot(Q1), None) == []


@pytest.mark.parametrize(
    ("figure", "label"),
    [
        ("paid_in", "Contributions"),
        ("distributed", "Distributions"),
        ("nav", "Ending net asset value"),
        ("commitment", "Total commitment"),
    ],
)
def test_what_the_ledger_keeps_differs(second: Snapshot, figure: str, label: str) -> None:
    returns = replace(second.performance, **{figure: Decimal("77.77")})
    (problem,) = find_problems(replace(second, performance=returns), None)
    assert problem.startswith(f"{label} since inception is")
    stated = {"paid_in": "500.00", "distributed": "(20.00)", "nav": "500.00", "commitment": "1,000.00"}[figure]
    kept = "(77.77)" if figure == "distributed" else "77.77"
    off = {"paid_in": "422.23", "distributed": "57.77", "nav": "422.23", "commitment": "922.23"}[figure]
    assert f"is USD {stated}, but the ledger's balance is USD {kept}: USD {off} apart." in problem


def test_a_transaction_is_missing(second: Snapshot) -> None:
    (problem,) = find_problems(replace(second, transactions=second.transactions[1:]), None)
    assert problem.startswith("The transactions listed come to")
    assert problem.endswith("USD 100.00 apart.")


def test_the_chain_is_broken(first: Snapshot, second: Snapshot) -> None:
    problems = find_problems(second, with_line(first, "ending_nav", period=Decimal(400)))
    assert problems == [
        "Beginning net asset value is USD 410.00, but the statement for Q1 2024 (N-1) ended with USD 400.00:"
        " USD 10.00 apart. The ledger was changed since it was published. Publish a correction of Q1 2024 first, then"
        " retry."
    ]


@pytest.mark.parametrize("column", ["year", "inception"])
def test_the_year_is_not_the_sum(first: Snapshot, second: Snapshot, column: str) -> None:
    problems = find_problems(second, with_line(first, "fees", **{column: Decimal(-9)}))
    assert [problem.split(" is ")[0] for problem in problems] == [
        f"Management fees ({'year' if column == 'year' else 'inception'} to date)"
    ]
    assert "USD 9.00 apart" in problems[0]


def test_only_the_period_right_before_binds(first: Snapshot) -> None:
    third = Ledger.of(HISTORY).snapshot(Q3)
    assert find_problems(third, with_line(first, "ending_nav", period=Decimal(1))) == []


def test_a_new_year_begins_anew() -> None:
    ledger = Ledger.of(HISTORY)
    last, next_year = ledger.snapshot(Period.parse("2024-Q4")), ledger.snapshot(Period.parse("2025-Q1"))
    assert find_problems(next_year, last) == []
    assert next_year.line("contributions").year == 0


def test_a_correction_lists_what_changed(second: Snapshot) -> None:
    changed = Ledger.of([*HISTORY, ("fee", date(2024, 6, 2), Decimal(7))]).snapshot(Q2, "N-2", 2)
    judgement = judge(changed, previous=None, published=second, reason="A fee was missing.")
    assert judgement.state is StatementState.READY
    correction = judgement.snapshot.correction
    assert correction is not None
    assert {(each.figure, each.column) for each in correction.changes} == {
        (code, column) for code in ("fees", "net_operating", "gain") for column in ("period", "year", "inception")
    }


def test_a_correction_of_nothing_is_none(second: Snapshot) -> None:
    again = Ledger.of(HISTORY).snapshot(Q2, "N-2", 2)
    judgement = judge(again, previous=None, published=second, reason="Just to be sure.")
    assert judgement.state is StatementState.UNCHANGED


def test_every_problem_is_told() -> None:
    broken = with_line(Ledger.of(HISTORY[:2]).snapshot(Q1), "fees", period=Decimal(3))
    judgement = judge(broken, previous=None, published=None, reason="")
    assert judgement.state is StatementState.FAILED
    assert len((judgement.problem or "").splitlines()) == 3
