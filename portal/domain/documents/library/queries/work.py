"""What of the library waits for somebody of the staff."""

from __future__ import annotations

from portal.domain.documents.library.queries.visibility import visible_documents, visible_parameters
from portal.domain.documents.library.values.documents import WaitingDocument
from portal.domain.identity.access.policies import require
from portal.domain.identity.access.values import Actor, Permission
from portal.platform import db

WAITING = """
SELECT d.id, d.title, d.created_at, COALESCE(v.refusal, d.stopped) FROM documents.documents d
JOIN documents.versions v ON v.document_id = d.id AND v.number = d.latest_version
WHERE {visible} AND d.state = 'draft' AND d.audience <> 'staff' AND v.state <> 'received'
ORDER BY d.created_at DESC, d.id DESC LIMIT %(most)s
"""


def list_waiting_documents(actor: Actor, *, most: int) -> list[WaitingDocument]:
    """Drafts for somebody outside the staff whose files were checked, latest first: to be published, or to be mended
    where a reason says why they cannot be."""
    require(actor, Permission.SEE_ALL_DOCUMENTS)
    statement = WAITING.format(visible=visible_documents(actor))
    return [WaitingDocument(*row) for row in db.fetch_all(statement, most=most, **visible_parameters(actor))]
