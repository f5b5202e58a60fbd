"""Reading batches and their pieces: the staff's alone."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from portal.domain.documents.filing.values.batches import (
    Batch,
    BatchDetails,
    BatchKind,
    BatchState,
    Evidence,
    Piece,
    PieceToFile,
)
from portal.domain.documents.filing.values.evidence import EvidenceKind
from portal.domain.documents.library.values.documents import DocumentType
from portal.domain.identity.access.policies import require
from portal.domain.identity.access.values import Actor, Permission
from portal.platform import db
from portal.platform.errors import NotFound

BATCHES = """
SELECT b.id, b.state, b.kind, b.name, b.size, b.type, b.period, b.vehicle_id, COALESCE(f.name, '') AS vehicle, b.title,
  b.pages, b.problem, b.publish, b.tell, u.name AS creator, b.created_at,
  (SELECT COALESCE(sum(p.size), 0) FROM documents.batch_parts p WHERE p.batch_id = b.id) AS received,
  counted.pieces, counted.matched, counted.left_out, counted.filed
FROM documents.batches b JOIN identity.users u ON u.id = b.created_by
LEFT JOIN investments.vehicles f ON f.id = b.vehicle_id,
LATERAL (
  SELECT count(*) AS pieces, count(*) FILTER (WHERE NOT left_out AND account_id IS NOT NULL) AS matched,
    count(*) FILTER (WHERE left_out) AS left_out, count(document_id) AS filed
  FROM documents.pieces p WHERE p.batch_id = b.id) counted
WHERE b.firm_id = %(firm)s
"""
PIECES = """
SELECT p.id, p.batch_id, p.first, p.last, p.name, p.account_id, COALESCE(a.name, '') AS account, p.confidence,
  p.evidence, p.chosen_by, p.left_out, p.document_id, p.problem
FROM documents.pieces p LEFT JOIN people.investor_accounts a ON a.id = p.account_id
WHERE p.firm_id = %(firm)s
"""
NAMES = """
SELECT id, name FROM people.investor_accounts WHERE firm_id = %(firm)s AND id = ANY(%(ids)s)
UNION ALL SELECT id, name FROM identity.users WHERE firm_id = %(firm)s AND id = ANY(%(ids)s)
"""
TO_FILE = """
SELECT p.id, p.first, p.last, p.name, p.account_id, a.name AS account, COALESCE(a.number, '') AS number
FROM documents.pieces p JOIN people.investor_accounts a ON a.id = p.account_id
WHERE p.firm_id = %(firm)s AND p.batch_id = %(batch)s AND NOT p.left_out AND p.document_id IS NULL
  AND p.problem IS NULL
ORDER BY p.first LIMIT %(most)s
"""
DOUBTFUL = "(NOT p.left_out AND (p.account_id IS NULL OR p.problem IS NOT NULL))"


def list_batches(actor: Actor, *, before: tuple[datetime, UUID] | None = None, most: int = 50) -> list[Batch]:
    """The firm's batches, newest first, those before the moment and id given."""
    require(actor, Permission.EDIT_DOCUMENTS)
    place = " AND (b.created_at, b.id) < (%(at)s, %(id)s)" if before else ""
    at, batch_id = before or (None, None)
    rows = db.fetch_all(
        f"{BATCHES}{place} ORDER BY b.created_at DESC, b.id DESC LIMIT %(most)s",
        firm=actor.firm_id,
        at=at,
        id=batch_id,
        most=most,
    )
    return [_batch(row) for row in rows]


def get_batch(actor: Actor, batch_id: UUID) -> Batch:
    """A batch; NotFound."""
    require(actor, Permission.EDIT_DOCUMENTS)
    row = db.fetch_one(f"{BATCHES} AND b.id = %(id)s", firm=actor.firm_id, id=batch_id)
    if row is None:
        raise NotFound
    return _batch(row)


def list_pieces(
    actor: Actor, batch_id: UUID, *, after: int = 0, most: int = 100, doubtful: bool = False
) -> Sequence[Piece]:
    """The pieces of a batch in order, those that begin after a page (or file); only those that need a person where
    `doubtful`."""
    require(actor, Permission.EDIT_DOCUMENTS)
    narrowed = f" AND {DOUBTFUL}" if doubtful else ""
    rows = db.fetch_all(
        f"{PIECES} AND p.batch_id = %(batch)s AND p.first > %(after)s{narrowed} ORDER BY p.first LIMIT %(most)s",
        firm=actor.firm_id,
        batch=batch_id,
        after=after,
        most=most,
    )
    names = _names(actor, rows)
    return [_piece(row, names) for row in rows]


def get_piece(actor: Actor, batch_id: UUID, piece_id: UUID) -> Piece:
    """A piece of a batch; NotFound."""
    require(actor, Permission.EDIT_DOCUMENTS)
    row = db.fetch_one(
        f"{PIECES} AND p.batch_id = %(batch)s AND p.id = %(id)s", firm=actor.firm_id, batch=batch_id, id=piece_id
    )
    if row is None:
        raise NotFound
    return _piece(row, _names(actor, [row]))


def list_pieces_to_file(actor: Actor, batch_id: UUID, *, most: int) -> list[PieceToFile]:
    """The next pieces of a batch that have an account and no document yet."""
    rows = db.fetch_all(TO_FILE, firm=actor.firm_id, batch=batch_id, most=most)
    return [PieceToFile(*row) for row in rows]


def list_part_keys(actor: Actor, batch_id: UUID) -> dict[int, str]:
    """Where the parts of a batch's file lie, by number, in order."""
    rows = db.fetch_all(
        "SELECT number, file_key FROM documents.batch_parts WHERE firm_id = %(firm)s AND batch_id = %(batch)s"
        " ORDER BY number",
        firm=actor.firm_id,
        batch=batch_id,
    )
    return {row.number: row.file_key for row in rows}


def _batch(row: db.AnyRow) -> Batch:
    return Batch(
        row.id,
        BatchState(row.state),
        BatchKind(row.kind),
        row.name,
        row.size,
        int(row.received),
        BatchDetails(DocumentType(row.type), row.title, row.period, row.vehicle_id),
        row.vehicle,
        row.pages,
        row.pieces,
        row.matched,
        row.left_out,
        row.filed,
        row.problem,
        row.publish,
        row.tell,
        row.creator,
        row.created_at,
    )


def _names(actor: Actor, rows: Iterable[db.AnyRow]) -> dict[str, str]:
    ids = {subject for row in rows for each in row.evidence for subject in each["subjects"]}
    found = db.fetch_all(NAMES, firm=actor.firm_id, ids=[UUID(each) for each in ids]) if ids else []
    return {str(row.id): row.name for row in found}


def _piece(row: db.AnyRow, names: dict[str, str]) -> Piece:
    evidence = [
        Evidence(
            EvidenceKind(each["kind"]),
            tuple(names[subject] for subject in each["subjects"] if subject in names),
            each["page"],
            each["line"],
        )
        for each in row.evidence
    ]
    return Piece(
        row.id,
        row.batch_id,
        row.first,
        row.last,
        row.name,
        row.account_id,
        row.account,
        row.confidence,
        evidence,
        row.chosen_by is not None,
        row.left_out,
        row.document_id,
        row.problem,
    )
