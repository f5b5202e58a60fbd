"""BAI2: records, continuations, value dates, and totals that have to add up."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from portal.domain.investments.payments.errors import UnreadableStatement
from portal.domain.investments.payments.rules.bai2 import read_bai2

FILE = """\
01,122099999,123456789,260331,0200,1,80,10,2/
02,031001234,122099999,1,260330,2359,USD,2/
03,0975312468,,010,500000,,,100,150075,2,S,100,200,300/
16,165,100050,0,DD1620,C3-A7,ADA LOVELACE
88,CAPITAL CALL/
16,195,50025,V,260401,,W77,/
88,C3-A8,GRACE HOPPER
16,475,10000,,,,CHECK 9817/
49,810150,7/
98,810150,1,9/
99,810150,1,11/
"""


def test_credits_and_debits_are_read_with_their_references() -> None:
    ada, grace, check = read_bai2(FILE.encode()).lines
    assert (ada.amount, ada.currency, ada.account) == (Decimal("1000.50"), "USD", "0975312468")
    assert (ada.bank_id, ada.reference) == ("DD1620", "C3-A7 ADA LOVELACE CAPITAL CALL")
    assert (ada.booked_on, ada.value_on) == (date(2026, 3, 30), date(2026, 3, 30))
    assert (grace.amount, grace.value_on) == (Decimal("500.25"), date(2026, 4, 1))
    assert "C3-A8 GRACE HOPPER" in grace.reference
    assert (check.amount, check.reference) == (Decimal("-100.00"), "CHECK 9817")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("49,810150,7/", "49,810151,7/", "total of a record 49"),
        ("49,810150,7/", "49,810150,8/", "counts other records"),
        ("98,810150,1,9/", "98,810150,2,9/", "total of a record 98"),
        ("99,810150,1,11/\n", "", "breaks off"),
        ("16,165,100050", "16,165,10O050", "where a number belongs"),
        ("02,031001234", "42,031001234", "not known in BAI2"),
        ("49,810150,7/\n", "", "ends what never began"),
        ("V,260401", "V,261341", "date (YYMMDD)"),
    ],
)
def test_a_file_that_does_not_add_up_is_refused(old: str, new: str, said: str) -> None:
    with pytest.raises(UnreadableStatement) as refusal:
        read_bai2(FILE.replace(old, new).encode())
    assert said in refusal.value.message


def test_yen_have_no_minor_units() -> None:
    text = FILE.replace(",USD,", ",JPY,")
    assert read_bai2(text.encode()).lines[0].amount == Decimal(100050)
