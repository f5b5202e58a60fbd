"""Imports as they stand, the preview of their rows, and what is remembered for files of their shape."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from portal.domain.identity.access.values import Actor
from portal.domain.investments.imports.rules.keys import Identity
from portal.domain.investments.imports.rules.packing import unpack_layout, unpack_options, unpack_summary
from portal.domain.investments.imports.rules.shapes import fit_mapping, shape_key, suggest_options
from portal.domain.investments.imports.values.owners import with_opened_owner
from portal.domain.investments.imports.values.records import (
    Import,
    ImportListing,
    ImportState,
    PreviewRow,
    RowState,
    TouchedVehicle,
)
from portal.domain.investments.imports.values.tables import (
    AMOUNT_FIELDS,
    Entry,
    ImportKind,
    ImportOptions,
    PositionRow,
    TransactionRow,
    TransactionType,
)
from portal.platform import db
from portal.platform.errors import NotFound

SELECT = """
SELECT i.id, i.state, i.attempt, i.file_key, i.file_name, i.file_digest, i.file_size, i.kind, i.layout, i.options,
  i.summary, i.problem, i.posted, i.skipped, creator.name AS created_by, i.created_at, i.changed_at,
  i.posted_by AS poster_id, poster.name AS posted_by, i.posted_at, undoer.name AS undone_by, i.undone_at
FROM investments.imports i
LEFT JOIN identity.users creator ON creator.id = i.created_by
LEFT JOIN identity.users poster ON poster.id = i.posted_by
LEFT JOIN identity.users undoer ON undoer.id = i.undone_by
WHERE i.firm_id = %(firm)s AND i.id = %(id)s
"""
LIST = """
SELECT i.id, i.state, i.file_name, i.kind, (i.layout->>'rows')::integer AS rows, i.posted,
  COALESCE((i.summary->>'problems')::integer, 0) AS problems, u.name AS created_by, i.created_at
FROM investments.imports i LEFT JOIN identity.users u ON u.id = i.created_by
WHERE i.firm_id = %(firm)s AND (%(at)s::timestamptz IS NULL OR (i.created_at, i.id) < (%(at)s, %(id)s))
ORDER BY i.created_at DESC, i.id DESC LIMIT %(most)s
"""
SHAPE = """
SELECT options FROM investments.import_shapes WHERE firm_id = %(firm)s AND shape_key = ANY(%(keys)s)
ORDER BY used_at DESC LIMIT 1
"""
SAME_FILE = """
SELECT i.id FROM investments.imports i
JOIN investments.imports mine ON mine.file_digest = i.file_digest AND mine.firm_id = i.firm_id AND mine.id <> i.id
WHERE i.firm_id = %(firm)s AND mine.id = %(id)s AND i.state = 'posted' ORDER BY i.posted_at DESC LIMIT 1
"""
VEHICLES = """
SELECT v.id, v.name, count(DISTINCT j.holding_id) AS holdings, count(*) OVER () AS vehicles
FROM investments.journals j
JOIN investments.holdings h ON h.id = j.holding_id
JOIN investments.vehicles v ON v.id = h.vehicle_id
WHERE j.batch_id = %(id)s AND j.firm_id = %(firm)s AND j.reverses IS NULL
GROUP BY v.id ORDER BY v.name_key LIMIT %(most)s
"""
SOUND = """
SELECT r.row, r.state, r.business_key, r.content_digest, r.account, r.vehicle, r.effective_on, r.type, r.amount,
  r.commitment, r.paid_in, r.distributed, r.nav, r.reference, i.options->>'currency' AS currency, r.rounded, r.vintage,
  r.strategy
FROM investments.import_rows r JOIN investments.imports i ON i.id = r.import_id
WHERE r.import_id = %(id)s AND r.firm_id = %(firm)s AND r.state <> 'refused' ORDER BY r.row
"""
ROWS = """
SELECT r.row, r.state, r.account, r.vehicle, r.effective_on, r.type, r.amount, r.commitment, r.paid_in, r.distributed,
  r.nav, r.reference, r.rounded, r.given, r.problems
FROM investments.import_rows r
WHERE r.import_id = %(id)s AND r.firm_id = %(firm)s AND {narrowed}
"""
_TYPES = {each.value: each for each in TransactionType}
_STATES = {each.value: each for each in RowState}


def _import(row: db.AnyRow) -> Import:
    return Import(
        id=row.id, state=ImportState(row.state), attempt=row.attempt, file_key=row.file_key, file_name=row.file_name,
        file_digest=row.file_digest, file_size=row.file_size, kind=ImportKind(row.kind) if row.kind else None,
        layout=unpack_layout(row.layout) if row.layout else None,
        options=with_opened_owner(unpack_options(row.options)) if row.options else None,
        summary=unpack_summary(row.summary) if row.summary else None,
        problem=row.problem, posted=row.posted, skipped=row.skipped, created_by=row.created_by,
        created_at=row.created_at, changed_at=row.changed_at, poster_id=row.poster_id, posted_by=row.posted_by,
        posted_at=row.posted_at, undone_by=row.undone_by, undone_at=row.undone_at,
    )  # fmt: skip


def get_import(actor: Actor, import_id: UUID) -> Import:
    """One import of the actor's firm; NotFound where there is none."""
    row = db.fetch_one(SELECT, firm=actor.firm_id, id=import_id)
    if row is None:
        raise NotFound
    return _import(row)


