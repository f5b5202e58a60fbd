"""Whom a document is for: by its audience, and people named one by one."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from portal.domain.documents.library.queries.documents import get_document
from portal.domain.documents.library.rules import find_reach, person_reach
from portal.domain.documents.library.signals import AccessEnded, DocumentGiven
from portal.domain.documents.library.values.documents import DocumentDetails, DocumentState
from portal.domain.identity.access.policies import require
from portal.domain.identity.access.values import Actor, Permission
from portal.domain.identity.audit.services import record_act
from portal.platform.db import execute, transactional
from portal.platform.signals import publish

REPLACE = """
DELETE FROM documents.audiences WHERE document_id = %(document)s AND NOT starts_with(reach, 'person:')
  AND reach IS DISTINCT FROM %(reach)s
"""
ADD = """
INSERT INTO documents.audiences (document_id, reach, firm_id, until, granted_by, published_at)
SELECT d.id, %(reach)s, d.firm_id, %(until)s::timestamptz, %(actor)s,
  CASE WHEN d.state = 'published' THEN d.published_at END
FROM documents.documents d WHERE d.firm_id = %(firm)s AND d.id = %(document)s
ON CONFLICT (document_id, reach) DO UPDATE SET until = excluded.until, granted_by = excluded.granted_by
"""
TOUCH = "UPDATE documents.documents SET state = state WHERE id = %(document)s"  # the feed of changes tells of it


@transactional
def write_audience(actor: Actor, document_id: UUID, details: DocumentDetails, folder_id: UUID) -> None:
    """Let a document reach whom its details say for as long as they say, and nobody else but the people named one by
    one."""
    reach = find_reach(details, firm_id=actor.firm_id, folder_id=folder_id)
    execute(REPLACE, document=document_id, reach=reach)
    if reach is not None:
        until = details.expires_at
        execute(ADD, document=document_id, reach=reach, firm=actor.firm_id, until=until, actor=actor.user_id)


@transactional
def grant_document(actor: Actor, document_id: UUID, user_id: UUID, *, until: datetime | None = None) -> None:
    """Let one person of the portal see a document too, until a moment or for good; a grant before it is changed.
    NotFound, and whatever keeps a published one from them (another investor's name in it)."""
    require(actor, Permission.PUBLISH_DOCUMENTS)
    document = get_document(actor, document_id)
    execute(
        ADD,
        document=document_id,
        reach=person_reach(user_id),
        firm=actor.firm_id,
        until=until,
        actor=actor.user_id,
    )
    execute(TOUCH, document=document_id)
    if document.summary.state is DocumentState.PUBLISHED and document.version is not None:
        publish(DocumentGiven(actor, document_id, document.version.id))
    record_act(actor.user_id, "document.grant", f"document:{document_id}", user=str(user_id))


@transactional
def revoke_document(actor: Actor, document_id: UUID, user_id: UUID) -> None:
    """Take a document from a person it was given to by name; nothing where it was not. NotFound."""
    require(actor, Permission.PUBLISH_DOCUMENTS)
    get_document(actor, document_id)
    gone = execute(
        "DELETE FROM documents.audiences WHERE firm_id = %(firm)s AND document_id = %(document)s AND reach = %(reach)s",
        firm=actor.firm_id,
        document=document_id,
        reach=person_reach(user_id),
    )
    if gone:
        execute(TOUCH, document=document_id)
        record_act(actor.user_id, "document.revoke", f"document:{document_id}", user=str(user_id))
        publish(AccessEnded(actor, document_id))
