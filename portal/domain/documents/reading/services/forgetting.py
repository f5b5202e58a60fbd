"""What is forgotten of readers who are erased: at once where they read, at the end where they confirmed it."""

from __future__ import annotations

from uuid import UUID

from portal.domain.documents.reading.queries.archives import list_archive_files
from portal.domain.identity.access.values import Actor
from portal.platform.db import execute, transactional
from portal.platform.errors import Forbidden
from portal.platform.outbox import enqueue_many

BLANK = """
UPDATE documents.reads SET address = NULL, agent = NULL WHERE firm_id = %(firm)s AND user_id = %(user)s
"""
GONE = """
UPDATE documents.archives SET state = 'gone' WHERE firm_id = %(firm)s AND user_id = %(user)s AND state <> 'gone'
"""
BLANK_CONFIRMATIONS = """
UPDATE documents.acknowledgements SET address = NULL, agent = NULL WHERE firm_id = %(firm)s AND user_id = %(user)s
"""


@transactional
def forget_reader(actor: Actor, user_id: UUID) -> None:
    """Forget where and with what a person read, and throw away the archives that were put together for them; that
    somebody read stays. The firm's machinery alone."""
    if actor.user_id is not None:
        raise Forbidden
    execute(BLANK, firm=actor.firm_id, user=user_id)
    files = list_archive_files(actor, user_id)
    works: list[tuple[dict[str, str], str | None]] = [
        ({"archive_id": str(row.id), "key": row.file_key}, None) for row in files
    ]
    enqueue_many("reading.discard_archive", works)
    execute(GONE, firm=actor.firm_id, user=user_id)


@transactional
def forget_confirmations(actor: Actor, user_id: UUID) -> None:
    """Forget where and with what a person confirmed that they had read, whose time is over; that somebody did stays as
    long as the document. The firm's machinery alone."""
    if actor.user_id is not None:
        raise Forbidden
    execute(BLANK_CONFIRMATIONS, firm=actor.firm_id, user=user_id)
