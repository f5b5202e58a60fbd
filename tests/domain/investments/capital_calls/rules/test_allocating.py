"""What each account is called for: caps and excuses are re-allocated until nobody is above what it has unfunded."""

from __future__ import annotations

from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.domain.investments.capital_calls.errors import NotCovered
from portal.domain.investments.capital_calls.rules.allocating import allocate_call, percentage_amount
from portal.domain.investments.capital_calls.values.allocating import CallLine, LineKind, Participant

INVESTMENT, FEES = LineKind.INVESTMENT, LineKind.FEES


def account(place: int, commitment: int | str, unfunded: int | str | None = None) -> Participant:
    left = commitment if unfunded is None else unfunded
    return Participant(UUID(int=place), f"Account {place}", "", place, Decimal(commitment), Decimal(left))


def line(amount: str, kind: LineKind = INVESTMENT, *, inside: bool = True) -> CallLine:
    return CallLine(kind, Decimal(amount), inside)


def test_each_line_is_shared_by_commitment_and_an_account_pays_the_sum_of_its_lines() -> None:
    fund = [account(0, 1_000_000), account(1, 4_000_000), account(2, 5_000_000)]
    parts = allocate_call([line("1000000"), line("100.01", FEES, inside=False)], fund, {}, places=2)
    assert [part.inside for part in parts] == [Decimal(100_000), Decimal(400_000), Decimal(500_000)]
    assert [part.outside for part in parts] == [Decimal("10.00"), Decimal("40.00"), Decimal("50.01")]
    assert parts[2].amount == Decimal("500050.01")
    assert parts[2].unfunded_after == Decimal(4_500_000)
    assert parts[2].lines[1].rounded_up
    assert not parts[2].lines[0].rounded_up


def test_what_a_capped_account_cannot_pay_falls_to_the_others_as_often_as_it_takes() -> None:
    fund = [account(0, 100, 10), account(1, 100, 50), account(2, 100)]
    first, second, third = allocate_call([line("150")], fund, {}, places=2)
    assert (first.inside, first.capped) == (Decimal(10), True)
    assert (second.inside, second.capped) == (Decimal(50), True)  # capped only once the first one's part was shared
    assert (third.inside, third.capped) == (Decimal(90), False)


def test_who_is_excused_takes_no_part_in_investments_and_still_pays_fees() -> None:
    fund = [account(0, 100), account(1, 100), account(2, 200)]
    first, second, third = allocate_call(
        [line("90"), line("40", FEES)], fund, {fund[0].account_id: "Side letter"}, places=2
    )
    assert [each.amount for each in first.lines] == [Decimal(0), Decimal(10)]
    assert [each.amount for each in second.lines] == [Decimal(30), Decimal(10)]
    assert [each.amount for each in third.lines] == [Decimal(60), Decimal(20)]
    assert first.excused == "Side letter"


def test_a_cap_counts_all_lines_inside_the_commitment_together_and_none_outside() -> None:
    fund = [account(0, 100, 30), account(1, 100)]
    lines = [line("40"), line("40", FEES), line("40", LineKind.EXPENSES, inside=False)]
    first, second = allocate_call(lines, fund, {}, places=2)
    assert [each.amount for each in first.lines] == [Decimal(15), Decimal(15), Decimal(20)]
    assert [each.amount for each in second.lines] == [Decimal(25), Decimal(25), Decimal(20)]
    assert first.unfunded_after == 0


@pytest.mark.parametrize("excused", [{}, {UUID(int=1): "Side letter"}])
def test_more_than_the_commitments_is_refused(excused: dict[UUID, str]) -> None:
    with pytest.raises(NotCovered):
        allocate_call([line("151")], [account(0, 100, 50), account(1, 100)], excused, places=2)


@given(
    st.lists(st.tuples(st.integers(1, 10**7), st.integers(0, 100), st.booleans()), min_size=1, max_size=8),
    st.integers(1, 100),
    st.integers(0, 10**5),
    st.randoms(),
)
@settings(max_examples=50, deadline=None)
def test_sums_are_exact_and_nobody_pays_more_than_it_has(
    given_accounts: list[tuple[int, int, bool]], percent: int, fees: int, chance: object
) -> None:
    fund = [
        account(place, commitment, commitment * left // 100)
        for place, (commitment, left, _) in enumerate(given_accounts)
    ]
    excused = {each.account_id: "Why" for each, (_, _, out) in zip(fund, given_accounts, strict=True) if out}
    takes = sum(each.unfunded for each in fund if each.account_id not in excused)
    lines = [line(str(takes * percent // 100)), line(str(fees), FEES, inside=False)]
    if not takes:
        return
    parts = allocate_call(lines, fund, excused, places=2)
    for place, each in enumerate(lines):
        assert sum(part.lines[place].amount for part in parts) == each.amount
    assert all(0 <= part.inside <= part.participant.unfunded for part in parts)
    shuffled = list(fund)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    again = allocate_call(lines, shuffled, excused, places=2)
    assert {part.participant.account_id: part for part in again} == {
        part.participant.account_id: part for part in parts
    }


def test_a_percentage_is_of_all_commitments() -> None:
    fund = [account(0, "1000000.01"), account(1, 2_000_000)]
    assert percentage_amount(Decimal("0.05"), fund, places=2) == Decimal("150000.00")
    assert percentage_amount(Decimal("0.5"), fund, places=2) == Decimal("1500000.01")  # half a cent goes up
