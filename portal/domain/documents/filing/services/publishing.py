"""Publishing what was filed of a batch as drafts, once somebody has looked through it."""

from __future__ import annotations

import time
from uuid import UUID

from portal.domain.documents.filing.errors import NothingToPublish
from portal.domain.documents.filing.queries.batches import get_batch
from portal.domain.documents.filing.queries.known import get_reader_once
from portal.domain.documents.filing.queries.views import count_views, list_pieces_to_publish
from portal.domain.documents.filing.services.batches import move_batch
from portal.domain.documents.filing.services.texts import read_version
from portal.domain.documents.filing.values.batches import BatchState
from portal.domain.documents.library.queries.documents import get_document
from portal.domain.documents.library.services.publishing import publish_document
from portal.domain.identity.access.policies import require
from portal.domain.identity.access.values import Actor, Permission
from portal.domain.identity.audit.services import record_act
from portal.platform.db import execute, transactional
from portal.platform.errors import Conflict
from portal.platform.outbox import enqueue

AT_ONCE = 20
SECONDS = 20  # of work in one transaction
TRY_AGAIN = """
UPDATE documents.pieces SET problem = NULL
WHERE firm_id = %(firm)s AND batch_id = %(batch)s AND document_id IS NOT NULL
"""
QUIETLY = "UPDATE documents.batches SET tell = %(tell)s WHERE id = %(id)s"
HELD = "UPDATE documents.pieces SET problem = %(problem)s WHERE id = %(id)s"


@transactional
def publish_batch(actor: Actor, batch_id: UUID, *, tell: bool = True) -> None:
    """Have every draft of a filed batch published, and those told whom they are for unless nobody is to be (`tell`);
    what was held back before is tried again. Forbidden, NotFound, BatchChanged, NothingToPublish."""
    require(actor, Permission.PUBLISH_DOCUMENTS)
    get_batch(actor, batch_id)
    move_batch(actor, batch_id, BatchState.FILED, BatchState.PUBLISHING)
    drafts = count_views(actor, batch_id).drafts
    if not drafts:
        raise NothingToPublish
    execute(QUIETLY, id=batch_id, tell=tell)
    execute(TRY_AGAIN, firm=actor.firm_id, batch=batch_id)
    enqueue("documents.publish_batch", batch_id=str(batch_id))
    record_act(actor.user_id, "filing.publish", f"filing_batch:{batch_id}", documents=drafts, tell=tell)


@transactional
def publish_pieces(actor: Actor, batch_id: UUID) -> bool:
    """Publish the next drafts of a batch, for about SECONDS, in the firm's system tenancy; whether there are more. What
    may not be published stays a draft, and its piece says why."""
    batch = get_batch(actor, batch_id)
    if batch.state is not BatchState.PUBLISHING:
        return False
    until = time.monotonic() + SECONDS
    with get_reader_once(actor):
        while pieces := list_pieces_to_publish(actor, batch_id, most=AT_ONCE):
            for piece_id, document_id in pieces:
                _publish(actor, piece_id, document_id, tell=batch.tell)
            if time.monotonic() > until:
                return True
    move_batch(actor, batch_id, BatchState.PUBLISHING, BatchState.FILED)
    return False


def _publish(actor: Actor, piece_id: UUID, document_id: UUID, *, tell: bool) -> None:
    latest = get_document(actor, document_id).versions[0]
    read_version(actor, latest.id)  # a long one too: here nobody waits for it
    try:
        publish_document(actor, document_id, tell=tell)
    except Conflict as refusal:
        execute(HELD, id=piece_id, problem=f"It stays a draft. {refusal.message}")
