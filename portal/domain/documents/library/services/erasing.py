"""Documents of people whose time is over."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from portal.domain.documents.library.queries.keeping import list_documents_of_accounts
from portal.domain.documents.library.rules import person_reach
from portal.domain.documents.library.services.keeping import destroy_documents, wait_for_destroying
from portal.domain.documents.library.signals import AccessEnded
from portal.domain.identity.access.values import Actor
from portal.platform import clock
from portal.platform.db import execute, transactional
from portal.platform.errors import Forbidden
from portal.platform.signals import publish

TAKE_BACK = """
UPDATE documents.documents SET state = 'deleted', deleted_at = %(moment)s, publish_at = NULL
WHERE firm_id = %(firm)s AND id = ANY(%(ids)s) AND state <> 'deleted'
"""
HIDE = "UPDATE documents.audiences SET published_at = NULL WHERE document_id = ANY(%(ids)s)"
TAKE = "DELETE FROM documents.audiences WHERE firm_id = %(firm)s AND reach = %(reach)s"


@transactional
def destroy_documents_of(actor: Actor, user_id: UUID, account_ids: Sequence[UUID]) -> int:
    """Destroy the documents that are for these accounts alone, whatever state they are in, and take what was given to
    the person by name; how many. What a hold or the time of its type keeps is deleted, and destroyed like all that is
    once nothing keeps it. The firm's machinery alone."""
    if actor.user_id is not None:
        raise Forbidden
    wait_for_destroying(actor)
    execute(TAKE, firm=actor.firm_id, reach=person_reach(user_id))
    found = list_documents_of_accounts(actor, account_ids)
    execute(TAKE_BACK, firm=actor.firm_id, ids=list(found), moment=clock.now())
    execute(HIDE, ids=list(found))
    for document_id in found:
        publish(AccessEnded(actor, document_id))
    doomed = {document_id: keys for document_id, keys in found.items() if keys is not None}
    destroy_documents(actor, doomed)
    return len(doomed)
