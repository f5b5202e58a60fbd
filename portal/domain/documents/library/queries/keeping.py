"""Reading what is held, how long documents are kept, and which may be destroyed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from portal.domain.documents.library.values.documents import Document, DocumentType
from portal.domain.documents.library.values.keeping import Hold, HoldSubject
from portal.domain.identity.access.policies import require
from portal.domain.identity.access.values import Actor, Permission
from portal.platform import clock, db

HOLDS = """
SELECT h.id, h.subject, h.subject_id, COALESCE(d.title, i.name, f.name, '') AS name, h.reason,
  COALESCE(u.name, '') AS setter, h.set_at
FROM documents.holds h
LEFT JOIN documents.documents d ON h.subject = 'document' AND d.id = h.subject_id
LEFT JOIN people.investor_accounts i ON h.subject = 'account' AND i.id = h.subject_id
LEFT JOIN investments.vehicles f ON h.subject = 'vehicle' AND f.id = h.subject_id
LEFT JOIN identity.users u ON u.id = h.set_by
WHERE h.firm_id = %(firm)s AND h.lifted_at IS NULL
"""
LATEST_FIRST = "ORDER BY h.set_at DESC, h.id"
ON_DOCUMENT = (
    "AND (h.subject, h.subject_id) IN (('document', %(document)s), ('account', %(account)s), ('vehicle', %(vehicle)s))"
)
SUBJECTS = {
    HoldSubject.DOCUMENT: "documents.documents",
    HoldSubject.ACCOUNT: "people.investor_accounts",
    HoldSubject.VEHICLE: "investments.vehicles",
}
# A file that another feature made lies under a key of its own, and stays that feature's.
DESTROYABLE = """
SELECT d.id, COALESCE(array_agg(files.key) FILTER (WHERE starts_with(files.key, 'documents/')), '{}') AS keys
FROM documents.documents d LEFT JOIN documents.versions v ON v.document_id = d.id
LEFT JOIN LATERAL (VALUES (v.file_key), (v.raw_key)) files (key) ON true
LEFT JOIN documents.retention r ON r.firm_id = d.firm_id AND r.type = d.type
WHERE d.firm_id = %(firm)s AND d.state = 'deleted' AND d.deleted_at < %(before)s
  AND COALESCE((d.published_at + make_interval(years => r.years))::date <= %(today)s, true)
  AND NOT EXISTS (SELECT FROM documents.holds h WHERE h.firm_id = d.firm_id AND h.lifted_at IS NULL
    AND (h.subject, h.subject_id) IN (('document', d.id), ('account', d.account_id), ('vehicle', d.vehicle_id)))
GROUP BY d.id ORDER BY min(d.deleted_at), d.id LIMIT %(most)s
"""
STILL_DELETED = """
SELECT id FROM documents.documents WHERE firm_id = %(firm)s AND id = ANY(%(ids)s) AND state = 'deleted'
FOR UPDATE SKIP LOCKED
"""
# For these accounts alone: a paper for a vehicle or the firm that only says what it is about is others' too.
OF_ACCOUNTS = """
SELECT d.id, array_remove(array_agg(v.file_key) FILTER (WHERE starts_with(v.file_key, 'documents/'))
  || array_agg(v.raw_key), NULL) AS keys,
  COALESCE((d.published_at + make_interval(years => r.years))::date > %(today)s, false)
  OR EXISTS (SELECT FROM documents.holds h WHERE h.firm_id = d.firm_id AND h.lifted_at IS NULL
    AND (h.subject, h.subject_id) IN (('document', d.id), ('account', d.account_id), ('vehicle', d.vehicle_id))) AS kept
FROM documents.documents d LEFT JOIN documents.versions v ON v.document_id = d.id
LEFT JOIN documents.retention r ON r.firm_id = d.firm_id AND r.type = d.type
WHERE d.firm_id = %(firm)s AND d.account_id = ANY(%(accounts)s) AND d.audience IN ('account', 'named', 'staff')
GROUP BY d.id, r.years ORDER BY d.id
"""


def list_holds(actor: Actor) -> list[Hold]:
    """The holds that were not lifted, latest first."""
    require(actor, Permission.SEE_ALL_DOCUMENTS)
    return [_hold(row) for row in db.fetch_all(f"{HOLDS} {LATEST_FIRST}", firm=actor.firm_id)]


def list_holds_on(actor: Actor, document: Document) -> list[Hold]:
    """The holds that keep a document: on itself, its account or its vehicle."""
    require(actor, Permission.SEE_ALL_DOCUMENTS)
    summary = document.summary
    rows = db.fetch_all(
        f"{HOLDS} {ON_DOCUMENT} {LATEST_FIRST}",
        firm=actor.firm_id,
        document=summary.id,
        account=summary.account_id,
        vehicle=summary.vehicle_id,
    )
    return [_hold(row) for row in rows]


def _hold(row: db.AnyRow) -> Hold:
    return Hold(row.id, HoldSubject(row.subject), row.subject_id, row.name, row.reason, row.setter, row.set_at)


def find_retention(actor: Actor) -> dict[DocumentType, int]:
    """The years that documents are kept after they were published, of types for which the firm has said it."""
    rows = db.fetch_all("SELECT type, years FROM documents.retention WHERE firm_id = %(firm)s", firm=actor.firm_id)
    return {DocumentType(row.type): row.years for row in rows}


def exists_hold_subject(actor: Actor, subject: HoldSubject, subject_id: UUID) -> bool:
    """Whether the firm has the document, account or vehicle that a hold is to keep."""
    found = f"SELECT true FROM {SUBJECTS[subject]} WHERE firm_id = %(firm)s AND id = %(id)s"  # noqa: S608 - our names
    return bool(db.fetch_value(found, firm=actor.firm_id, id=subject_id))


def list_destroyable(actor: Actor, *, deleted_before: datetime, most: int) -> dict[UUID, list[str]]:
    """Documents that were deleted before a moment and that neither a hold nor their type's time keeps, with the keys of
    the files that are theirs alone."""
    rows = db.fetch_all(DESTROYABLE, firm=actor.firm_id, before=deleted_before, today=clock.today(), most=most)
    return {row.id: list(row.keys) for row in rows}


def list_still_deleted(actor: Actor, document_ids: Sequence[UUID]) -> set[UUID]:
    """Those of these documents that nobody has brought back or is bringing back, held until the operation ends."""
    rows = db.fetch_all(STILL_DELETED, firm=actor.firm_id, ids=list(document_ids))
    return {row.id for row in rows}


def list_documents_of_accounts(actor: Actor, account_ids: Sequence[UUID]) -> dict[UUID, list[str] | None]:
    """Documents that are for these accounts alone, with the keys of their files; None for those that a hold or their
    type's time keeps."""
    rows = db.fetch_all(OF_ACCOUNTS, firm=actor.firm_id, accounts=list(account_ids), today=clock.today())
    return {row.id: None if row.kept else list(row.keys or []) for row in rows}
