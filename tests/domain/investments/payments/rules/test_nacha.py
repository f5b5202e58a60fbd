"""NACHA files, judged by a reading of their own."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.domain.investments.payments.rules.nacha import check_digit, in_order, make_nacha, trace_number
from portal.domain.investments.payments.values.payouts import Origin, Payee, PaymentOrder
from tests.domain.investments.payments.rules.nacha_reading import is_routing, read_nacha

ROUTING = "121000248"
ORIGIN = Origin("Northgate Capital", "Wells Fargo Bank", ROUTING, "1234567890")


def payee(number: int, cents: int, *, is_person: bool = True, routing: str = ROUTING, name: str = "Ada") -> Payee:
    amount = Decimal(cents).scaleb(-2)
    return Payee(f"P{number}", UUID(int=number), UUID(int=number), name, amount, "12345678", routing, is_person)


def order(*payees: Payee) -> PaymentOrder:
    made_at = datetime(2026, 3, 30, 9, 5, tzinfo=UTC)
    return PaymentOrder("D7", ORIGIN, "USD", date(2026, 3, 31), made_at, 2, "Distribution 7", payees)


@st.composite
def payees(draw: st.DrawFn) -> list[Payee]:
    count = draw(st.integers(1, 40))
    found = []
    for number in range(count):
        first = f"{draw(st.integers(10**7, 10**8 - 1))}"
        routing = f"{first}{check_digit(first)}"
        name = draw(st.text(max_size=30))
        cents = draw(st.integers(1, 9_999_999_999))
        found.append(payee(number, cents, is_person=draw(st.booleans()), routing=routing, name=name))
    return found


@settings(max_examples=40, deadline=None)
@given(payees())
def test_any_order_is_a_sound_file_with_each_payment_once(given_: list[Payee]) -> None:
    made = order(*given_)
    found = read_nacha(make_nacha(made))
    by_id = {entry.id: entry for entry in found.entries}
    assert len(by_id) == len(found.entries) == len(given_)
    for each in given_:
        entry = by_id[each.id]
        assert (entry.cents, entry.routing, entry.number) == (int(each.amount * 100), each.routing, each.number)
        assert (entry.kind, entry.code) == ("PPD" if each.is_person else "CCD", "22")
    assert [entry.trace for entry in found.entries] == [
        trace_number(made, place) for place, _ in enumerate(in_order(made), start=1)
    ]


def test_the_header_says_from_whom_and_when() -> None:
    found = read_nacha(make_nacha(order(payee(1, 5), payee(2, 7, is_person=False, name="Ω Fonds Zürich GmbH & Co"))))
    assert found.header[4:13] == ROUTING
    assert found.header[13:23] == "1234567890"
    assert found.header[23:34] == "2603300905B"
    assert found.header[40:63].rstrip() == "WELLS FARGO BANK"
    assert [batch[50:53] for batch in found.batches] == ["PPD", "CCD"]
    assert found.batches[0][69:75] == "260331"  # the day it is paid
    assert found.entries[1].name.strip() == "FONDS ZURICH GMBH & CO"[:21]


def test_the_reading_notices_what_is_wrong() -> None:
    content = make_nacha(order(payee(1, 500), payee(2, 700))).decode()
    assert is_routing(ROUTING)
    assert not is_routing("121000249")
    for wrong in (
        content.replace("0000000500", "0000000501"),
        content.replace(ROUTING, "121000284"),
        content.replace("0000000700", "000000700"),
        content.replace("9" * 94 + "\n", "", 1),
    ):
        with pytest.raises(AssertionError):
            read_nacha(wrong.encode())
