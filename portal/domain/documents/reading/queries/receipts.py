"""Reading who read what; staff's alone."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from portal.domain.documents.library.queries.visibility import visible_documents, visible_parameters
from portal.domain.documents.reading.values.receipts import PageTime, Receipt, Way
from portal.domain.identity.access.policies import require
from portal.domain.identity.access.values import STAFF_ROLES, Actor, Permission
from portal.platform import db

RECEIPTS = """
SELECT r.id, r.user_id, u.name, EXISTS (SELECT FROM identity.role_grants g
    WHERE g.user_id = r.user_id AND g.role = ANY(%(staff)s)) AS is_staff,
  v.number AS version, r.way, r.times, r.first_at, r.last_at, COALESCE(p.pages, 0) AS pages,
  COALESCE(p.seconds, 0) AS seconds, r.address, r.agent
FROM documents.reads r
JOIN documents.documents d ON d.id = r.document_id JOIN documents.versions v ON v.id = r.version_id
JOIN identity.users u ON u.id = r.user_id
LEFT JOIN LATERAL (SELECT count(*) AS pages, sum(seconds) AS seconds FROM documents.page_views
  WHERE read_id = r.id) p ON true
WHERE {visible} AND r.document_id = %(document)s {after} ORDER BY r.last_at DESC, r.id DESC LIMIT %(most)s
"""
AFTER = "AND (r.last_at, r.id) < (%(after_at)s, %(after_id)s)"
PAGE_TIMES = """
SELECT p.page, count(DISTINCT r.user_id) AS readers, sum(p.seconds) AS seconds
FROM documents.page_views p JOIN documents.reads r ON r.id = p.read_id
WHERE r.firm_id = %(firm)s AND r.version_id = %(version)s
  AND NOT EXISTS (SELECT FROM identity.role_grants g WHERE g.user_id = r.user_id AND g.role = ANY(%(staff)s))
GROUP BY p.page ORDER BY p.page
"""
STAFF = sorted(role.value for role in STAFF_ROLES)


def list_receipts(
    actor: Actor, document_id: UUID, *, after: tuple[datetime, UUID] | None = None, most: int = 50
) -> Sequence[Receipt]:
    """Who read a document, the latest reading first; those after (`last_at`, id) of the last one shown."""
    require(actor, Permission.SEE_ALL_DOCUMENTS)
    at, last = after or (None, None)
    rows = db.fetch_all(
        RECEIPTS.format(visible=visible_documents(actor), after=AFTER if after else ""),
        document=document_id,
        staff=STAFF,
        after_at=at,
        after_id=last,
        most=most,
        **visible_parameters(actor),
    )
    return [_receipt(row) for row in rows]


def list_page_times(actor: Actor, version_id: UUID) -> Sequence[PageTime]:
    """By how many people outside the staff each page of a version was seen, and how long."""
    require(actor, Permission.SEE_ALL_DOCUMENTS)
    rows = db.fetch_all(PAGE_TIMES, firm=actor.firm_id, version=version_id, staff=STAFF)
    return [PageTime(*row) for row in rows]


def _receipt(row: db.AnyRow) -> Receipt:
    return Receipt(
        row.id,
        row.user_id,
        row.name,
        row.is_staff,
        row.version,
        Way(row.way),
        row.times,
        row.first_at,
        row.last_at,
        row.pages,
        row.seconds,
        row.address,
        row.agent,
    )
