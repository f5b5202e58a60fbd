"""Reading archives, and whether what is in them may still be taken."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from portal.domain.documents.library.queries.documents import get_document
from portal.domain.documents.library.queries.visibility import (
    visible_as_view_only,
    visible_documents,
    visible_parameters,
)
from portal.domain.documents.reading.errors import ArchiveGone, ArchiveOutdated
from portal.domain.documents.reading.policies import can_take
from portal.domain.documents.reading.queries.pages import find_readable
from portal.domain.documents.reading.values.archives import Archive, ArchiveItem, ArchiveState, Filed, LeftOut
from portal.domain.documents.reading.values.pages import Readable
from portal.domain.identity.access.values import Actor
from portal.platform import clock, db
from portal.platform.errors import NotFound
from portal.platform.storage.interface import GivenFile

SHOWN = 20
SELECT = """
SELECT a.id, a.user_id,
  CASE WHEN a.state = 'ready' AND a.expires_at <= %(now)s THEN 'gone' ELSE a.state END AS state,
  a.requested_at, a.ready_at, a.expires_at, a.file_key, a.file_digest, a.file_size,
  (SELECT count(*) FROM documents.archive_items i WHERE i.archive_id = a.id) AS documents,
  (SELECT count(i.version_id) FROM documents.archive_items i WHERE i.archive_id = a.id) AS added
FROM documents.archives a WHERE a.firm_id = %(firm)s
"""
FILES = """
SELECT id, file_key FROM documents.archives WHERE firm_id = %(firm)s AND user_id = %(user)s AND state = 'ready'
"""
# A title is told to whoever may see the document now.
ITEMS = """
SELECT i.document_id, COALESCE(d.title, '') AS title, i.path, i.left_out FROM documents.archive_items i
LEFT JOIN documents.documents d ON d.id = i.document_id AND {visible}
WHERE i.firm_id = %(firm)s AND i.archive_id = %(id)s ORDER BY i.path, i.document_id
"""
CHOOSABLE = """
SELECT d.id, {view_only} AS view_only FROM documents.documents d
JOIN documents.versions v ON v.document_id = d.id AND v.state = 'released'
  AND v.number = COALESCE(d.published_version, d.latest_version)
WHERE {visible} AND d.id = ANY(%(ids)s)
"""
# What was put in and is not the person's to take any more: a document, or the version of it that was published then.
CLOSED = """
SELECT EXISTS (SELECT FROM documents.archive_items i
  WHERE i.firm_id = %(firm)s AND i.archive_id = %(id)s AND i.version_id IS NOT NULL AND NOT EXISTS (
    SELECT FROM documents.documents d JOIN documents.versions v ON v.document_id = d.id
    WHERE v.id = i.version_id AND d.id = i.document_id AND {visible} AND (%(view_only)s OR NOT {read_only})
      AND d.state <> 'deleted'))
"""


def list_archives(actor: Actor) -> Sequence[Archive]:
    """The actor's own archives, newest first."""
    rows = db.fetch_all(
        f"{SELECT} AND a.user_id = %(user)s ORDER BY a.requested_at DESC, a.id LIMIT {SHOWN}",
        firm=actor.firm_id,
        user=actor.user_id,
        now=clock.now(),
    )
    return [_archive(row) for row in rows]


def get_archive(actor: Actor, archive_id: UUID) -> Archive:
    """One archive of the actor's own; NotFound."""
    found = find_archive(actor, archive_id)
    if found is None or found.user_id != actor.user_id:
        raise NotFound
    return found


def find_archive(actor: Actor, archive_id: UUID) -> Archive | None:
    """An archive of the actor's firm, as far as they may see it, or None."""
    row = db.fetch_one(f"{SELECT} AND a.id = %(id)s", firm=actor.firm_id, id=archive_id, now=clock.now())
    return None if row is None else _archive(row)


def list_archive_items(actor: Actor, archive_id: UUID) -> Sequence[ArchiveItem]:
    """The documents that an archive of the actor's was asked for."""
    rows = db.fetch_all(ITEMS.format(visible=visible_documents(actor)), id=archive_id, **visible_parameters(actor))
    return [ArchiveItem(row.document_id, row.title, row.path, row.left_out and LeftOut(row.left_out)) for row in rows]


def get_downloadable_archive(actor: Actor, archive_id: UUID) -> Archive:
    """An archive of the actor's own that they may have now; NotFound, ArchiveGone where there is no file, and
    ArchiveOutdated where something in it is no longer theirs to take."""
    found = get_archive(actor, archive_id)
    if found.state is not ArchiveState.READY:
        raise ArchiveGone
    closed = db.fetch_value(
        CLOSED.format(visible=visible_documents(actor), read_only=visible_as_view_only(actor)),
        id=archive_id,
        view_only=can_take(actor, view_only=True),
        **visible_parameters(actor),
    )
    if closed:
        raise ArchiveOutdated
    return found


def get_archive_file(actor: Actor, archive_id: UUID) -> GivenFile:
    """The file of `get_downloadable_archive`, and what else it refuses with."""
    archive = get_downloadable_archive(actor, archive_id)
    if archive.file_key is None or archive.digest is None:
        raise ArchiveGone
    return GivenFile(archive.file_key, archive.name, archive.digest)


def list_choosable(actor: Actor, document_ids: Sequence[UUID]) -> dict[UUID, bool]:
    """Those of these documents that the actor may read, each with whether they may take it away."""
    rows = db.fetch_all(
        CHOOSABLE.format(visible=visible_documents(actor), view_only=visible_as_view_only(actor)),
        ids=list(document_ids),
        **visible_parameters(actor),
    )
    return {row.id: can_take(actor, view_only=row.view_only) for row in rows}


def get_filed(actor: Actor, document_id: UUID) -> tuple[Readable, Filed]:
    """A document as it goes into an archive of the actor's: what they may read, and where it lies. Folders are the
    account, the vehicle and the type: those that staff keep it in are theirs. NotFound."""
    document = get_document(actor, document_id)
    readable, summary = find_readable(document), document.summary
    if readable is None:
        raise NotFound
    folders = (summary.account, summary.vehicle, summary.type.value.replace("_", " ").capitalize())
    extension = readable.name.rpartition(".")[2]
    return readable, Filed(
        tuple(filter(None, folders)),
        f"{summary.title}.{extension}",
        summary.title,
        summary.type.value,
        readable.number,
        readable.size,
        readable.digest,
        document.published_at,
    )


def _archive(row: db.AnyRow) -> Archive:
    return Archive(row.id, row.user_id, ArchiveState(row.state), *row[3:])


def list_archive_files(actor: Actor, user_id: UUID) -> Sequence[db.AnyRow]:
    """`id` and `file_key` of the archives of a person that are there; in the firm's system tenancy."""
    return db.fetch_all(FILES, firm=actor.firm_id, user=user_id)
