"""Filing the pieces of a batch: each becomes a document in its account's folder."""

from __future__ import annotations

import time
from collections.abc import Sequence
from contextlib import nullcontext
from pathlib import Path
from uuid import UUID

from portal.domain.documents.filing.queries.batches import get_batch, list_pieces_to_file
from portal.domain.documents.filing.queries.known import get_reader_once
from portal.domain.documents.filing.queries.recipients import get_recipient_check
from portal.domain.documents.filing.rules.pieces import write_title
from portal.domain.documents.filing.rules.recipients import describe_strangers
from portal.domain.documents.filing.services.batches import discard_parts, move_batch
from portal.domain.documents.filing.services.reading import fetch_batch
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
from portal.platform.confined import Exhausted
from portal.platform.db import execute, transactional
from portal.platform.page_text import read_pages
from portal.platform.resources import resources
from portal.platform.screening.bundles import Cut, cut_document, screen_archive
from portal.platform.screening.values import MediaKind, Screened

AT_ONCE = 20  # pieces that one process cuts
SECONDS = 20  # of work in one transaction
FILED = "UPDATE documents.pieces SET document_id = %(document)s, problem = %(problem)s WHERE id = %(id)s"


@transactional
def file_pieces(actor: Actor, batch_id: UUID, folder: Path, *, scanner: str = "") -> bool:
    """File the next pieces of a confirmed batch, for about SECONDS, in the firm's system tenancy; whether there are
    more. A piece lies in the store under its own id, so that doing it again after a crash leaves one."""
    batch = get_batch(actor, batch_id)
    if batch.state is not BatchState.FILING:
        return False
    source, until = folder / "batch", time.monotonic() + SECONDS
    fetch_batch(actor, batch_id, source)
    with get_reader_once(actor) if batch.publish else nullcontext():
        while pieces := list_pieces_to_file(actor, batch_id, most=AT_ONCE):
            for piece, each in zip(pieces, _cut(batch, source, folder, pieces, scanner), strict=True):
                _file(actor, batch, piece, each)
            if time.monotonic() > until:
                return True
    move_batch(actor, batch_id, BatchState.FILING, BatchState.FILED)
    discard_parts(actor, batch_id)
    return False


def _cut(batch: Batch, source: Path, folder: Path, pieces: Sequence[PieceToFile], scanner: str) -> list[Cut]:
    if batch.kind is BatchKind.PDF:
        return cut_document(source, folder, [(piece.first, piece.last) for piece in pieces])
    return screen_archive(source, folder, [(piece.first, piece.name) for piece in pieces], scanner=scanner)


def _file(actor: Actor, batch: Batch, piece: PieceToFile, cut: Cut) -> None:
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
    problem = _publish(actor, document_id, cut.path, cut.screened.kind, batch.tell) if batch.publish else None
    execute(FILED, id=piece.id, document=document_id, problem=problem)
    cut.path.unlink()


def _store(piece: PieceToFile, path: Path, screened: Screened, title: str) -> Release:
    with path.open("rb") as file:
        stored = resources().store.put(f"documents/{piece.id}", file, screened.kind.media_type)
    name = screened.name if piece.name else f"{title}.pdf"
    return Release(stored.key, name, screened.kind.value, stored.size, stored.digest, screened.pages, screened.removed)


def _publish(actor: Actor, document_id: UUID, path: Path, kind: MediaKind, tell: bool) -> str | None:
    """Publish what names nobody else; of the others the reason why they stay drafts."""
    version = get_document(actor, document_id).versions[0]
    try:
        keep_text(actor, version.id, list(read_pages(path, kind.value)))
    except Exhausted:
        return "It is filed as a draft: it cannot be read for the names of others."
    problem = describe_strangers(get_recipient_check(actor, document_id, version.id))
    if problem:
        return f"It is filed as a draft. {problem}"
    publish_document(actor, document_id, tell=tell)
    return None
