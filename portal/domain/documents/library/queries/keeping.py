"""Reading what is held, how long documents are kept, and which may be destroyed."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from portal.domain.documents.library.values.documents import DocumentType
from portal.domain.documents.library.values.keeping import Hold, HoldSubject
from portal.domain.identity.access.values import Actor
from portal.platform import db

HOLDS = """
SELECT h.id, h.subject, h.subject_id, COALESCE(d.title, i.name, f.name, '') AS name, h.reason,
  COALESCE(u.name, '') AS setter, h.set_at
FROM documents.holds h
LEFT JOIN documents.documents d ON h.subject = 'document' AND d.id = h.subject_id
LEFT JOIN people.investor_accounts i ON h.subject = 'account' AND i.id = h.subject_id
LEFT JOIN investments.vehicles f ON h.subject = 'vehicle' AND f.id = h.subject_id
LEFT JOIN identity.users u ON u.id = h.set_by
WHERE h.firm_id = %(firm)s AND h.lifted_at IS NULL ORDER BY h.set_at DESC, h.id
"""
# A file that another feature made lies under a key of its own, and stays that feature's.
DESTROYABLE = """
SELECT d.id, array_remove(array_agg(v.file_key) FILTER (WHERE starts_with(v.file_key, 'documents/'))
  || array_agg(v.raw_key), NULL) AS keys
FROM documents.documents d LEFT JOIN documents.versions v ON v.document_id = d.id
WHERE d.firm_id = %(firm)s AND d.state = 'deleted' AND d.deleted_at < %(before)s
  AND NOT EXISTS (SELECT FROM documents.holds h WHERE h.firm_id = d.firm_id AND h.lifted_at IS NULL
    AND (h.subject, h.subject_id) IN (('document', d.id), ('account', d.account_id), ('vehicle', d.vehicle_id)))
GROUP BY d.id ORDER BY min(d.deleted_at), d.id LIMIT %(most)s
"""


def list_holds(actor: Actor) -> list[Hold]:
    """The holds that were not lifted, latest first."""
    rows = db.fetch_all(HOLDS, firm=actor.firm_id)
    return [Hold(r.id, HoldSubject(r.subject), r.subject_id, r.name, r.reason, r.setter, r.set_at) for r in rows]


def find_retention(actor: Actor) -> dict[DocumentType, int]:
    """The years that documents are kept after they were published, of types for which the firm has said it."""
    rows = db.fetch_all("SELECT type, years FROM documents.retention WHERE firm_id = %(firm)s", firm=actor.firm_id)
    return {DocumentType(row.type): row.years for row in rows}


def list_destroyable(actor: Actor, *, deleted_before: datetime, most: int) -> dict[UUID, list[str]]:
    """Documents that were deleted before a moment and that no hold keeps, with the keys of their files."""
    rows = db.fetch_all(DESTROYABLE, firm=actor.firm_id, before=deleted_before, most=most)
    return {row.id: list(row.keys) for row in rows}
