"""Cursors: the place in a list where the next page begins, as an opaque text."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Any, Generic, TypeVar
from uuid import UUID

import orjson

from portal.platform.errors import Invalid

T = TypeVar("T")


def _text(part: str) -> str:
    """Text that PostgreSQL can compare with."""
    if "\0" in part:
        raise ValueError("a NUL in a cursor")
    return part


PARSERS: dict[type, Callable[[str], Any]] = {
    str: _text,
    UUID: UUID,
    date: date.fromisoformat,
    datetime: datetime.fromisoformat,
    int: int,
}


class Page(Generic[T]):
    """A page of a list: its items, and the cursor of the next page, if there is one."""

    def __init__(self, found: Sequence[T], most: int, place: Callable[[T], Sequence[Any]]) -> None:
        """`found` holds one item more than `most` where there is another page; `place` says where an item stands."""
        self.items = list(found[:most])
        self.next = encode_cursor(*place(self.items[-1])) if len(found) > most else None


def encode_cursor(*parts: Any) -> str:
    """The cursor for a place in an ordering, such as (date, id)."""
    return base64.urlsafe_b64encode(orjson.dumps([str(part) for part in parts])).decode().rstrip("=")


def decode_cursor(cursor: str, *kinds: type) -> tuple[Any, ...]:
    """The place behind a cursor, parts of the given `kinds`; Invalid for one that was not made by us."""
    try:
        parts = orjson.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        return tuple(PARSERS[kind](part) for kind, part in zip(kinds, parts, strict=True))
    except (ValueError, TypeError, AttributeError, binascii.Error) as error:
        raise Invalid(
            "This cursor is not one of ours; start from the first page.",
            fields={"cursor": "Leave it out to start anew."},
        ) from error