def list_imports(
    actor: Actor, *, before: tuple[datetime, UUID] | None = None, most: int = 50
) -> Sequence[ImportListing]:
    """Imports of the actor's firm, newest first, older than the (moment, id) pair `before`."""
    at, last_id = before or (None, None)
    rows = db.fetch_all(LIST, firm=actor.firm_id, at=at, id=last_id, most=most)
    return [
        ImportListing(
            row.id, ImportState(row.state), row.file_name, ImportKind(row.kind) if row.kind else None, row.rows,
            row.posted, row.problems, row.created_by, row.created_at,
        )
        for row in rows
    ]  # fmt: skip


def find_same_file(actor: Actor, import_id: UUID) -> Import | None:
    """The latest import that is posted from the very same bytes, or None."""
    found = db.fetch_value(SAME_FILE, firm=actor.firm_id, id=import_id)
    return None if found is None else get_import(actor, found)


def find_remembered_options(
    actor: Actor, header: Sequence[str], kinds: Sequence[ImportKind] = tuple(ImportKind)
) -> ImportOptions | None:
    """How the firm read files with these columns the last time, or None."""
    kept = db.fetch_value(SHAPE, firm=actor.firm_id, keys=[shape_key(header, kind) for kind in kinds])
    return None if kept is None else fit_mapping(header, unpack_options(kept))


def get_starting_options(actor: Actor, header: Sequence[str], kind: ImportKind | None = None) -> ImportOptions:
    """The options to begin with: those remembered for this shape, or what the names of the columns suggest. Without a
    `kind` it is the one that was used last, or that the columns fit better."""
    kinds = (kind,) if kind else tuple(ImportKind)
    return find_remembered_options(actor, header, kinds) or suggest_options(header, kinds)


def list_import_rows(
    actor: Actor, import_id: UUID, *, state: RowState | None = None, after: int = 0, most: int = 50
) -> Sequence[PreviewRow]:
    """Rows of an import as they stand in the file, those after row `after`, only those in `state` where one is
    given."""
    narrowed = "r.row > %(after)s" if state is None else "r.row > %(after)s AND r.state = %(state)s"
    statement = f"{ROWS.format(narrowed=narrowed)} ORDER BY r.row LIMIT %(most)s"
    rows = db.fetch_all(statement, firm=actor.firm_id, id=import_id, after=after, state=state, most=most)
    return [_preview(row) for row in rows]


def find_previous_place(
    actor: Actor, import_id: UUID, *, state: RowState | None = None, before: int, most: int = 50
) -> int | None:
    """The row after which the page begins that ends before row `before`: 0 for the first page, None where `before`
    is on it."""
    narrowed = "r.row < %(before)s" if state is None else "r.row < %(before)s AND r.state = %(state)s"
    statement = f"{ROWS.format(narrowed=narrowed)} ORDER BY r.row DESC LIMIT %(most)s"
    rows = db.fetch_all(statement, firm=actor.firm_id, id=import_id, before=before, state=state, most=most + 1)
    if not rows:
        return None
    return rows[-1].row if len(rows) > most else 0


def _preview(row: db.AnyRow) -> PreviewRow:
    amounts = {name: getattr(row, name) for name in ("amount", *AMOUNT_FIELDS[ImportKind.POSITIONS])}
    return PreviewRow(
        row.row, RowState(row.state), row.account, row.vehicle, row.effective_on, row.type, amounts, row.reference,
        row.rounded, row.given or {}, tuple((field, message) for field, message in row.problems or ()),
    )  # fmt: skip


def list_rows_to_post(actor: Actor, import_id: UUID) -> tuple[list[Entry], list[Identity], list[RowState]]:
    """The sound rows of a checked import in the order of the file, their identities and their states then."""
    found = db.fetch_all(SOUND, firm=actor.firm_id, id=import_id)
    rows: list[Entry] = [
        PositionRow(
            row.row, row.account, row.vehicle, row.effective_on, row.commitment, row.paid_in, row.distributed, row.nav,
            row.currency, row.rounded, row.vintage, row.strategy,
        )
        if row.type is None
        else TransactionRow(
            row.row, row.account, row.vehicle, row.effective_on, _TYPES[row.type], row.amount, row.reference,
            row.currency, row.rounded, row.vintage, row.strategy,
        )
        for row in found
    ]  # fmt: skip
    identities = [Identity(row.business_key, row.content_digest) for row in found]
    return rows, identities, [_STATES[row.state] for row in found]


def list_import_vehicles(actor: Actor, import_id: UUID, *, most: int = 20) -> tuple[Sequence[TouchedVehicle], int]:
    """The first vehicles that an import posted to, by name, and how many there are."""
    rows = db.fetch_all(VEHICLES, firm=actor.firm_id, id=import_id, most=most)
    return [TouchedVehicle(row.id, row.name, row.holdings) for row in rows], rows[0].vehicles if rows else 0


def find_import_names(actor: Actor, import_ids: Sequence[UUID]) -> dict[UUID, str]:
    """The names of the files of those of the imports that the actor may see."""
    rows = db.fetch_all(
        "SELECT id, file_name AS name FROM investments.imports WHERE firm_id = %(firm)s AND id = ANY(%(ids)s)",
        firm=actor.firm_id,
        ids=list(import_ids),
    )
    return {row.id: row.name for row in rows}
