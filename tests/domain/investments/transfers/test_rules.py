"""What of an interest passes."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from portal.domain.investments.transfers.rules import take_share
from portal.domain.investments.transfers.values import Interest

CENTS = st.integers(0, 10**12).map(lambda cents: Decimal(cents) / 100)


@settings(max_examples=50, deadline=None)
@given(CENTS, CENTS, CENTS, st.integers(1, 10**4).map(lambda parts: Decimal(parts) / 10**4))
def test_no_more_passes_than_there_is(commitment: Decimal, unfunded: Decimal, nav: Decimal, share: Decimal) -> None:
    whole = Interest(commitment, unfunded, nav)
    passed = take_share(whole, share, "USD")
    for name in ("commitment", "unfunded", "nav"):
        assert 0 <= getattr(passed, name) <= getattr(whole, name)
    assert take_share(whole, Decimal(1), "USD") == whole
