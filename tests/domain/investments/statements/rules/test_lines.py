"""Whatever happened, lines add up, periods chain, and the year is the sum of its periods."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from portal.domain.investments.ledger.rules import LINES
from portal.domain.investments.ledger.values import EntryKind
from portal.domain.investments.statements.rules.checks import find_problems
from portal.domain.investments.statements.rules.sides import FLOWS
from portal.domain.investments.statements.values.periods import Frequency, Period
from portal.domain.investments.statements.values.snapshots import COLUMNS, LINE_LABELS, LINE_PARTS, Snapshot
from tests.domain.investments.statements.rules.worlds import PAYING, Ledger

START = date(2023, 1, 1)
KINDS = (PAYING, *(kind.value for kind in LINES if kind not in (EntryKind.COMMITMENT, EntryKind.VALUATION_ADJUSTMENT)))
ENTRIES = st.lists(
    st.tuples(
        st.sampled_from(KINDS),
        st.integers(0, 3 * 365).map(lambda days: START + timedelta(days=days)),
        st.integers(1, 10**9).map(lambda cents: Decimal(cents) / 100),
    ),
    max_size=20,
)
BEGUN = [("commitment", START, Decimal(1_000_000)), ("valuation", START, Decimal(0))]


def consecutive(ledger: Ledger, first: str, count: int) -> list[Snapshot]:
    period = Period.parse(first)
    snapshots = []
    for _ in range(count):
        snapshots.append(ledger.snapshot(period))
        period = Period.containing(period.ends_on + timedelta(days=1), period.frequency)
    return snapshots


@settings(max_examples=150, deadline=None)
@given(ENTRIES, st.sampled_from(["2023-Q1", "2024-Q1"]))
def test_any_history_ties_out_quarter_by_quarter(entries: list[tuple[str, date, Decimal]], first: str) -> None:
    snapshots = consecutive(Ledger.of([*BEGUN, *entries]), first, 6)
    for previous, snapshot in zip([None, *snapshots], snapshots, strict=False):
        assert find_problems(snapshot, previous) == []
        for code, parts in LINE_PARTS.items():
            for column in COLUMNS:
                total = sum(snapshot.line(part).amount(column) for part in parts)
                assert total == snapshot.line(code).amount(column)


@settings(max_examples=100, deadline=None)
@given(ENTRIES)
def test_the_year_is_the_sum_of_its_quarters_and_of_its_months(entries: list[tuple[str, date, Decimal]]) -> None:
    ledger = Ledger.of([*BEGUN, *entries])
    quarters, months = consecutive(ledger, "2024-Q1", 4), consecutive(ledger, "2024-01", 12)
    for code in FLOWS:
        year = quarters[-1].line(code).year
        assert sum(each.line(code).period for each in quarters) == year
        assert sum(each.line(code).period for each in months) == year


def test_lowering_lines_are_negative() -> None:
    snapshot = Ledger.of(
        [
            ("commitment", date(2024, 1, 1), Decimal(1000)),
            ("contribution", date(2024, 1, 2), Decimal(400)),
            ("fee", date(2024, 2, 1), Decimal(10)),
            ("gain", date(2024, 3, 1), Decimal(50)),
            ("valuation", date(2024, 3, 31), Decimal(300)),
        ]
    ).snapshot(Period(date(2024, 3, 31), Frequency.QUARTER))
    amounts = {line.code: line.period for line in (*snapshot.account_lines, *snapshot.commitment_lines)}
    assert amounts == {
        "beginning_nav": 0, "contributions": 400, "distributions": -50, "total_flows": 350, "fees": -10,
        "net_operating": -10, "gain": -40,
        "ending_nav": 300, "commitment": 1000, "beginning_unfunded": 0, "committed": 1000, "drawn": -400,
        "recallable": 0, "ending_unfunded": 600,
    }  # fmt: skip


def test_what_was_earned_stands_apart_from_what_valuations_leave() -> None:
    snapshot = Ledger.of(
        [
            ("commitment", date(2024, 1, 1), Decimal(1000)),
            ("contribution", date(2024, 1, 2), Decimal(400)),
            ("investment_income", date(2024, 2, 1), Decimal(30)),
            ("interest_expense", date(2024, 2, 2), Decimal(4)),
            ("placement_fee", date(2024, 2, 3), Decimal(6)),
            ("investment_gain", date(2024, 2, 4), Decimal(50)),
            ("investment_loss", date(2024, 2, 5), Decimal(20)),
            ("carried_interest", date(2024, 3, 1), Decimal(5)),
            ("valuation", date(2024, 3, 31), Decimal(450)),
            ("clawback", date(2024, 3, 31), Decimal(2)),
        ]
    ).snapshot(Period(date(2024, 3, 31), Frequency.QUARTER))
    assert find_problems(snapshot, None) == []
    amounts = {line.code: line.period for line in snapshot.account_lines if line.code not in ("fees", "total_flows")}
    assert amounts == {
        "beginning_nav": 0, "contributions": 400, "distributions": -7, "income": 30, "interest_expense": -4,
        "net_operating": 26, "placement_fees": -6, "realised": 30, "gain": 7, "ending_nav": 450, "incentive_paid": -7,
    }  # fmt: skip
    assert list(amounts) == [code for code in LINE_LABELS if code in amounts], "as ILPA orders them"
    assert snapshot.labels["gain"] == "Change in unrealised gain/(loss)"
    assert Ledger.of(BEGUN).snapshot(snapshot.period).labels["gain"] == "Realised and unrealised gain/(loss)"


def test_a_call_half_paid_across_the_end_of_a_period_ties_out() -> None:
    ledger = Ledger.of(
        [
            ("commitment", date(2024, 1, 1), Decimal(1000)),
            ("call", date(2024, 3, 1), Decimal(300)),
            (PAYING, date(2024, 3, 20), Decimal(150)),
            ("valuation", date(2024, 3, 31), Decimal(140)),
            (PAYING, date(2024, 4, 3), Decimal(150)),
            ("fee_rebate", date(2024, 4, 5), Decimal(2)),
            ("release", date(2024, 5, 1), Decimal(100)),
        ]
    )
    first, second = consecutive(ledger, "2024-Q1", 2)
    assert (find_problems(first, None), find_problems(second, first)) == ([], [])
    walks = [
        {line.code: line.period for line in each.commitment_lines if line.period and line.code != "commitment"}
        for each in (first, second)
    ]
    assert walks == [
        {"committed": 1000, "drawn": -150, "called": -150, "ending_unfunded": 700},
        {"beginning_unfunded": 700, "drawn": -150, "called": 150, "released": -100, "ending_unfunded": 600},
    ]
    assert (second.line("contributions").period, second.line("rebates").period) == (150, 2)
    assert [each.unfunded_effect for each in second.transactions] == [0, 0, -100]


def test_amounts_finer_than_the_currency_are_rounded_once() -> None:
    valued = [*BEGUN, ("valuation", date(2024, 2, 1), Decimal("10.005"))]
    line = Ledger.of(valued).snapshot(Period.parse("2024-Q1")).line("ending_nav")
    assert f"{line.period}" == "10.01"
