"""Reading bank files and their movements: staff alone."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from portal.domain.identity.access.values import Actor
from portal.domain.investments.payments.values.bank_lines import BankFormat
from portal.domain.investments.payments.values.receipts import BankFile, KeptLine, LineState
from portal.platform import db
from portal.platform.errors import NotFound

FILES = """
SELECT f.id, f.name, f.format, f.lines, f.taken, u.name AS read_by, f.read_at
FROM investments.bank_files f LEFT JOIN identity.users u ON u.id = f.read_by
WHERE f.firm_id = %(firm)s
"""
LINES = """
SELECT l.id, l.file_id, l.booked_on, l.value_on, l.amount, l.currency, l.payer, l.reference, l.bank_id, l.state, l.note,
  l.number
FROM investments.bank_lines l WHERE l.firm_id = %(firm)s
"""
COUNTS = """
SELECT state, count(*) AS count FROM investments.bank_lines
WHERE firm_id = %(firm)s AND file_id = %(file)s GROUP BY state
"""


def _file(row: db.AnyRow) -> BankFile:
    return BankFile(row.id, row.name, BankFormat(row.format), row.lines, row.taken, row.read_by, row.read_at)


def list_bank_files(actor: Actor, *, before: tuple[datetime, UUID] | None = None, most: int = 50) -> Sequence[BankFile]:
    """The firm's bank files, the newest first, older than the (moment, id) pair `before`."""
    at, last = before or (None, None)
    rows = db.fetch_all(
        f"{FILES} AND (%(at)s::timestamptz IS NULL OR (f.read_at, f.id) < (%(at)s, %(id)s::uuid))"
        " ORDER BY f.read_at DESC, f.id DESC LIMIT %(most)s",
        firm=actor.firm_id,
        at=at,
        id=last,
        most=most,
    )
    return [_file(row) for row in rows]


def get_bank_file(actor: Actor, file_id: UUID) -> BankFile:
    """One bank file of the firm; NotFound."""
    row = db.fetch_one(f"{FILES} AND f.id = %(id)s", firm=actor.firm_id, id=file_id)
    if row is None:
        raise NotFound
    return _file(row)


def exists_bank_file(actor: Actor, digest: str) -> bool:
    """Whether a file of these very bytes was read before."""
    sought = "SELECT EXISTS (SELECT FROM investments.bank_files WHERE firm_id = %(firm)s AND digest = %(digest)s)"
    return bool(db.fetch_value(sought, firm=actor.firm_id, digest=digest))


def count_lines(actor: Actor, file_id: UUID) -> dict[LineState, int]:
    """How many movements of a file stand where."""
    rows = db.fetch_all(COUNTS, firm=actor.firm_id, file=file_id)
    return {LineState(row.state): row.count for row in rows}


def list_file_lines(actor: Actor, file_id: UUID, *, after: int = 0, most: int = 50) -> Sequence[tuple[int, KeptLine]]:
    """Movements of a file with their places in it, those after place `after`."""
    rows = db.fetch_all(
        f"{LINES} AND l.file_id = %(file)s AND l.number > %(after)s ORDER BY l.number LIMIT %(most)s",
        firm=actor.firm_id,
        file=file_id,
        after=after,
        most=most,
    )
    return [(row.number, KeptLine.of(row)) for row in rows]


def list_lines_to_match(actor: Actor, *, most: int) -> Sequence[KeptLine]:
    """Money that came in and is matched to nothing yet, the earliest first."""
    rows = db.fetch_all(
        f"{LINES} AND l.state = 'open' AND l.amount > 0 ORDER BY l.booked_on, l.number, l.id LIMIT %(most)s",
        firm=actor.firm_id,
        most=most,
    )
    return [KeptLine.of(row) for row in rows]


def get_line(actor: Actor, line_id: UUID) -> KeptLine:
    """One movement of the firm; NotFound."""
    row = db.fetch_one(f"{LINES} AND l.id = %(id)s", firm=actor.firm_id, id=line_id)
    if row is None:
        raise NotFound
    return KeptLine.of(row)


def get_last_booking(actor: Actor) -> date | None:
    """The day of the latest movement that was read, or None."""
    found: date | None = db.fetch_value(
        "SELECT max(booked_on) FROM investments.bank_lines WHERE firm_id = %(firm)s", firm=actor.firm_id
    )
    return found
