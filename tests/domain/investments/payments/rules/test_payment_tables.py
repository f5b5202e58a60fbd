"""Payment orders as CSV."""

from __future__ import annotations

import csv
import io
from dataclasses import replace

from portal.domain.investments.payments.rules.payment_tables import HEADER, make_table
from tests.domain.investments.payments.rules.test_sepa import ORDER, PAYEES


def test_each_payee_is_a_row_and_no_name_is_a_formula() -> None:
    order = replace(ORDER, payees=(replace(PAYEES[0], name='=HYPERLINK("x")'), PAYEES[1]))
    header, first, second = csv.reader(io.StringIO(make_table(order).decode(), newline=""))
    assert tuple(header) == HEADER
    assert first == ["P1", '\'=HYPERLINK("x")', "", PAYEES[0].number, "1000.50", "EUR", "2026-03-31", "Distribution 7"]
    assert second[:2] == ["P2", "Ω"]
