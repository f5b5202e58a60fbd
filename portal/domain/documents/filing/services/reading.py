"""Reading a batch: whose its pages or files are."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import orjson

from portal.domain.documents.filing.queries.batches import get_batch, list_part_keys
from portal.domain.documents.filing.queries.known import get_reader
from portal.domain.documents.filing.rules.pieces import pieces_of_files, pieces_of_pages
from portal.domain.documents.filing.rules.reading import Reader
from portal.domain.documents.filing.rules.splitting import find_mark
from portal.domain.documents.filing.values.batches import MOST_PAGES, Batch, BatchKind, BatchState, FoundPiece
from portal.domain.documents.filing.values.evidence import Hit
from portal.domain.identity.access.values import Actor
from portal.platform.confined import Exhausted
from portal.platform.db import execute, transactional
from portal.platform.ids import new_id
from portal.platform.page_text import count_pages, read_pages
from portal.platform.progress import report_progress
from portal.platform.resources import resources
from portal.platform.screening.bundles import NOT_UNPACKED, list_archive, unpack_archive
from portal.platform.screening.names import clean_name, kind_by_name
from portal.platform.screening.screening import scan_file
from portal.platform.screening.values import ScreeningRefused

AT_ONCE = 50  # files that one process unpacks
INSERT = """
INSERT INTO documents.pieces (id, firm_id, batch_id, first, last, name, account_id, confidence, evidence, problem)
SELECT given.id, %(firm)s, %(batch)s, given.first, given.last, given.name, given.account, given.confidence,
  given.evidence::jsonb, given.problem
FROM unnest(%(ids)s::uuid[], %(firsts)s::int[], %(lasts)s::int[], %(names)s::text[], %(accounts)s::uuid[],
  %(confidences)s::smallint[], %(evidence)s::text[], %(problems)s::text[])
  AS given (id, first, last, name, account, confidence, evidence, problem)
"""
READ = """
UPDATE documents.batches SET state = 'review', pages = %(pages)s WHERE id = %(id)s AND state = 'reading'
"""
FAIL = "UPDATE documents.batches SET state = 'failed', problem = %(why)s WHERE id = %(id)s AND state = 'reading'"
UNREADABLE = {
    BatchKind.PDF: "The document cannot be read: it is damaged, or needs a password. Save it anew and send it.",
    BatchKind.ZIP: "The archive cannot be read: it is damaged, locked, or has more than 2,000 files. Pack it anew.",
}


class Unreadable(Exception):
    """The batch's file cannot be read; the message says what to do."""


@transactional
def read_batch(actor: Actor, batch_id: UUID, *, scanner: str = "") -> None:
    """Read the file of a batch and keep whose each page or file is, in the firm's system tenancy; a file that cannot be
    read fails the batch with the reason. Nothing where it was read already."""
    batch = get_batch(actor, batch_id)
    if batch.state is not BatchState.READING:
        return
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder, "source")
        fetch_batch(actor, batch_id, source)
        try:
            if scanner:
                scan_file(scanner, source)
            pages, pieces = _read(batch, source, Path(folder), get_reader(actor))
        except (Unreadable, ScreeningRefused) as error:
            execute(FAIL, id=batch_id, why=str(error))
            return
    _keep(actor, batch_id, pieces)
    execute(READ, id=batch_id, pages=pages)


@transactional
def fetch_batch(actor: Actor, batch_id: UUID, target: Path) -> None:
    """Write the file of a batch, from its parts, to `target`."""
    with target.open("wb") as file:
        for key in list_part_keys(actor, batch_id).values():
            file.writelines(resources().store.stream(key))


def _read(batch: Batch, source: Path, folder: Path, reader: Reader) -> tuple[int | None, list[FoundPiece]]:
    try:
        if batch.kind is BatchKind.PDF:
            return _read_pages(batch, source, reader)
        return None, _read_files(batch, source, folder, reader)
    except Exhausted as error:
        raise Unreadable(UNREADABLE[batch.kind]) from error


def _read_pages(batch: Batch, source: Path, reader: Reader) -> tuple[int, list[FoundPiece]]:
    total = count_pages(source)
    if not 0 < total <= MOST_PAGES:
        raise Unreadable(f"The document has more than {MOST_PAGES:,} pages. Split it and send the parts.")
    pages = []
    for number, text in enumerate(read_pages(source, "pdf"), 1):
        pages.append((reader.read(number, text), find_mark(text)))
        if number % 25 == 0:
            report_progress(batch.id, "reading", number, total)
    return total, pieces_of_pages(pages, reader.known.accounts_of)


def _read_files(batch: Batch, source: Path, folder: Path, reader: Reader) -> list[FoundPiece]:
    listed = list_archive(source)
    if not listed:
        raise Unreadable("The archive is empty. Check that it was packed, and send it again.")
    found: list[tuple[int, str, list[Hit], str | None]] = []
    for start in range(0, len(listed), AT_ONCE):
        report_progress(batch.id, "reading", start, len(listed))
        some = listed[start : start + AT_ONCE]
        there = unpack_archive(source, folder, [number for number, _ in some])
        for number, name in some:
            found.append(_read_file(reader, number, clean_name(name), there.get(number)))
    return pieces_of_files(found, reader.known.accounts_of)


def _read_file(reader: Reader, number: int, name: str, path: Path | None) -> tuple[int, str, list[Hit], str | None]:
    """A file's hits; its name counts as its page 0."""
    try:
        kind = kind_by_name(name)
        if path is None:
            return number, name, [], NOT_UNPACKED
        hits = reader.read(0, name.rpartition(".")[0].replace("_", " "))
        for page, text in enumerate(read_pages(path, kind.value), 1):
            hits += reader.read(page, text)
    except ScreeningRefused as refusal:
        return number, name, [], refusal.message
    except Exhausted:
        return number, name, [], "It cannot be read: it is damaged, locked, or not what its name says."
    finally:
        if path is not None:
            path.unlink()
    return number, name, hits, None


def _keep(actor: Actor, batch_id: UUID, pieces: list[FoundPiece]) -> None:
    told: Iterator[list[dict[str, object]]] = (
        [
            {"kind": kind.value, "page": page, "line": line, "subjects": [str(subject) for subject in subjects]}
            for kind, page, line, subjects in piece.evidence
        ]
        for piece in pieces
    )
    execute(
        INSERT,
        firm=actor.firm_id,
        batch=batch_id,
        ids=[new_id() for _ in pieces],
        firsts=[piece.first for piece in pieces],
        lasts=[piece.last for piece in pieces],
        names=[piece.name for piece in pieces],
        accounts=[piece.account_id for piece in pieces],
        confidences=[piece.confidence for piece in pieces],
        evidence=[orjson.dumps(each).decode() for each in told],
        problems=[piece.problem for piece in pieces],
    )
