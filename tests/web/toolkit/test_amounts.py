"""Amounts as people type them."""

from __future__ import annotations

from decimal import Decimal

import pytest

from portal.web.toolkit.amounts import read_amount


@pytest.mark.parametrize(("text", "amount"), [("1,250,000.50", "1250000.50"), (" 7 ", "7"), ("12 000", "12000")])
def test_amounts_are_read(text: str, amount: str) -> None:
    assert read_amount(text) == Decimal(amount)


@pytest.mark.parametrize("text", ["", "NaN", "1e999", "Infinity", "7 dollars", "1.00001", "1e15"])
def test_what_is_no_amount_is_refused(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  # it says nothing: the field does
        read_amount(text)
