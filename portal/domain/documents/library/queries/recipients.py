"""Whom a document reaches, as people."""

from __future__ import annotations

from uuid import UUID

from portal.domain.documents.library.values.documents import DocumentAnnouncement, Grant
from portal.domain.identity.access.policies import require
from portal.domain.identity.access.values import Actor, Permission
from portal.domain.identity.emails.values import email_of
from portal.platform import db

# The other way round of documents.my_reaches(): a test holds them together.
RECIPIENTS = """
WITH reaches AS (
  SELECT split_part(a.reach, ':', 1) AS scope, split_part(a.reach, ':', 2)::uuid AS id FROM documents.audiences a
  WHERE a.firm_id = %(firm)s AND a.document_id = %(document)s AND COALESCE(a.until, 'infinity') > now()),
reached AS (
  SELECT m.user_id FROM reaches r JOIN people.account_members m ON r.id IN (m.account_id, m.firm_id)
  UNION
  SELECT m.user_id FROM reaches r JOIN investments.holdings h ON h.vehicle_id = r.id
  JOIN people.account_members m ON m.account_id = h.account_id
  UNION
  SELECT id FROM reaches WHERE scope = 'person')
SELECT u.id FROM reached JOIN identity.users u ON u.id = reached.user_id
WHERE u.firm_id = %(firm)s AND u.active ORDER BY u.id
"""
GRANTS = """
SELECT u.id, u.name, a.until, a.granted_at FROM documents.audiences a
JOIN identity.users u ON a.reach = 'person:' || u.id
WHERE a.firm_id = %(firm)s AND a.document_id = %(document)s ORDER BY a.granted_at DESC, u.id
"""
ANNOUNCEMENT = """
SELECT d.title, d.published_version, u.id AS user_id, u.name, u.email_sealed, k.wrapped, f.name AS firm
FROM documents.documents d JOIN identity.firms f ON f.id = d.firm_id
JOIN identity.users u ON u.firm_id = d.firm_id AND u.id = %(user)s AND u.active
JOIN identity.subject_keys k ON k.subject_id = u.id
WHERE d.firm_id = %(firm)s AND d.id = %(document)s AND d.state = 'published'
  AND COALESCE(d.expires_at, 'infinity') > now()
"""


def list_recipients(actor: Actor, document_id: UUID) -> list[UUID]:
    """The people who can sign in and whom a document reaches, once it is published. Delegates find it in their
    list, and are not told."""
    rows = db.fetch_all(RECIPIENTS, firm=actor.firm_id, document=document_id)
    return [row.id for row in rows]


def find_announcement(actor: Actor, document_id: UUID, user_id: UUID) -> DocumentAnnouncement | None:
    """What to tell a person of a document; None when there is nothing left to tell, since it was taken back or they
    left."""
    row = db.fetch_one(ANNOUNCEMENT, firm=actor.firm_id, document=document_id, user=user_id)
    if row is None or user_id not in list_recipients(actor, document_id):
        return None
    return DocumentAnnouncement(row.name, email_of(row), row.firm, row.title, row.published_version > 1)


def list_grants(actor: Actor, document_id: UUID) -> list[Grant]:
    """The people a document was given to by name, latest first; for the staff."""
    require(actor, Permission.SEE_ALL_DOCUMENTS)
    rows = db.fetch_all(GRANTS, firm=actor.firm_id, document=document_id)
    return [Grant(*row) for row in rows]
