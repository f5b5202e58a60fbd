"""The arithmetic of fees, by examples and in general."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.domain.investments.fees.rules import count_days, find_excess, find_faults, share_fee
from portal.domain.investments.fees.values import NewFeeCharge
from portal.domain.investments.vehicles.values import DayCount, Terms
from portal.platform.ids import new_id

VEHICLE = new_id()
Q1 = NewFeeCharge(VEHICLE, date(2025, 1, 1), date(2025, 3, 31), date(2025, 1, 1))
TWO = Terms(management_fee=Decimal("0.02"), day_count=DayCount.THIRTY_360)
CENTS = st.integers(0, 10**12).map(lambda cents: Decimal(cents) / 100)


@pytest.mark.parametrize(
    ("starts", "ends", "actual", "thirty"),
    [
        ("2025-01-01", "2025-03-31", 90, 90),
        ("2024-01-01", "2024-06-30", 182, 180),
        ("2025-01-01", "2025-12-31", 365, 360),
        ("2025-02-15", "2025-02-28", 14, 16),
        ("2025-01-31", "2025-01-31", 1, 1),
    ],
)
def test_days(starts: str, ends: str, actual: int, thirty: int) -> None:
    first, last = date.fromisoformat(starts), date.fromisoformat(ends)
    assert (count_days(first, last, DayCount.ACTUAL_365), count_days(first, last, DayCount.THIRTY_360)) == (
        actual,
        thirty,
    )


def test_two_per_cent_of_ten_million_for_a_quarter() -> None:
    accounts = [(new_id(), Decimal(amount)) for amount in (1_000_000, 4_000_000, 5_000_000)]
    shares = share_fee(Q1, TWO, accounts, "USD")
    assert [each.fee for each in shares] == [5000, 20000, 25000]


def test_offsets_lower_the_fee_by_the_share_agreed_and_never_below_nothing() -> None:
    accounts = [(new_id(), Decimal(4_000_000)), (new_id(), Decimal(1_000_000))]
    terms = Terms(management_fee=Decimal("0.02"), day_count=DayCount.THIRTY_360, fee_offset=Decimal("0.8"))
    asked = NewFeeCharge(VEHICLE, Q1.starts_on, Q1.ends_on, Q1.measured_on, offsets=Decimal(10_000))
    shares = share_fee(asked, terms, accounts, "USD")
    assert [(each.fee, each.offset, each.net) for each in shares] == [(20000, 6400, 13600), (5000, 1600, 3400)]
    more = NewFeeCharge(VEHICLE, Q1.starts_on, Q1.ends_on, Q1.measured_on, offsets=Decimal(10**9))
    assert [each.net for each in share_fee(more, terms, accounts, "USD")] == [0, 0]


@settings(max_examples=50, deadline=None)
@given(st.lists(CENTS, min_size=1, max_size=12).filter(any), CENTS, st.sampled_from(["USD", "JPY"]))
def test_parts_come_to_the_whole(bases: list[Decimal], offsets: Decimal, currency: str) -> None:
    asked = NewFeeCharge(VEHICLE, Q1.starts_on, Q1.ends_on, Q1.measured_on, offsets=offsets)
    shares = share_fee(asked, TWO, [(new_id(), basis) for basis in bases], currency)
    whole = sum(bases) * Decimal("0.02") / 4
    assert abs(sum(each.fee for each in shares) - whole) <= (Decimal("0.005") if currency == "USD" else Decimal("0.5"))
    assert all(0 <= each.offset <= each.fee + 1 for each in shares)
    assert sum(each.offset for each in shares) <= sum(each.fee for each in shares)


def test_a_rebate_is_within_the_fee_and_for_a_holder() -> None:
    account, stranger = new_id(), new_id()
    rebates = {account: Decimal(6000)}
    asked = NewFeeCharge(VEHICLE, Q1.starts_on, Q1.ends_on, Q1.measured_on, rebates=rebates)
    shares = share_fee(asked, TWO, [(account, Decimal(1_000_000))], "USD")
    assert "more than" in (find_excess(shares, rebates) or "")
    assert "holds nothing" in (find_excess(shares, {stranger: Decimal(1)}) or "")
    assert find_excess(share_fee(Q1, TWO, [(account, Decimal(1))], "USD"), {}) is None


def test_a_period_is_charged_once_it_is_over() -> None:
    assert list(find_faults(Q1, date(2025, 3, 30))) == ["ends_on"]
    assert find_faults(Q1, date(2025, 3, 31)) == {}
