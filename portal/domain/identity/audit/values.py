"""Blocks of the record of acts, and what does not fit them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Seal:
    """A block. `sealed_at` is in seconds since 1970, as exact text; transactions are PostgreSQL's 64-bit ids."""

    firm_id: UUID
    number: int
    first_id: int
    last_id: int
    events: int
    below_txid: int
    next_txid: int
    sealed_at: str
    previous_hash: bytes
    hash: bytes


@dataclass(frozen=True, slots=True)
class Kept:
    """An event as its seal covers it: every column as exact text. `digest` and `number` are what its block says of it,
    None where no block does; `there` is False where a block names an event that is gone."""

    id: int
    columns: Mapping[str, str | None]
    txid: int
    at: str
    digest: bytes | None = None
    number: int | None = None
    there: bool = True


@dataclass(frozen=True, slots=True)
class RecordFinding:
    """A place where the record is not what was sealed: `place` is a block or an event, `message` says what is wrong."""

    place: str
    message: str
