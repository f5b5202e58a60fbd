"""Bank details and tax numbers: what is good, how it is kept, how it is masked."""

from __future__ import annotations

from datetime import date

import pytest

from portal.domain.people.payment_instructions.rules import find_detail_problems, mask_number, normal_details
from portal.domain.people.payment_instructions.values import BankDetails, Method
from portal.domain.people.profiles.rules import (
    find_birth_problem,
    find_tax_number_problem,
    mask_tax_number,
    normal_tax_number,
)
from portal.domain.people.profiles.values import Details, TaxNumberKind, written_tax_number

K = TaxNumberKind


def _problems(**given: str) -> set[str]:
    method = Method(given.pop("method", "ach"))
    details = {"holder": "Ada Lane", "bank": "First", "number": "123456789", "routing": "111000025"} | given
    return set(find_detail_problems(normal_details(BankDetails(method, **details))))


def test_good_details_have_no_problem() -> None:
    assert _problems() == set()
    assert _problems(routing=" 1110 00025 ", number="12-345 6789") == set()
    # The examples of ISO 13616's registry.
    for number in ("GB29 NWBK 6016 1331 9268 19", "de89370400440532013000", "CH9300762011623852957"):
        assert _problems(method="iban", number=number, routing="") == set()


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"routing": "111000024"}, "routing"),
        ({"routing": "11100002"}, "routing"),
        ({"routing": ""}, "routing"),
        ({"number": "123"}, "number"),
        ({"number": "1" * 18}, "number"),
        ({"number": "12345X"}, "number"),
        ({"holder": "  "}, "holder"),
        ({"number": "GB29NWBK60161331926819", "routing": ""}, "method"),
        ({"method": "iban", "number": "GB29NWBK60161331926818"}, "number"),
        ({"method": "iban", "number": "GB29NWBK6016133192681"}, "number"),
        ({"method": "iban", "number": "XX29NWBK60161331926819"}, "number"),
        ({"method": "iban", "number": ""}, "number"),
    ],
)
def test_each_wrong_field_is_named(given: dict[str, str], field: str) -> None:
    assert _problems(**given) == {field}


def test_two_swapped_digits_are_found() -> None:
    routing, number = "111000025", "DE89370400440532013000"
    for text, field, method in ((routing, "routing", "ach"), (number, "number", "iban")):
        for place in range(4 if method == "iban" else 0, len(text) - 1):
            swapped = text[:place] + text[place + 1] + text[place] + text[place + 2 :]
            # The ABA's weights 3-7-1 miss digits that differ by five.
            if swapped != text and abs(int(text[place]) - int(text[place + 1])) != 5:
                assert _problems(method=method, **{field: swapped}) == {field}, swapped


def test_numbers_are_masked() -> None:
    assert mask_number(BankDetails(Method.ACH, "A", "B", "123456789", "1")) == "•••• 6789"
    assert mask_number(BankDetails(Method.ACH, "A", "B", "1234", "1")) == "•••• 34"
    assert mask_number(BankDetails(Method.IBAN, "A", "B", "DE89370400440532013000")) == "DE •••• 3000"


@pytest.mark.parametrize(
    ("kind", "typed", "kept", "masked", "written"),
    [
        (K.SSN, "536-90-4399", "536904399", "•••-••-4399", "536-90-4399"),
        (K.EIN, "91-1144442", "911144442", "••-•••4442", "91-1144442"),
        (K.ITIN, "912-90-3456", "912903456", "•••-••-3456", "912-90-3456"),
        (K.FOREIGN, "756.1234.5678.97", "756.1234.5678.97", "••••8.97", "756.1234.5678.97"),
        (K.FOREIGN, "ab12", "AB12", "••••12", "AB12"),
    ],
)
def test_tax_numbers(kind: TaxNumberKind, typed: str, kept: str, masked: str, written: str) -> None:
    assert find_tax_number_problem(kind, typed) is None
    assert normal_tax_number(kind, typed) == kept
    assert mask_tax_number(kind, kept) == masked
    assert written_tax_number(Details(kind, kept)) == written


@pytest.mark.parametrize(
    ("kind", "number"),
    [(K.SSN, "078-05-1120"), (K.SSN, "666-12-3456"), (K.SSN, "12345678"), (K.EIN, "07-1144442"),
     (K.ITIN, "123-45-6789"), (K.FOREIGN, "ab"), (K.FOREIGN, "<script>")],
)  # fmt: skip
def test_bad_tax_numbers_are_refused(kind: TaxNumberKind, number: str) -> None:
    assert find_tax_number_problem(kind, number)


def test_a_birth_is_not_in_the_future_nor_long_ago() -> None:
    today = date(2026, 11, 23)
    assert find_birth_problem(date(1970, 2, 28), today) is None
    assert find_birth_problem(date(2026, 11, 24), today)
    assert find_birth_problem(date(1895, 1, 1), today)
