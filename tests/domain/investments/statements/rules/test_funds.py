"""The fund beside the accounts: what it must hold against them and what was published before, broken once each."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from itertools import zip_longest

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.domain.investments.statements.rules.checks import find_problems
from portal.domain.investments.statements.rules.corrections import corrected
from portal.domain.investments.statements.rules.funds import find_fund_problems
from portal.domain.investments.statements.rules.lines import Accrued, BucketSums, Sums, fund_sides
from portal.domain.investments.statements.rules.snapshots import figures_digest, read_snapshot, write_snapshot
from portal.domain.investments.statements.values.periods import Period
from portal.domain.investments.statements.values.snapshots import COLUMNS, LINE_LABELS, FundSides, Side, Snapshot
from tests.domain.investments.statements.rules.worlds import Ledger

ADA = [
    ("commitment", date(2024, 1, 1), Decimal(1000)),
    ("contribution", date(2024, 1, 2), Decimal(400)),
    ("valuation", date(2024, 3, 31), Decimal(410)),
    ("fee", date(2024, 5, 1), Decimal(5)),
    ("expense", date(2024, 5, 2), Decimal(2)),
    ("gain", date(2024, 6, 1), Decimal(20)),
    ("valuation", date(2024, 6, 30), Decimal(500)),
]
PARTNER = [
    ("commitment", date(2024, 1, 1), Decimal(10)),
    ("contribution", date(2024, 2, 2), Decimal(4)),
    ("valuation", date(2024, 3, 31), Decimal(5)),
    ("carried_interest", date(2024, 6, 1), Decimal(2)),
    ("valuation", date(2024, 6, 30), Decimal(6)),
]
Q1, Q2 = (Period.parse(f"2024-Q{quarter}") for quarter in (1, 2))
LEDGERS = [Ledger.of(ADA), Ledger.of(PARTNER)]
Totals = dict[tuple[str, str], Decimal]


def sides_of(period: Period, ledgers: list[Ledger] = LEDGERS, accrued: Sequence[Accrued] = ()) -> FundSides:
    """What the query of the vehicle's sums would come to; the last ledger is the general partner's."""
    sums: list[BucketSums] = [each for ledger in ledgers for each in ledger.sums(period)]
    whole = Accrued(*map(sum, zip(*accrued, strict=True))) if accrued else None
    return fund_sides(Sums(sums, whole), Sums(ledgers[-1].sums(period), accrued[-1] if accrued else None), "USD")


def totals_of(period: Period, ledgers: list[Ledger] = LEDGERS, accrued: Sequence[Accrued] = ()) -> Totals:
    totals: Totals = defaultdict(Decimal)
    for ledger, its_own in zip_longest(ledgers, accrued):
        for line in ledger.snapshot(period, accrued=its_own).own.lines:
            for column in COLUMNS:
                totals[line.code, column] += line.amount(column)
    return totals


def problems(period: Period, sides: FundSides, totals: Totals, before: FundSides | None = None) -> list[str]:
    return find_fund_problems(sides, totals, before and (before, Q1, "N-1"), period, "USD")


def with_line(side: Side, code: str, **amounts: Decimal) -> Side:
    def changed(lines: tuple) -> tuple:  # type: ignore[type-arg]  # of lines
        return tuple(replace(line, **amounts) if line.code == code else line for line in lines)

    return Side(changed(side.account_lines), changed(side.commitment_lines))


def test_a_fund_that_is_its_accounts_ties_out() -> None:
    assert problems(Q1, sides_of(Q1), totals_of(Q1)) == []
    assert problems(Q2, sides_of(Q2), totals_of(Q2), sides_of(Q1)) == []


@pytest.mark.parametrize("code", [code for code in LINE_LABELS if sides_of(Q2).fund.states(code)])
@pytest.mark.parametrize("column", COLUMNS)
def test_a_cent_between_the_accounts_and_the_fund_is_named_with_its_line(code: str, column: str) -> None:
    totals = totals_of(Q2)
    totals[code, column] += Decimal("0.01")
    (problem,) = problems(Q2, sides_of(Q2), totals, sides_of(Q1))
    assert problem.startswith(f"Total fund: {LINE_LABELS[code]} (")
    assert problem.endswith("USD 0.01 apart.")


# Of Ada and the partner before each period, before the year, and at the end.
SET_ASIDE = {
    Q1: [Accrued(Decimal(0), Decimal(0), Decimal(12)), Accrued(Decimal(0), Decimal(0), Decimal(3))],
    Q2: [Accrued(Decimal(12), Decimal(0), Decimal(30)), Accrued(Decimal(3), Decimal(0), Decimal(0))],
}


def test_carry_that_is_set_aside_ties_out() -> None:
    first, second = (sides_of(each, accrued=SET_ASIDE[each]) for each in (Q1, Q2))
    assert problems(Q2, second, totals_of(Q2, accrued=SET_ASIDE[Q2]), first) == []
    told = [second.fund.line(code) for code in ("accrued_change", "accrued_ending", "ending_gross_nav")]
    assert [(line.period, line.year, line.inception) for line in told] == [(15, 30, 30), (30, 30, 30), (536, 536, 536)]
    assert second.partner is not None
    assert second.partner.line("ending_gross_nav").period == second.partner.line("ending_nav").period == 6


@pytest.mark.parametrize("code", ["accrued_change", "accrued_ending", "ending_gross_nav"])
def test_a_cent_of_the_carry_set_aside_is_named(code: str) -> None:
    totals = totals_of(Q2, accrued=SET_ASIDE[Q2])
    totals[code, "period"] -= Decimal("0.01")
    (problem,) = problems(Q2, sides_of(Q2, accrued=SET_ASIDE[Q2]), totals)
    assert problem.startswith(f"Total fund: {LINE_LABELS[code]} (period) is USD ")
    assert problem.endswith("USD 0.01 apart.")


def test_carry_goes_on_from_what_was_stated_but_not_from_what_was_silent() -> None:
    now, totals = sides_of(Q2, accrued=SET_ASIDE[Q2]), totals_of(Q2, accrued=SET_ASIDE[Q2])
    other = [each._replace(ending=each.ending + 1) for each in SET_ASIDE[Q1]]
    found = problems(Q2, now, totals, sides_of(Q1, accrued=other))
    assert [problem.split(" is ")[0] for problem in found] == [
        f"{whose}: Accrued incentive allocation, change ({column} to date)"
        for whose in ("Total fund", "General partner") for column in ("year", "inception")
    ]  # fmt: skip
    assert problems(Q2, now, totals, sides_of(Q1)) == []


def test_an_account_that_is_missing_is_told_line_by_line() -> None:
    found = problems(Q2, sides_of(Q2), totals_of(Q2, LEDGERS[:1]))
    assert (
        "Total fund: Contributions (inception to date) is USD 404.00, but the accounts come to USD 400.00: USD 4.00"
        in ("\n".join(found))
    )


@pytest.mark.parametrize(("whose", "place"), [("Total fund", "fund"), ("General partner", "partner")])
def test_totals_of_the_fund_and_of_the_partner_add_up(whose: str, place: str) -> None:
    sides = sides_of(Q2)
    broken = replace(sides, **{place: with_line(getattr(sides, place), "gain", year=Decimal("1.11"))})
    found = problems(Q2, broken, totals_of(Q2))
    assert f"{whose}: Ending net asset value (year to date) is" in found[0]
    assert "but its lines add up to" in found[0]
    assert found[0].endswith(" apart.")


@pytest.mark.parametrize(("whose", "place"), [("Total fund", "fund"), ("General partner", "partner")])
def test_the_fund_begins_where_it_ended(whose: str, place: str) -> None:
    before = sides_of(Q1)
    broken = replace(before, **{place: with_line(getattr(before, place), "ending_nav", period=Decimal(1))})
    (problem,) = problems(Q2, sides_of(Q2), totals_of(Q2), broken)
    assert problem.startswith(f"{whose}: Beginning net asset value is USD")
    assert "the statement for Q1 2024 (N-1) ended with USD 1.00: USD" in problem


@pytest.mark.parametrize("column", ["year", "inception"])
def test_the_fund_s_year_is_the_sum_of_its_periods(column: str) -> None:
    before = sides_of(Q1)
    broken = replace(before, fund=with_line(before.fund, "contributions", **{column: Decimal(9)}))
    (problem,) = problems(Q2, sides_of(Q2), totals_of(Q2), broken)
    assert problem.startswith(f"Total fund: Contributions ({column} to date) is USD 404.00, but the statements up to")


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.lists(
            st.tuples(
                st.sampled_from(["contribution", "fee", "expense", "fee_rebate", "gain", "valuation"]),
                st.dates(date(2024, 1, 1), date(2024, 6, 30)),
                st.integers(1, 10**9).map(lambda cents: Decimal(cents) / 100),
            ),
            max_size=6,
        ),
        min_size=1,
        max_size=5,
    )
)
def test_whatever_happened_accounts_sum_to_the_fund(histories: list[list[tuple[str, date, Decimal]]]) -> None:
    ledgers = [Ledger.of([("commitment", date(2024, 1, 1), Decimal(10**8)), *each]) for each in histories]
    for period, before in ((Q1, None), (Q2, sides_of(Q1, ledgers))):
        assert problems(period, sides_of(period, ledgers), totals_of(period, ledgers), before) == []


def former(snapshot: Snapshot) -> Snapshot:
    """A statement as it was laid out before the fund stood beside the account: expenses within the fees, no total."""
    stored = write_snapshot(replace(snapshot, beside=None))
    lines = {line["code"]: line for line in stored["account_lines"]}
    for column in COLUMNS:
        total = Decimal(lines["fees"][column]) + Decimal(lines["expenses"][column])
        lines["fees"][column] = f"{total:f}"
    stored["account_lines"] = [line for code, line in lines.items() if code not in ("expenses", "net_operating")]
    return read_snapshot(stored)


def test_what_was_published_formerly_stays_readable_and_is_gone_on_from() -> None:
    second = replace(LEDGERS[0].snapshot(Q2), beside=sides_of(Q2))
    old = former(second)
    assert old.labels["fees"] == "Management fees and expenses"
    assert old.line("net_operating").period == Decimal(-7)
    assert list(old.sides) == ["account"]
    third = LEDGERS[0].snapshot(Period.parse("2024-Q3"))
    assert find_problems(third, old) == []
    assert corrected(second, old, "Nothing.") is None


def test_a_correction_tells_the_fund_s_changes_where_the_account_s_own_changed() -> None:
    published = replace(LEDGERS[0].snapshot(Q2), beside=sides_of(Q2))
    more = [Ledger.of([*ADA, ("fee", date(2024, 6, 2), Decimal(7))]), LEDGERS[1]]
    now = replace(more[0].snapshot(Q2, "N-2", 2), beside=sides_of(Q2, more))
    found = corrected(now, published, "A fee was missing.")
    assert found is not None
    assert found.correction is not None
    told = {
        (each.side, each.figure, each.before, each.after) for each in found.correction.changes if each.column == "year"
    }
    assert ("account", "fees", "-5.00", "-12.00") in told
    assert ("fund", "fees", "-5.00", "-12.00") in told
    assert not [each for each in told if each[0] == "partner"]
    assert corrected(replace(LEDGERS[0].snapshot(Q2), beside=sides_of(Q2, more)), published, "Theirs.") is None


def test_the_fund_is_in_what_is_stored_and_in_its_digest() -> None:
    snapshot = replace(LEDGERS[0].snapshot(Q2), beside=sides_of(Q2))
    stored = write_snapshot(snapshot)
    assert read_snapshot(stored) == snapshot
    assert "beside" not in write_snapshot(replace(snapshot, beside=None))
    stored["beside"]["fund"]["account_lines"][0]["period"] = "0.01"
    assert figures_digest(stored) != figures_digest(write_snapshot(snapshot))
