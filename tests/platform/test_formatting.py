"""The quick formatting gives the same text as Babel's, but for parentheses and the dash."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import ROUND_HALF_UP, Decimal

import pytest
from babel import Locale
from babel.numbers import format_decimal, format_percent
from hypothesis import given
from hypothesis import strategies as st

from portal.platform import formatting
from portal.platform.money import minor_places

LOCALES = ["en_US", "en_GB", "en_IN", "de_DE", "de_CH", "fr_FR", "es_ES", "pl_PL", "sv_SE", "tr_TR", "ja_JP", "hi_IN"]
amounts = st.decimals(min_value=Decimal("-1e15"), max_value=Decimal("1e15"), places=4)


def babel_text(value: Decimal, places: int, locale: str) -> str:
    """What Babel writes for a value without a sign, with exactly `places` decimals."""
    pattern = Locale.parse(locale).decimal_formats[None].pattern.split(".")[0]
    return format_decimal(value, format=f"{pattern}.{'0' * places}" if places else pattern, locale=locale)


@given(value=amounts, currency=st.sampled_from(["USD", "JPY", "KWD"]), locale=st.sampled_from(LOCALES))
def test_money_is_written_as_babel_writes_it(value: Decimal, currency: str, locale: str) -> None:
    places = minor_places(currency)
    rounded = value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    expected = babel_text(abs(rounded), places, locale)
    assert formatting.money(value, currency, locale) == (f"({expected})" if rounded < 0 else expected)


@given(value=st.decimals(min_value=0, max_value=1000, places=4), locale=st.sampled_from(LOCALES))
def test_percent_is_written_as_babel_writes_it(value: Decimal, locale: str) -> None:
    pattern = Locale.parse(locale).percent_formats[None].pattern.replace("##0", "##0.00")
    assert formatting.percent(value, locale) == format_percent(value, format=pattern, locale=locale)


@given(value=amounts)
def test_parentheses_stand_for_the_sign_and_for_nothing_else(value: Decimal) -> None:
    text = formatting.number(value, 2, "en_US")
    digits = Decimal(text.strip("()").replace(",", ""))
    assert (-digits if text.startswith("(") else digits) == value.quantize(Decimal("0.01"), ROUND_HALF_UP)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (formatting.number(Decimal("-0.004"), 2, "en_US"), "0.00"),
        (formatting.percent(Decimal("-0.00001"), "en_US"), "0.00%"),
        (formatting.percent(Decimal("-0.0841"), "en_US"), "(8.41%)"),
        (formatting.percent(Decimal("0.37336253351"), "en_US"), "37.34%"),
        (formatting.percent(Decimal("-0.5"), "tr_TR"), "(%50,00)"),
        (formatting.ratio(Decimal("1.2345"), "en_US"), "1.23×"),
        (formatting.ratio(Decimal("1.235"), "en_US"), "1.24×"),
        (formatting.ratio(None, "en_US"), "–"),
        (formatting.percent(None, "en_US"), "–"),
        (formatting.money(None, "USD", "en_US"), "–"),
        (formatting.compact(Decimal(2_500_000), "en_US"), "2.5M"),
        (formatting.compact(Decimal(-500_000), "en_US"), "−500K"),
        (formatting.day(date(2026, 11, 23), "en_GB"), "23 Nov 2026"),
    ],
)
def test_examples(text: str, expected: str) -> None:
    assert text == expected


def test_as_many_places_as_the_longest_of_some_numbers_needs() -> None:
    assert formatting.places_of([Decimal("2500.00"), Decimal("1.250"), Decimal(3)]) == 2
    assert formatting.places_of([Decimal("2.5E+3")]) == 0
    assert formatting.places_of([]) == 0


def test_a_moment_is_shown_in_the_readers_zone() -> None:
    moment = datetime(2026, 3, 29, 0, 59, tzinfo=UTC)
    assert formatting.moment(moment, "en_GB", "Europe/London") == "29 Mar 2026, 00:59"
    assert formatting.moment(moment, "en_US", "America/New_York") == "Mar 28, 2026, 20:59"
    assert "Greenwich Mean Time" in formatting.moment(moment, "en_GB", "Europe/London", style="exact")
