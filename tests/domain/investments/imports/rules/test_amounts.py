"""Amounts in every spelling, exact to the minor unit."""

from __future__ import annotations

import datetime as dt
import time
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.domain.investments.imports.rules.amounts import AmountReader
from portal.domain.investments.imports.rules.columns import UndecidedFormat, UnreadableCell, read_column
from portal.domain.investments.imports.rules.digits import decide_number_format, read_number
from portal.domain.investments.imports.values.tables import Cell, NumberFormat
from portal.platform.money import Money, UnknownCurrency

AUTO, POINT, COMMA = NumberFormat.AUTO, NumberFormat.POINT, NumberFormat.COMMA
MILLION = Decimal(1_000_000)

amounts = st.decimals(-(10**12), 10**12, places=2)


def read(
    cell: Cell, number_format: NumberFormat = POINT, currency: str = "USD", scale: Decimal = Decimal(1)
) -> Decimal:
    return AmountReader(number_format, currency, scale)(cell)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1234.5", "1234.5"),
        ("1,234,567.89", "1234567.89"),
        ("1 234.50", "1234.5"),
        ("1\xa0234\xa0567", "1234567"),
        ("1\u202f234.5", "1234.5"),
        ("1'234.50", "1234.5"),
        ("1’234’567", "1234567"),
        ("(1,234.50)", "-1234.5"),
        ("( 5 )", "-5"),
        ("1,234.50-", "-1234.5"),
        ("−5", "-5"),
        ("+5", "5"),
        ("$1,234.50", "1234.5"),
        ("-$5", "-5"),
        ("$-5", "-5"),
        ("($5.00)", "-5"),
        ("$(5.00)", "-5"),
        ("US$ 5", "5"),
        ("5 USD", "5"),
        ("usd 5", "5"),
        ("$ -   ", "0"),
        ("-", "0"),
        ("–", "0"),
        (".5", "0.5"),
        ("5.", "5"),
        ("1.5e-05", "0.00"),
        ("-0.00", "0"),
    ],
)
def test_spellings_with_a_decimal_point(text: str, value: str) -> None:
    assert read(text) == Decimal(value)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1.234.567,89", "1234567.89"),
        ("1 234,5", "1234.5"),
        ("1.234", "1234"),
        ("(7,5)", "-7.5"),
        ("1.234,50 €", "1234.5"),
        ("EUR 1.234,50-", "-1234.5"),
        (",5", "0.5"),
        ("1234", "1234"),
    ],
)
def test_spellings_with_a_decimal_comma(text: str, value: str) -> None:
    assert read(text, COMMA, "EUR") == Decimal(value)


@given(amounts, st.sampled_from([POINT, COMMA]), st.sampled_from(["-{}", "({})", "{}-", "$-{}", "-{} USD", "$ ({} )"]))
def test_every_amount_reads_back_in_every_format(amount: Decimal, number_format: NumberFormat, negative: str) -> None:
    text = f"{abs(amount):,.2f}"
    if number_format is COMMA:
        text = text.translate(str.maketrans(",.", ".,"))
    stated = negative.format(text) if amount < 0 else text
    assert decide_number_format([stated], AUTO, None) is number_format
    assert read(stated, number_format) == amount


@given(
    st.decimals(-(10**8), 10**8, places=9), st.sampled_from(["USD", "JPY", "KWD"]), st.sampled_from([1, 1000, 10**6])
)
def test_rounding_is_that_of_money(amount: Decimal, currency: str, scale: int) -> None:
    reader = AmountReader(POINT, currency, Decimal(scale))
    expected = Money.rounded(amount * scale, currency).amount

    assert reader(amount) == expected == reader(f"{amount:f}")
    assert str(reader(amount)) == str(expected)


@given(st.floats(0, 10**6).map(lambda value: round(value, 6)))
def test_the_noise_of_floats_is_no_rounding(stated: float) -> None:
    reader = AmountReader(POINT, "USD", MILLION)
    noisy = (stated * 3 - stated) / 2

    assert reader(repr(noisy) if "e+" not in repr(noisy) else Decimal(noisy)) == Decimal(repr(stated)) * MILLION
    assert not reader.rounded


