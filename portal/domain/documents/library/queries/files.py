"""Reading the files of documents."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from portal.domain.documents.library.values.files import Check, Quarantined, Version, VersionState
from portal.domain.identity.access.policies import require
from portal.domain.identity.access.values import Actor, Permission
from portal.platform import db

VERSIONS = """
SELECT v.id, v.document_id, v.number, v.state, v.file_key, v.name, v.kind, v.size, v.digest, v.pages, v.removed,
  v.refusal, v.note, v.uploaded_by, COALESCE(u.name, '') AS uploader, v.uploaded_at
FROM documents.versions v LEFT JOIN identity.users u ON u.id = v.uploaded_by
WHERE v.firm_id = %(firm)s AND v.document_id = %(document)s ORDER BY v.number DESC
"""
LATEST = """
SELECT DISTINCT ON (document_id) document_id, state, refusal FROM documents.versions
WHERE firm_id = %(firm)s AND document_id = ANY(%(ids)s) ORDER BY document_id, number DESC
"""


def list_versions(actor: Actor, document_id: UUID) -> list[Version]:
    """The versions of a document that the actor may see already, latest first."""
    rows = db.fetch_all(VERSIONS, firm=actor.firm_id, document=document_id)
    return [
        Version(
            row.id,
            row.document_id,
            row.number,
            VersionState(row.state),
            row.file_key,
            row.name,
            row.kind,
            row.size,
            row.digest,
            row.pages,
            tuple(row.removed),
            row.refusal,
            row.note,
            row.uploaded_by,
            row.uploader,
            row.uploaded_at,
        )
        for row in rows
    ]


def find_quarantined(actor: Actor, version_id: UUID) -> Quarantined | None:
    """A version that waits for its check, or None once it has had it."""
    row = db.fetch_one(
        "SELECT id, document_id, number, raw_key, name, size FROM documents.versions"
        " WHERE firm_id = %(firm)s AND id = %(id)s AND state = 'received'",
        firm=actor.firm_id,
        id=version_id,
    )
    return Quarantined(*row) if row else None


def get_usage(actor: Actor) -> int:
    """The bytes that the firm's documents take."""
    return int(db.fetch_value("SELECT bytes FROM documents.usage WHERE firm_id = %(firm)s", firm=actor.firm_id) or 0)


def find_checks(actor: Actor, document_ids: Sequence[UUID]) -> dict[UUID, Check]:
    """How the latest version of each document fared in its check; for the staff."""
    require(actor, Permission.SEE_ALL_DOCUMENTS)
    rows = db.fetch_all(LATEST, firm=actor.firm_id, ids=list(document_ids))
    return {row.document_id: Check(VersionState(row.state), row.refusal) for row in rows}
