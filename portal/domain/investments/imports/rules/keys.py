"""What makes a row the same row when its file is loaded again, and what it states."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

from portal.domain.investments.imports.values.tables import Entry, PositionRow
from portal.platform.ids import name_key

_BETWEEN = "\x1f"  # counts as white space to `name_key`, so that no name can hold it


class Identity(NamedTuple):
    """The key that a row is posted under, and the digest of what it states (64 hex digits each)."""

    key: str
    digest: str


def identify_rows(rows: Sequence[Entry]) -> list[Identity]:
    """The key and the digest of each row of one file; the same set in whatever order the rows stand."""
    stories = [_story(row) for row in rows]
    return [
        Identity(_digest(f"{story}{_BETWEEN}{occurrence}"), _digest(f"{story}{_BETWEEN}{_stated(row)}"))
        for row, story, occurrence in zip(rows, stories, _occurrences(rows, stories), strict=True)
    ]


def business_key(row: Entry, occurrence: int = 1) -> str:
    """The key under which a row is posted once (64 hex digits).

    A position is its account, vehicle and date. A transaction is those with its type and reference, or with
    its amount where there is no reference. `occurrence` tells rows of one file apart that are equal in all of
    that, from 1 (see `number_occurrences`). Case and spacing of names do not matter.
    """
    return _digest(f"{_story(row)}{_BETWEEN}{occurrence}")


def content_digest(row: Entry) -> str:
    """A digest of everything that is posted from a row (64 hex digits), to tell a change under the same key.

    The row's number is not part of it, nor are vintage and strategy, which only describe a new vehicle.
    """
    return _digest(f"{_story(row)}{_BETWEEN}{_stated(row)}")


def number_occurrences(rows: Sequence[Entry]) -> list[int]:
    """Which of its equals in the file each row is, from 1, in order of amount and then as they stand."""
    return _occurrences(rows, [_story(row) for row in rows])


def _story(row: Entry) -> str:
    """Who, what, when: everything about a row but its figures, and those where nothing else tells it apart."""
    names = f"{name_key(row.account)}{_BETWEEN}{name_key(row.vehicle)}"
    if isinstance(row, PositionRow):
        return f"position{_BETWEEN}{names}{_BETWEEN}{row.as_of.isoformat()}"
    told_by = f"reference {name_key(row.reference)}" if row.reference else f"amount {row.amount:f}"
    return f"transaction{_BETWEEN}{names}{_BETWEEN}{row.date.isoformat()}{_BETWEEN}{row.type}{_BETWEEN}{told_by}"


def _stated(row: Entry) -> str:
    if isinstance(row, PositionRow):
        return f"{row.commitment:f}|{row.paid_in:f}|{row.distributed:f}|{row.nav:f}|{row.currency}"
    return f"{row.amount:f}|{row.currency}"


def _occurrences(rows: Sequence[Entry], stories: Sequence[str]) -> list[int]:
    occurrences = [1] * len(rows)
    if len(set(stories)) == len(rows):
        return occurrences
    equals: dict[str, list[int]] = defaultdict(list)
    for place, story in enumerate(stories):
        equals[story].append(place)
    for places in equals.values():
        if len(places) > 1:
            for occurrence, place in enumerate(sorted(places, key=lambda place: _figures(rows[place])), start=1):
                occurrences[place] = occurrence
    return occurrences


def _figures(row: Entry) -> tuple[Decimal, ...]:
    return (row.commitment, row.paid_in, row.distributed, row.nav) if isinstance(row, PositionRow) else (row.amount,)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
