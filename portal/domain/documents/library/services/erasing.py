"""Documents of people whose time is over."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from portal.domain.documents.library.queries.keeping import list_documents_of_accounts
from portal.domain.documents.library.rules import person_reach
from portal.domain.documents.library.services.keeping import DESTROY
from portal.domain.identity.access.values import Actor
from portal.domain.identity.audit.services import record_act
from portal.platform.db import execute, transactional
from portal.platform.errors import Forbidden
from portal.platform.outbox import enqueue_many

HIDE = "UPDATE documents.audiences SET published_at = NULL WHERE document_id = ANY(%(ids)s)"
TAKE = "DELETE FROM documents.audiences WHERE firm_id = %(firm)s AND reach = %(reach)s"


@transactional
def destroy_documents_of(actor: Actor, user_id: UUID, account_ids: Sequence[UUID]) -> int:
    """Destroy the documents that are for these accounts alone, whatever state they are in, and what was given to the
    person by name; how many. What a hold keeps stays. The firm's machinery alone."""
    if actor.user_id is not None:
        raise Forbidden
    execute(TAKE, firm=actor.firm_id, reach=person_reach(user_id))
    doomed = list_documents_of_accounts(actor, account_ids)
    execute(HIDE, ids=list(doomed))
    for statement in DESTROY:
        execute(statement, firm=actor.firm_id, ids=list(doomed))
    enqueue_many("documents.discard", [({"key": key}, None) for keys in doomed.values() for key in keys])
    for document_id in doomed:
        record_act(None, "document.destroy", f"document:{document_id}")
    return len(doomed)
