"""Payments that came back."""

from __future__ import annotations

from decimal import Decimal

import pytest

from portal.domain.investments.payments.errors import UnreadableStatement
from portal.domain.investments.payments.rules.nacha import make_nacha
from portal.domain.investments.payments.rules.returns import read_returns
from portal.domain.investments.payments.values.payouts import PaymentReturn
from tests.domain.investments.payments.rules.test_nacha import order, payee


def returned(content: bytes, trace: str, code: str) -> bytes:
    """The file as a bank sends back one of its entries: type 21, an addendum with the code and the first trace."""
    lines = content.decode().splitlines()
    place = next(place for place, line in enumerate(lines) if line[0] == "6" and line[79:94] == trace)
    lines[place] = f"621{lines[place][3:78]}1{lines[place][79:]}"
    lines.insert(place + 1, f"799{code}{trace}{'':6}12100024{'':44}091000010000001")
    return "\n".join(lines).encode()


def test_a_return_file_tells_the_first_trace_the_code_and_the_amount() -> None:
    content = returned(make_nacha(order(payee(1, 500), payee(2, 700))), "121000240200002", "R02")
    assert read_returns(content) == [PaymentReturn("121000240200002", "R02", Decimal("7.00"))]


def test_a_table_tells_it_by_the_payments_own_id() -> None:
    content = b"Payment ID;Return code;Amount\nP1;r03;1,000.50\n\nP2;AC04;\n"
    assert read_returns(content) == [
        PaymentReturn("P1", "R03", Decimal("1000.50")),
        PaymentReturn("P2", "AC04", None),
    ]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"payment_id,code\nP1,broken\n", "Row 2"),
        (b"name,code\nAda,R02\n", "Name the columns"),
        (make_nacha(order(payee(1, 500))), "no payment that came back"),
        (make_nacha(order(payee(1, 500))).replace(b"0000000500", b"000000500"), "94 characters"),
    ],
)
def test_what_is_no_return_is_refused(content: bytes, said: str) -> None:
    with pytest.raises(UnreadableStatement) as refusal:
        read_returns(content)
    assert said in refusal.value.message
