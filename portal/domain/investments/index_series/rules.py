"""Reading the values of an index from a file of dates and values."""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation

from portal.domain.investments.index_series.values import MOST_LEVELS, Level

LARGEST_FILE = 2 * 1024 * 1024
LEAST, MOST = Decimal("0.0000000001"), Decimal(10) ** 13
DELIMITERS = (",", ";", "\t")


def read_levels(content: bytes, *, today: date) -> tuple[list[Level], list[str]]:
    """The values by date, and what is wrong with the file in sentences: then there are no values. One day and one value
    a row (2026-12-31, 1234.56), with commas, semicolons or tabs between; a first row of headings is passed over."""
    if len(content) > LARGEST_FILE:
        return [], ["The file is larger than 2 MB. Leave all but the dates and the values out."]
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return [], ["The file is not readable as text. Save it as “CSV UTF-8” and upload that."]
    levels: dict[date, Decimal] = {}
    faults: list[str] = []
    for number, cells in _rows(text):
        fault = _keep(cells, levels, today)
        if fault and not (number == 1 and not _is_date(cells[0])):
            faults.append(f"Row {number}: {fault}")
    if not faults and len(levels) < 2:
        faults.append("The file needs two values or more, each row a date and a value: 2026-12-31, 1234.56.")
    if len(levels) > MOST_LEVELS:
        faults.append(f"The file has more than {MOST_LEVELS:,} values. Leave the oldest out.")
    return ([], faults) if faults else (sorted(levels.items()), [])


def compare(before: Sequence[Level], after: Sequence[Level]) -> tuple[int, int, int]:
    """How many days were added, changed and removed."""
    old, new = dict(before), dict(after)
    changed = sum(day in old and old[day] != level for day, level in new.items())
    return len(new.keys() - old.keys()), changed, len(old.keys() - new.keys())


def digest_of(levels: Sequence[Level]) -> str:
    """The SHA-256 of the values, whatever the file looked like."""
    return hashlib.sha256("\n".join(f"{day},{level:f}" for day, level in levels).encode()).hexdigest()


def _rows(text: str) -> Iterator[tuple[int, list[str]]]:
    first = text.partition("\n")[0]
    delimiter = max(DELIMITERS, key=first.count)
    for number, cells in enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter), 1):
        if "".join(cells).strip():
            yield number, [cell.strip() for cell in cells]


def _keep(cells: Sequence[str], levels: dict[date, Decimal], today: date) -> str | None:
    """Put a row among the values; what is wrong with it."""
    if len(cells) < 2 or not _is_date(cells[0]):
        return "it needs a date such as 2026-12-31 and a value beside it."
    day = date.fromisoformat(cells[0])
    if day > today:
        return f"{day} has not come yet."
    if day in levels:
        return f"{day} stands in the file twice."
    try:
        level = Decimal(cells[1])
    except InvalidOperation:
        return f"“{cells[1][:20]}” is not a number. Write it with a point and without thousands, such as 1234.56."
    if not level.is_finite() or not LEAST <= level < MOST or level != round(level, 10):
        return "a value lies above zero and has ten decimals at the most."
    levels[day] = level
    return None


def _is_date(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return len(text) == 10
