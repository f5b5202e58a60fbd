"""Who has said that they have read a document, and who has not."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from portal.domain.documents.library.queries.documents import get_document
from portal.domain.documents.library.queries.recipients import find_announcement, list_recipients
from portal.domain.documents.library.queries.visibility import visible_documents, visible_parameters
from portal.domain.documents.library.values.documents import DocumentAnnouncement
from portal.domain.documents.reading.values.acknowledgements import Acknowledgement, Answer
from portal.domain.identity.access.policies import can, require
from portal.domain.identity.access.values import Actor, Permission
from portal.platform import db

OWN = """
SELECT a.version_id, v.number, a.digest, a.said, a.at
FROM documents.acknowledgements a JOIN documents.versions v ON v.id = a.version_id
WHERE a.firm_id = %(firm)s AND a.version_id = %(version)s AND a.user_id = %(user)s
"""
# Everybody who is asked, and everybody who has said it, though they may not see it any more.
ANSWERS = """
SELECT u.id AS user_id, u.name, a.at, a.address, a.agent, a.said, a.digest
FROM documents.documents d
JOIN documents.versions v ON v.document_id = d.id AND v.number = d.published_version
JOIN identity.users u ON u.firm_id = d.firm_id
LEFT JOIN documents.acknowledgements a ON a.version_id = v.id AND a.user_id = u.id
WHERE d.firm_id = %(firm)s AND d.id = %(document)s AND (a.id IS NOT NULL OR u.id = ANY(%(people)s))
ORDER BY a.at DESC NULLS FIRST, u.name, u.id
"""

OPEN = """
SELECT d.id FROM documents.documents d
JOIN documents.versions v ON v.document_id = d.id AND v.number = d.published_version
WHERE {visible} AND d.id = ANY(%(ids)s) AND d.must_acknowledge
  AND NOT EXISTS (SELECT FROM documents.acknowledgements a WHERE a.version_id = v.id AND a.user_id = %(user)s)
"""


def list_own_awaited(actor: Actor, document_ids: Sequence[UUID]) -> set[UUID]:
    """Those of these documents of which the actor is asked to acknowledge the published version and has not."""
    if not document_ids or not can(actor, Permission.SEE_DOCUMENTS):
        return set()
    statement = OPEN.format(visible=visible_documents(actor))
    parameters = visible_parameters(actor) | {"ids": list(document_ids), "user": actor.user_id}
    return {row.id for row in db.fetch_all(statement, **parameters)}


def find_acknowledgement(actor: Actor, version_id: UUID) -> Acknowledgement | None:
    """What the actor said of a version they may see, or None."""
    row = db.fetch_one(OWN, firm=actor.firm_id, version=version_id, user=actor.user_id)
    return None if row is None else Acknowledgement(*row)


def list_answers(actor: Actor, document_id: UUID) -> Sequence[Answer]:
    """Everybody who is asked to acknowledge the published version of a document, those first who have not. NotFound."""
    require(actor, Permission.SEE_ALL_DOCUMENTS)
    get_document(actor, document_id)
    people = list_recipients(actor, document_id)
    rows = db.fetch_all(ANSWERS, firm=actor.firm_id, document=document_id, people=people)
    return [Answer(*row) for row in rows]


def list_awaited(actor: Actor, document_id: UUID) -> Sequence[UUID]:
    """Those who are asked to acknowledge the published version of a document and have not. NotFound."""
    return [each.user_id for each in list_answers(actor, document_id) if each.at is None]


def find_reminder(actor: Actor, document_id: UUID, user_id: UUID) -> DocumentAnnouncement | None:
    """What to remind a person of in the firm's system tenancy; None where they have said it meanwhile, or may not see
    the document any more, or nobody asks for it."""
    document = get_document(actor, document_id)
    if not document.summary.must_acknowledge or user_id not in list_awaited(actor, document_id):
        return None
    return find_announcement(actor, document_id, user_id)
