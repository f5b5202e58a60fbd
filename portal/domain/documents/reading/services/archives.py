"""Having several documents put into one file, and that file's short life. In the firm's system tenancy, as people see
nothing of the outbox."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from portal.domain.documents.reading.errors import NothingChosen, ViewOnly
from portal.domain.documents.reading.models import ArchiveItemRecord, ArchiveRecord
from portal.domain.documents.reading.queries.archives import get_downloadable_archive, list_choosable
from portal.domain.documents.reading.services.receipts import LONGEST_AGENT
from portal.domain.documents.reading.values.archives import KEPT, MOST_DOCUMENTS, Archive, ArchiveState, LeftOut
from portal.domain.documents.reading.values.pages import Reader
from portal.domain.identity.access.values import Actor
from portal.domain.identity.audit.services import record_act
from portal.platform import clock
from portal.platform.db import execute, session, transactional
from portal.platform.errors import Forbidden, NotFound
from portal.platform.outbox import enqueue, enqueue_many
from portal.platform.storage.interface import StoredObject
from portal.platform.tenancy import acting_as

COMPLETE = """
UPDATE documents.archives SET state = 'ready', ready_at = %(now)s, expires_at = %(expires)s, file_key = %(key)s,
  file_digest = %(digest)s, file_size = %(size)s
WHERE firm_id = %(firm)s AND id = %(id)s AND state = 'collecting'
"""
END = "UPDATE documents.archives SET state = %(state)s WHERE firm_id = %(firm)s AND id = %(id)s AND state <> %(state)s"
READ = """
INSERT INTO documents.reads (id, firm_id, document_id, version_id, user_id, session_id, way, address, agent)
SELECT gen_random_uuid(), i.firm_id, i.document_id, i.version_id, %(user)s, %(session)s, 'archived', %(address)s,
  %(agent)s
FROM documents.archive_items i WHERE i.firm_id = %(firm)s AND i.archive_id = %(id)s AND i.version_id IS NOT NULL
ON CONFLICT ON CONSTRAINT reads_once DO UPDATE SET last_at = clock_timestamp(), times = reads.times + 1
"""


def request_archive(actor: Actor, document_ids: Sequence[UUID]) -> UUID:
    """Have documents put into one archive for the actor; its id. What can only be read here is left out. NotFound where
    one of them is not theirs to see, NothingChosen for none or too many, ViewOnly where nothing would be left."""
    wanted = list(dict.fromkeys(document_ids))
    if actor.user_id is None:
        raise Forbidden
    if not 1 <= len(wanted) <= MOST_DOCUMENTS:
        raise NothingChosen
    choosable = list_choosable(actor, wanted)
    if len(choosable) < len(wanted):
        raise NotFound
    if not any(choosable.values()):
        raise ViewOnly
    with acting_as(Actor.system(actor.firm_id).tenancy):
        return _request(actor, choosable)


@transactional
def _request(actor: Actor, choosable: dict[UUID, bool]) -> UUID:
    assert actor.user_id is not None
    archive = ArchiveRecord(firm_id=actor.firm_id, user_id=actor.user_id, state=ArchiveState.COLLECTING.value)
    session.add(archive)
    session.flush()
    for document_id, may_take in choosable.items():
        left_out = None if may_take else LeftOut.VIEW_ONLY.value
        session.add(
            ArchiveItemRecord(archive_id=archive.id, document_id=document_id, firm_id=actor.firm_id, left_out=left_out)
        )
    session.flush()
    enqueue("reading.collect_archive", archive_id=str(archive.id))
    record_act(actor.user_id, "document_archive.request", f"document_archive:{archive.id}", documents=len(choosable))
    return archive.id


@transactional
def complete_archive(actor: Actor, archive_id: UUID, stored: StoredObject) -> None:
    """Let the person have the archive from now on for KEPT; nothing where it was thrown away meanwhile."""
    now = clock.now()
    changed = execute(
        COMPLETE,
        firm=actor.firm_id,
        id=archive_id,
        now=now,
        expires=now + KEPT,
        key=stored.key,
        digest=stored.digest,
        size=stored.size,
    )
    named = {"archive_id": str(archive_id), "key": stored.key}
    enqueue_many("reading.discard_archive", [(named, None)], due_at=now + KEPT if changed else now)


@transactional
def end_archive(actor: Actor, archive_id: UUID, state: ArchiveState) -> None:
    """Note that an archive cannot be had: nothing could be put into it, or its time is over."""
    execute(END, firm=actor.firm_id, id=archive_id, state=state.value)


def take_archive(actor: Actor, archive_id: UUID, reader: Reader) -> Archive:
    """The actor's archive, which they may have now, each document in it noted as read. NotFound, ArchiveGone,
    ArchiveOutdated."""
    archive = get_downloadable_archive(actor, archive_id)
    with acting_as(Actor.system(actor.firm_id).tenancy):
        _note_taking(actor, archive_id, reader)
    return archive


@transactional
def _note_taking(actor: Actor, archive_id: UUID, reader: Reader) -> None:
    execute(
        READ,
        firm=actor.firm_id,
        id=archive_id,
        user=actor.user_id,
        session=reader.session_id,
        address=reader.address,
        agent=reader.agent[:LONGEST_AGENT],
    )
    record_act(actor.user_id, "document_archive.download", f"document_archive:{archive_id}")
