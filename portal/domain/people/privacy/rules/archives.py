"""The files of an export: JSON for machines, CSV for spreadsheets, a page that explains them."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import orjson

from portal.domain.people.privacy.values.exports import Collection
from portal.platform.spreadsheets import defused

BEGIN = """This archive holds all that {firm} holds about you in its investor portal, as of {moment}.

The files
---------
JSON files are for programs (UTF-8, RFC 8259). The CSV file beside each list has the same rows for a spreadsheet
(UTF-8, commas, first line: names of the columns); a text there that a spreadsheet would take for a formula stands
behind an apostrophe. Moments are in UTC (ISO 8601), days are year-month-day, amounts have a point before the cents.
PDF files are your statements, notices, tax forms and other documents, byte for byte as they were published.

Not in here: secrets that let somebody in (passwords, secrets of authenticator apps, tokens, which we keep only as
digests or sealed), and what is about other people, even where they did it for you.
"""


def list_files(collection: Collection) -> Iterator[tuple[str, bytes]]:
    """Name and content of the files that a collection becomes: JSON, and CSV where it is a list."""
    if not collection.is_list:
        yield f"{collection.file}.json", _json(collection.rows[0] if collection.rows else {})
        return
    yield f"{collection.file}.json", _json(list(collection.rows))
    yield f"{collection.file}.csv", _csv(collection)


def write_readme(collections: Iterable[Collection], *, firm: str, moment: datetime, missing: Iterable[str]) -> bytes:
    """The page that explains the archive in plain words: each file and each column; `missing` are files of which there
    is no copy at the moment."""
    parts = [BEGIN.format(firm=firm, moment=f"{moment.astimezone(UTC):%Y-%m-%d %H:%M} UTC")]
    for each in collections:
        count = f" ({len(each.rows)})" if each.is_list else ""
        columns = "".join(f"  {name}: {meaning}\n" for name, meaning in each.columns.items())
        parts.append(f"{each.file}{count}\n  {each.sentence}\n{columns}")
    if gone := list(missing):
        parts.append("Could not be read now, ask the firm for them:\n" + "".join(f"  {each}\n" for each in gone))
    return "\n".join(parts).encode()


def _json(content: object) -> bytes:
    return orjson.dumps(content, default=_plain, option=orjson.OPT_INDENT_2 | orjson.OPT_UTC_Z)


def _plain(value: object) -> str:
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, UUID):
        return str(value)
    raise TypeError(f"{type(value).__name__} has no place in an export")


def _csv(collection: Collection) -> bytes:
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow(collection.columns)
    for row in collection.rows:
        writer.writerow([_cell(value) for value in _in_order(row, collection.columns)])
    return buffer.getvalue().encode()


def _in_order(row: Mapping[str, Any], columns: Iterable[str]) -> Iterator[Any]:
    return (row[name] for name in columns)


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, dict):
        return orjson.dumps(value, option=orjson.OPT_SORT_KEYS).decode()
    return defused(str(value))
