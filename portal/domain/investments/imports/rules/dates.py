"""Dates as people and spreadsheets write them; one that can be two days is asked about, never guessed."""

from __future__ import annotations

import calendar
import datetime as dt
import re
from collections.abc import Callable, Iterable
from decimal import Decimal

from portal.domain.investments.imports.rules.columns import UndecidedFormat, UnreadableCell, shown
from portal.domain.investments.imports.values.tables import Cell, DateFormat

EARLIEST = dt.date(1950, 1, 1)
_LAST_YEAR = 2199
_LONGEST_TEXT = 40

_TIME = re.compile(
    r"[T ]+[0-9]{1,2}:[0-9]{2}(:[0-9]{2}([.,][0-9]+)?)?( ?[ap]m)?( ?Z|[+-][0-9]{2}:?[0-9]{2})?$",
    re.IGNORECASE,
)
_YEAR_FIRST = re.compile(r"([0-9]{4})(?:([-/.])([0-9]{1,2})\2([0-9]{1,2})|([0-9]{2})([0-9]{2}))")
_YEAR_LAST = re.compile(r"([0-9]{1,2})([-/. ])([0-9]{1,2})\2([0-9]{4}|[0-9]{2})")
_DAY_AND_NAME = re.compile(r"([0-9]{1,2})(?:st|nd|rd|th)?[-/. ]*([a-z]{3,9})[-/., ]+([0-9]{4}|[0-9]{2})", re.I)
_NAME_AND_DAY = re.compile(r"([a-z]{3,9})[-/. ]*([0-9]{1,2})(?:st|nd|rd|th)?[-/., ]+([0-9]{4})", re.IGNORECASE)
_SERIAL = re.compile(r"[0-9]{5}(\.[0-9]+)?")
_MONTH_NAMES = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
_MONTHS = {
    spelling: number for number, name in enumerate(_MONTH_NAMES, start=1) for spelling in (name, name[:3], name[:4])
}


def decide_date_format(cells: Iterable[Cell], stated: DateFormat) -> DateFormat:
    """How the dates of a column are written: as stated, or in `auto` as the dates themselves prove.

    One date with a day above 12 decides for all. `auto` comes back when no date needs deciding. Raises
    UndecidedFormat when nothing decides, or when two dates contradict each other.
    """
    if stated is not DateFormat.AUTO:
        return stated
    day_first = month_first = either = None
    for cell in cells:
        match = _YEAR_LAST.fullmatch(_day_of(cell)) if isinstance(cell, str) else None
        first, second = (int(match[1]), int(match[3])) if match else (0, 0)
        if first > 12 >= second:
            day_first = cell
        elif second > 12 >= first:
            month_first = cell
        elif first != second:
            either = cell
    return _decided(day_first, month_first, either)


def _decided(day_first: Cell, month_first: Cell, either: Cell) -> DateFormat:
    if day_first and month_first:
        raise UndecidedFormat(
            f"Some dates are written day first ({shown(day_first)}) and some month first "
            f"({shown(month_first)}). Write them all one way, best as year-month-day (2024-12-31)."
        )
    if either and not day_first and not month_first:
        raise UndecidedFormat(
            f"Dates such as {shown(either)} can be read day first or month first, and no other date of the "
            "file decides it. Choose the date format."
        )
    if day_first:
        return DateFormat.DAY_FIRST
    return DateFormat.MONTH_FIRST if month_first else DateFormat.AUTO


def date_reader(date_format: DateFormat, epoch: dt.date) -> Callable[[Cell], dt.date]:
    """A reader of one cell as a date; `epoch` is day 0 of the workbook's serial dates.

    Native dates, ISO dates and, unless the format is `iso`, months by name and serials in text are read in
    every format. A time of day is dropped, without moving the date between time zones.
    """

    def read(cell: Cell) -> dt.date:
        found = _date(cell, date_format, epoch)
        if not EARLIEST.year <= found.year <= _LAST_YEAR:
            raise UnreadableCell(
                f"{shown(cell)} is in the year {found.year}. Correct the year; dates from {EARLIEST.year} to "
                f"{_LAST_YEAR} are accepted."
            )
        return found

    return read


def _date(cell: Cell, date_format: DateFormat, epoch: dt.date) -> dt.date:
    if isinstance(cell, dt.date):
        return cell
    if isinstance(cell, Decimal):
        return _from_serial(cell, epoch)
    if cell is None or not cell.strip():
        raise UnreadableCell("The date is empty. Fill it in, such as 2024-12-31.")
    text = _day_of(cell)
    parts = _year_first(text) or (None if date_format is DateFormat.ISO else _named(text))
    if parts is None and date_format is not DateFormat.ISO and _SERIAL.fullmatch(text):
        return _from_serial(Decimal(text), epoch)
    if parts is None:
        parts = _year_last(cell, text, date_format)
    return _existing(cell, *parts)


def _day_of(text: str) -> str:
    """The text without a time of day; nothing if it is far too long for a date."""
    stripped = text.strip()
    return _TIME.sub("", stripped) if len(stripped) <= _LONGEST_TEXT else ""


def _from_serial(serial: Decimal, epoch: dt.date) -> dt.date:
    try:
        return epoch + dt.timedelta(days=int(serial))
    except (OverflowError, ValueError):
        raise UnreadableCell(f"{shown(serial)} is not a date. Write it as year-month-day, such as 2024-12-31.")


def _year_first(text: str) -> tuple[int, int, int] | None:
    match = _YEAR_FIRST.fullmatch(text)
    return match and (int(match[1]), int(match[3] or match[5]), int(match[4] or match[6]))


def _named(text: str) -> tuple[int, int, int] | None:
    match = _DAY_AND_NAME.fullmatch(text)
    day, name, year = match.groups() if match else ("", "", "")
    if not match and (match := _NAME_AND_DAY.fullmatch(text)):
        name, day, year = match.groups()
    month = _MONTHS.get(name.lower())
    return (_century(year), month, int(day)) if month else None


def _year_last(cell: str, text: str, date_format: DateFormat) -> tuple[int, int, int]:
    match = _YEAR_LAST.fullmatch(text)
    if not match:
        raise UnreadableCell(f"{shown(cell)} is not a date. Write it as year-month-day, such as 2024-12-31.")
    first, second = int(match[1]), int(match[3])
    if date_format is DateFormat.ISO:
        raise UnreadableCell(
            f"{shown(cell)} is not written as year-month-day. Write it so, such as 2024-12-31, or choose day "
            "first or month first."
        )
    month_first = date_format is DateFormat.MONTH_FIRST
    day, month = (second, first) if month_first else (first, second)
    if month > 12 >= day:
        other = "day first" if month_first else "month first"
        raise UnreadableCell(
            f"{shown(cell)} is not a date that exists: there is no month {month}. Correct it, or choose "
            f"{other} if the file is written so."
        )
    return _century(match[4]), month, day


def _century(year: str) -> int:
    """Two digits are a year from 1970 to 2069, as POSIX reads them."""
    number = int(year)
    if len(year) > 2:
        return number
    return number + (1900 if number >= 70 else 2000)


def _existing(cell: str, year: int, month: int, day: int) -> dt.date:
    mend = "Write it as year-month-day, such as 2024-12-31."
    if year and 1 <= month <= 12:
        last = calendar.monthrange(year, month)[1]
        if 1 <= day <= last:
            return dt.date(year, month, day)
        mend = f"Correct it; the last day of that month is {dt.date(year, month, last).isoformat()}."
    raise UnreadableCell(f"{shown(cell)} is not a date that exists. {mend}")
