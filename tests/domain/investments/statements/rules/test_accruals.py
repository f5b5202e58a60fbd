"""Carry set aside passes with the interests that it is of, and none of it is lost."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from portal.domain.investments.statements.rules.accruals import Passed, pass_on
from portal.platform.ids import new_id

ADA, BEN, CY = (new_id() for _ in range(3))
DAY = date(2025, 5, 1)
CENTS = st.integers(0, 10**10).map(lambda cents: Decimal(cents) / 100)
SHARES = st.integers(1, 10**6).map(lambda parts: Decimal(parts) / 10**6)
PASSED = st.builds(Passed, st.just(DAY), st.sampled_from([ADA, BEN]), st.sampled_from([BEN, CY]), SHARES)


def test_a_share_goes_and_the_rest_stays() -> None:
    parts = {ADA: Decimal("100.01"), BEN: Decimal(10)}
    passed = [Passed(DAY, ADA, CY, Decimal("0.5")), Passed(DAY, CY, BEN, Decimal(1))]
    assert pass_on(parts, passed, "USD") == {ADA: Decimal("50.00"), BEN: Decimal("60.01"), CY: 0}


def test_who_has_nothing_passes_nothing() -> None:
    assert pass_on({}, [Passed(DAY, ADA, BEN, Decimal("0.5"))], "USD") == {ADA: 0, BEN: 0}


@given(st.lists(CENTS, min_size=3, max_size=3), st.lists(PASSED, max_size=8))
def test_whatever_passes_the_parts_come_to_the_same(amounts: list[Decimal], passed: list[Passed]) -> None:
    parts = dict(zip((ADA, BEN, CY), amounts, strict=True))
    now = pass_on(parts, passed, "USD")
    assert sum(now.values()) == sum(amounts)
    assert min(now.values()) >= 0
