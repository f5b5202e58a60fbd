"""Dates in every spelling, and none that is guessed."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.domain.investments.imports.rules.columns import UndecidedFormat, UnreadableCell
from portal.domain.investments.imports.rules.dates import date_reader, decide_date_format
from portal.domain.investments.imports.values.tables import EXCEL_EPOCH, Cell, DateFormat

AUTO, ISO, DAY, MONTH = DateFormat.AUTO, DateFormat.ISO, DateFormat.DAY_FIRST, DateFormat.MONTH_FIRST
FIFTH_OF_MARCH = dt.date(2024, 3, 5)


def read(cell: Cell, date_format: DateFormat = AUTO) -> dt.date:
    return date_reader(date_format, EXCEL_EPOCH)(cell)


@pytest.mark.parametrize(
    "cell",
    [
        *("2024-03-05", "2024/3/5", "2024.03.05", "20240305", " 2024-03-05 ", "2024-03-05T23:30:00-05:00"),
        *(
            "2024-03-05 00:00:00",
            "2024-03-05 00:00:00.000Z",
            "5 Mar 2024",
            "05-Mar-24",
            "5th March 2024",
            "5 march, 2024",
        ),
        *("Mar 5, 2024", "March 5th, 2024", "Mar-5-2024", "45356", "45356.75", Decimal("45356.5"), FIFTH_OF_MARCH),
    ],
)
def test_spellings_that_mean_one_day_only(cell: Cell) -> None:
    assert read(cell) == FIFTH_OF_MARCH
    assert read(cell, DAY) == read(cell, MONTH) == FIFTH_OF_MARCH


@pytest.mark.parametrize("text", ["05/03/2024", "5.3.2024", "05-03-24", "5 3 2024", "05/03/2024 00:00"])
def test_the_order_of_day_and_month_is_the_one_chosen(text: str) -> None:
    assert read(text, DAY) == dt.date(2024, 3, 5)
    assert read(text, MONTH) == dt.date(2024, 5, 3)


@given(st.dates(dt.date(1970, 1, 1), dt.date(2069, 12, 31)), st.sampled_from("/-. "), st.sampled_from(["%Y", "%y"]))
def test_every_day_reads_back_in_every_format(day: dt.date, mark: str, year: str) -> None:
    assert read(day.strftime(f"%d{mark}%m{mark}{year}"), DAY) == day
    assert read(day.strftime(f"%m{mark}%d{mark}{year}"), MONTH) == day
    assert read(day.isoformat(), ISO) == read(day.strftime("%Y%m%d")) == read(day.strftime("%d %B %Y")) == day
    assert read(str((day - EXCEL_EPOCH).days)) == day


@given(st.lists(st.dates(dt.date(1970, 1, 1), dt.date(2069, 12, 31)), min_size=1))
def test_auto_reads_what_was_written_or_asks(days: list[dt.date]) -> None:
    for pattern in ("%d/%m/%Y", "%m/%d/%Y"):
        cells: list[Cell] = [day.strftime(pattern) for day in days]
        if any(day.day > 12 for day in days) or all(day.day == day.month for day in days):
            decided = decide_date_format(cells, AUTO)
            assert [read(cell, decided) for cell in cells] == days
        else:
            with pytest.raises(UndecidedFormat, match="Choose the date format"):
                decide_date_format(cells, AUTO)


def test_one_date_decides_for_all_and_a_choice_for_every_one() -> None:
    assert decide_date_format(["01/02/2024", None, "31/01/2024"], AUTO) is DAY
    assert decide_date_format(["01/02/2024", "01/31/2024 00:00", "2024-01-01"], AUTO) is MONTH
    assert decide_date_format(["2024-01-01", FIFTH_OF_MARCH, "rubbish", None], AUTO) is AUTO
    assert decide_date_format(["01/02/2024"], DAY) is DAY


def test_dates_that_contradict_each_other_are_told() -> None:
    with pytest.raises(UndecidedFormat, match=r"day first \('31/01/2024'\) and some month first \('01/31/2024'\)"):
        decide_date_format(["31/01/2024", "01/31/2024"], AUTO)


@pytest.mark.parametrize(
    ("cell", "date_format", "words"),
    [
        ("31/02/2024", DAY, "is not a date that exists. Correct it; the last day of that month is 2024-02-29"),
        ("31/02/2024", MONTH, "there is no month 31. Correct it, or choose day first"),
        ("02/31/2024", DAY, "there is no month 31. Correct it, or choose month first"),
        ("2023-02-29", ISO, "the last day of that month is 2023-02-28"),
        ("2023-13-01", AUTO, "not a date that exists. Write it as year-month-day"),
        ("13/14/2024", DAY, "not a date that exists"),
        ("0/0/2024", DAY, "not a date that exists"),
        ("05/03/2024", ISO, "choose day first or month first"),
        ("5 Mar 2024", ISO, "is not a date"),
        ("Q1 2024", AUTO, "'Q1 2024' is not a date. Write it as year-month-day"),
        ("5 Foo 2024", AUTO, "is not a date"),
        ("", AUTO, "date is empty"),
        (None, AUTO, "date is empty"),
        ("1024-03-05", AUTO, "is in the year 1024"),
        ("2924-03-05", AUTO, "is in the year 2924"),
        (Decimal(12), AUTO, "is in the year 1900"),
        (Decimal("1E+30"), AUTO, "is not a date"),
        ("5" * 5000, AUTO, "is not a date"),
    ],
)
def test_what_is_no_date_is_told_with_its_mend(cell: Cell, date_format: DateFormat, words: str) -> None:
    with pytest.raises(UnreadableCell, match=words):
        read(cell, date_format)


def test_serials_follow_the_epoch_of_their_workbook() -> None:
    assert date_reader(AUTO, dt.date(1904, 1, 1))(Decimal(43894)) == FIFTH_OF_MARCH
