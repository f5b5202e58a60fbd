"""Those who come late pay as if they had come first, and interest for the time between."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.domain.investments.capital_calls.errors import LateCloseInvalid
from portal.domain.investments.capital_calls.rules.equalising import Admission, EarlierCall, equalise
from portal.domain.investments.capital_calls.rules.sharing import Weight, share_line
from portal.domain.investments.capital_calls.values.allocating import Equalised
from portal.domain.investments.vehicles.values import DayCount

DUE, ADMITTED = date(2025, 3, 1), date(2025, 5, 13)  # 73 days: a fifth of a year


def admission(place: int, commitment: int, *, late: bool = False) -> Admission:
    return Admission(UUID(int=place), place, Decimal(commitment), late)


def close(calls: list[EarlierCall], accounts: list[Admission], rate: str = "0.08") -> list[Equalised]:
    return equalise(calls, accounts, rate=Decimal(rate), admitted_on=ADMITTED, day_count=DayCount.ACTUAL_365, places=2)


def test_a_late_close_of_a_quarter_of_the_fund() -> None:
    called = {UUID(int=0): Decimal(100_000), UUID(int=1): Decimal(400_000), UUID(int=2): Decimal(500_000)}
    accounts = [admission(0, 1_000_000), admission(1, 4_000_000), admission(2, 5_000_000)]
    found = close([EarlierCall(UUID(int=9), DUE, called)], [*accounts, admission(3, 2_500_000, late=True)])
    assert [each.principal for each in found] == [-20_000, -80_000, -100_000, 200_000]
    assert [each.interest for each in found] == [-320, -1_280, -1_600, 3_200]  # 200,000 × 8 % × 73/365


def test_nothing_to_equalise_is_refused() -> None:
    call = EarlierCall(UUID(int=9), DUE, {UUID(int=0): Decimal(1)})
    for calls, accounts in (([], [admission(0, 1, late=True)]), ([call], [admission(0, 1)])):
        with pytest.raises(LateCloseInvalid):
            close(calls, accounts)


def test_who_was_excused_from_a_call_stays_out_of_it() -> None:
    called = {UUID(int=0): Decimal(100)}
    found = close(
        [EarlierCall(UUID(int=9), DUE, called)], [admission(0, 100), admission(1, 100), admission(2, 100, late=True)]
    )
    assert {each.account_id: each.principal for each in found} == {UUID(int=0): -50, UUID(int=2): 50}


@given(
    st.lists(st.integers(1, 10**7), min_size=1, max_size=6),
    st.lists(st.integers(1, 10**7), min_size=1, max_size=4),
    st.lists(st.integers(1, 10**8), min_size=1, max_size=6),
)
@settings(max_examples=50, deadline=None)
def test_leaves_everybody_as_if_all_had_come_at_the_first_close(
    first: list[int], late: list[int], cents: list[int]
) -> None:
    """But for interest, which sums to zero."""
    accounts = [admission(place, each) for place, each in enumerate(first)]
    accounts += [admission(place, each, late=True) for place, each in enumerate(late, len(first))]
    calls = [
        EarlierCall(UUID(int=100 + place), DUE + timedelta(days=place), amounts)
        for place, amounts in enumerate(_call(accounts[: len(first)], cents))
    ]
    paid: defaultdict[UUID, Decimal] = defaultdict(Decimal)
    found = close(calls, accounts)
    for amounts in (*(call.amounts for call in calls), *({each.account_id: each.principal} for each in found)):
        for key, amount in amounts.items():
            paid[key] += amount
    together: defaultdict[UUID, Decimal] = defaultdict(Decimal)
    for amounts in _call(accounts, cents):
        for key, amount in amounts.items():
            together[key] += amount
    assert paid == together
    for call in calls:
        assert sum(each.principal for each in found if each.call_id == call.call_id) == 0
        assert sum(each.interest for each in found if each.call_id == call.call_id) == 0


def _call(accounts: list[Admission], cents: list[int]) -> list[dict[UUID, Decimal]]:
    carried: dict[UUID, Decimal] = {}
    found = []
    for each in cents:
        weights = [Weight(a.account_id, a.rank, a.commitment, carried.get(a.account_id, Decimal(0))) for a in accounts]
        parts = share_line(Decimal(each).scaleb(-2), weights, places=2)
        carried = {key: part.carried for key, part in parts.items()}
        found.append({key: part.amount for key, part in parts.items()})
    return found
