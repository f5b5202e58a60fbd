"""Filing the pieces of a batch: each becomes a document in its account's folder."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from portal.domain.documents.filing.queries.batches import get_batch, list_pieces_to_file
from portal.domain.documents.filing.queries.known import get_reader
from portal.domain.documents.filing.queries.recipients import check_recipients
from portal.domain.documents.filing.rules.pieces import write_title
from portal.domain.documents.filing.rules.reading import Reader
from portal.domain.documents.filing.services.batches import discard_parts, move_batch
from portal.domain.documents.filing.services.reading import fetch_batch, unpack
from portal.domain.documents.filing.services.recipients import describe_strangers
from portal.domain.documents.filing.services.texts import keep_text
from portal.domain.documents.filing.values.batches import Batch, BatchKind, BatchState, PieceToFile
from portal.domain.documents.library.queries.documents import get_document
from portal.domain.documents.library.services.folders import open_root_folder
from portal.domain.documents.library.services.publishing import publish_document
from portal.domain.documents.library.services.receiving import file_release
from portal.domain.documents.library.values.documents import Audience, DocumentDetails
from portal.domain.documents.library.values.files import Release
from portal.domain.documents.library.values.folders import FolderKind
from portal.domain.identity.access.values import Actor
from portal.platform.confined import Exhausted, run_confined
from portal.platform.db import execute, transactional
from portal.platform.page_text import read_pages
from portal.platform.resources import resources
from portal.platform.screening.screening import screen_file
from portal.platform.screening.values import MediaKind, Screened, ScreeningRefused

AT_ONCE = 20  # pieces that one process cuts
SECONDS = 20.0  # of work in one transaction
TOO_MUCH = "Its pages could not be cut out within the time and memory set aside for it. File them by hand."
FILED = "UPDATE documents.pieces SET document_id = %(document)s, problem = %(problem)s WHERE id = %(id)s"


@dataclass(frozen=True, slots=True)
class Cut:
    """A piece as a checked file, or why it cannot be one."""

    path: Path
    screened: Screened | None
    problem: str = ""


@transactional
def file_pieces(actor: Actor, batch_id: UUID, folder: Path, *, scanner: str = "") -> bool:
    """File the next pieces of a confirmed batch, for about SECONDS, in the firm's system tenancy; whether there are
    more. A piece lies in the store under its own id, so that doing it again after a crash leaves one."""
    batch = get_batch(actor, batch_id)
    if batch.state is not BatchState.FILING:
        return False
    source, until = folder / "batch", time.monotonic() + SECONDS
    fetch_batch(actor, batch_id, source)
    reader = get_reader(actor) if batch.publish else None
    while pieces := list_pieces_to_file(actor, batch_id, most=AT_ONCE):
        cut = _cut_pages if batch.kind is BatchKind.PDF else _take_files
        for piece, each in zip(pieces, cut(source, folder, pieces, scanner), strict=True):
            _file(actor, batch, piece, each, reader)
        if time.monotonic() > until:
            return True
    move_batch(actor, batch_id, BatchState.FILING, BatchState.FILED)
    discard_parts(actor, batch_id)
    return False


def _cut_pages(source: Path, folder: Path, pieces: Sequence[PieceToFile], scanner: str) -> list[Cut]:
    """Each piece as a document of its own; what is too much for one process is halved."""
    ranges = [[piece.first, piece.last] for piece in pieces]
    try:
        told = run_confined(
            "portal.platform.screening.cutting:cut_pages", source=str(source), folder=str(folder), ranges=ranges
        )
    except Exhausted:
        if len(pieces) == 1:
            return [Cut(source, None, TOO_MUCH)]
        middle = len(pieces) // 2
        halves = (pieces[:middle], pieces[middle:])
        return [each for half in halves for each in _cut_pages(source, folder, half, scanner)]
    return [_of_pages(folder / f"{piece.first}.pdf", each) for piece, each in zip(pieces, told, strict=True)]


def _of_pages(path: Path, told: dict[str, str | int]) -> Cut:
    if "refused" in told:
        return Cut(path, None, str(told["message"]))
    return Cut(path, Screened("pages.pdf", MediaKind.PDF, path.stat().st_size, int(told["pages"]), ()))


def _take_files(source: Path, folder: Path, pieces: Sequence[PieceToFile], scanner: str) -> list[Cut]:
    there = unpack(source, folder, [piece.first for piece in pieces])
    return [_screened(there.get(piece.first), folder / f"{piece.first}.clean", piece.name, scanner) for piece in pieces]


def _screened(raw: Path | None, target: Path, name: str, scanner: str) -> Cut:
    if raw is None:
        return Cut(target, None, "It cannot be unpacked, or is larger than 25 MiB.")
    try:
        return Cut(target, screen_file(raw, target, name, scanner=scanner))
    except ScreeningRefused as refusal:
        return Cut(target, None, refusal.message)
    finally:
        raw.unlink()


def _file(actor: Actor, batch: Batch, piece: PieceToFile, cut: Cut, reader: Reader | None) -> None:
    if cut.screened is None:
        execute(FILED, id=piece.id, document=None, problem=cut.problem)
        return
    title = write_title(batch.details.title, account=piece.account, number=piece.number, period=batch.details.period)
    details = DocumentDetails(
        title,
        batch.details.type,
        Audience.ACCOUNT,
        batch.details.period,
        account_id=piece.account_id,
        vehicle_id=batch.details.vehicle_id,
    )
    home = open_root_folder(actor, FolderKind.ACCOUNT, piece.account_id, piece.account)
    release = _store(piece, cut.path, cut.screened, title)
    document_id = file_release(actor, home, details, release, source=f"filing:{piece.id}")
    problem = _publish(actor, document_id, cut.path, cut.screened.kind, reader) if reader is not None else None
    execute(FILED, id=piece.id, document=document_id, problem=problem)
    cut.path.unlink()


def _store(piece: PieceToFile, path: Path, screened: Screened, title: str) -> Release:
    with path.open("rb") as file:
        stored = resources().store.put(f"documents/{piece.id}", file, screened.kind.media_type)
    name = screened.name if piece.name else f"{title}.pdf"
    return Release(stored.key, name, screened.kind.value, stored.size, stored.digest, screened.pages, screened.removed)


def _publish(actor: Actor, document_id: UUID, path: Path, kind: MediaKind, reader: Reader) -> str | None:
    """Publish what names nobody else; of the others the reason why they stay drafts."""
    version = get_document(actor, document_id).versions[0]
    try:
        keep_text(actor, version.id, list(read_pages(path, kind.value)))
    except Exhausted:
        return "It is filed as a draft: it cannot be read for the names of others."
    problem = describe_strangers(check_recipients(actor, document_id, version.id, reader=reader))
    if problem:
        return f"It is filed as a draft. {problem}"
    publish_document(actor, document_id)
    return None