def test_millions_with_noise_come_to_the_cent() -> None:
    reader = AmountReader(POINT, "USD", MILLION)

    assert str(reader("24.096353999999998")) == "24096354.00"
    assert str(reader("0.00024099999995996768")) == "241.00"
    assert not reader.rounded


def test_what_is_finer_than_the_minor_unit_is_rounded_half_up_and_marked() -> None:
    reader = AmountReader(POINT, "USD", Decimal(1))

    assert [reader(cell) for cell in ("1.005", "-1.005", "1.004", "2.00")] == [
        *(Decimal("1.01"), Decimal("-1.01"), Decimal("1.00"), Decimal("2.00"))
    ]
    assert reader.rounded == {"1.005", "-1.005", "1.004"}
    assert str(AmountReader(POINT, "JPY", Decimal(1))("1234.5")) == "1235"
    with pytest.raises(UnknownCurrency):
        AmountReader(POINT, "XYZ", Decimal(1))


@pytest.mark.parametrize(
    ("cell", "words"),
    [
        (None, "amount is empty"),
        ("  ", "amount is empty"),
        (dt.date(2024, 1, 1), "2024-01-01 is a date"),
        ("12%", "'12%' is a percentage"),
        ("1.23E+08", "shortened by the spreadsheet"),
        ("1.234,50", "choose the number format 1.234,56"),
        ("12,34", "choose the number format 1.234,56"),
        ("1,23,456", "is not an amount"),
        ("1 2", "is not an amount"),
        ("1,234 567", "is not an amount"),
        ("(5", "is not an amount"),
        ("(-5)", "is not an amount"),
        ("-5-", "is not an amount"),
        ("1.5mm", "is not an amount"),
        ("abc", "is not an amount"),
        ("€5", "'€5' is not in USD"),
        ("5 EUR", "'5 EUR' is not in USD"),
        ("C$5", "not in USD"),
        ("NaN", "is not an amount"),
        ("٣", "is not an amount"),
        ("1" * 5000, "is not an amount"),
        ("1000000000000000", "which is too much"),
    ],
)
def test_what_is_no_amount_is_told_with_its_mend(cell: Cell, words: str) -> None:
    with pytest.raises(UnreadableCell, match=words):
        read(cell)


@pytest.mark.parametrize(
    ("cells", "delimiter", "decided"),
    [
        (["1,234", "1,5"], None, COMMA),
        (["1,234", "1,234,567"], None, POINT),
        (["1.234", "1.234.567"], None, COMMA),
        (["1.234", "24.096353"], None, POINT),
        (["0.123"], None, POINT),
        (["0,123"], None, COMMA),
        (["1234,567"], None, COMMA),
        (["1'234.567"], None, POINT),
        (["(1,234)", "$1,234"], ",", POINT),
        (["1234", None, Decimal(5)], None, POINT),
        (["1.234"], ",", POINT),
    ],
)
def test_one_amount_decides_for_all(cells: list[Cell], delimiter: str | None, decided: NumberFormat) -> None:
    assert decide_number_format(cells, AUTO, delimiter) is decided
    assert decide_number_format(cells, COMMA, delimiter) is COMMA


def test_amounts_that_can_be_two_are_asked_about() -> None:
    with pytest.raises(UndecidedFormat, match=r"'1\.234' can be read as thousands or as decimals"):
        decide_number_format(["1.234", "5"], AUTO, ";")
    with pytest.raises(UndecidedFormat, match=r"decimal point \('1\.5'\) and some a decimal comma \('1,5'\)"):
        decide_number_format(["1.5", "1,5"], AUTO, ";")


def test_the_error_of_a_formula_is_told_as_one() -> None:
    column = read_column(["1", "#REF!", "x1", "1"], lambda cell: read_number(str(cell), POINT))

    assert column.values == [1, None, None, 1]
    assert "#REF! is the error of a formula" in column.failures[1]
    assert "'x1' is not an amount" in column.failures[2]


@pytest.mark.parametrize("cell", ["1" * 200_000, " " * 200_000 + "x", "1," * 100_000, "(" * 200_000, "$" * 200_000])
def test_monstrous_cells_take_no_time(cell: str) -> None:
    started = time.process_time()
    decide_number_format([cell], AUTO, None)
    with pytest.raises(UnreadableCell):
        read(cell)
    assert time.process_time() - started < 0.5
