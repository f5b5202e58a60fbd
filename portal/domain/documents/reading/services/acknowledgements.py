"""“I have read this”, and reminding those who have not said so."""

from __future__ import annotations

from uuid import UUID

from portal.domain.documents.reading.errors import NothingToAcknowledge, VersionReplaced
from portal.domain.documents.reading.queries.acknowledgements import list_awaited
from portal.domain.documents.reading.queries.pages import get_readable
from portal.domain.documents.reading.services.receipts import LONGEST_AGENT
from portal.domain.documents.reading.values.acknowledgements import LATEST_TEXT, text_for
from portal.domain.documents.reading.values.pages import Reader
from portal.domain.identity.access.policies import require
from portal.domain.identity.access.values import Actor, Permission
from portal.domain.identity.audit.services import record_act
from portal.platform import clock
from portal.platform.db import execute, transactional
from portal.platform.ids import new_id
from portal.platform.outbox import enqueue_many

ACKNOWLEDGE = """
INSERT INTO documents.acknowledgements
  (id, firm_id, document_id, version_id, user_id, digest, said, said_version, address, agent, session_id)
VALUES (%(id)s, %(firm)s, %(document)s, %(version)s, %(user)s, %(digest)s, %(said)s, %(said_version)s, %(address)s,
  %(agent)s, %(session)s)
ON CONFLICT ON CONSTRAINT acknowledgements_once DO NOTHING
"""


@transactional
def acknowledge_document(actor: Actor, document_id: UUID, version_id: UUID, reader: Reader) -> None:
    """Note that the actor says they have read a version, with what proves it: the words, the file's digest, moment,
    address, agent, session. Saying it again changes nothing. NotFound, NothingToAcknowledge, and VersionReplaced where
    another version is published by now."""
    readable = get_readable(actor, document_id)
    if not readable.must_acknowledge:
        raise NothingToAcknowledge
    if readable.version_id != version_id:
        raise VersionReplaced
    said = execute(
        ACKNOWLEDGE,
        id=new_id(),
        firm=actor.firm_id,
        document=document_id,
        version=version_id,
        user=actor.user_id,
        digest=readable.digest,
        said=text_for(readable.title, readable.number),
        said_version=LATEST_TEXT,
        address=reader.address,
        agent=reader.agent[:LONGEST_AGENT],
        session=reader.session_id,
    )
    if said:
        record_act(actor.user_id, "document.acknowledge", f"document:{document_id}", version=readable.number)


@transactional
def remind_readers(actor: Actor, document_id: UUID) -> int:
    """Have everybody written to who was asked to acknowledge the published version and has not, each once a day at the
    most; how many that are. NotFound, NothingToAcknowledge."""
    require(actor, Permission.EDIT_DOCUMENTS)
    readable = get_readable(actor, document_id)
    if not readable.must_acknowledge:
        raise NothingToAcknowledge
    people = list_awaited(actor, document_id)
    today = clock.today().isoformat()
    enqueue_many(
        "reading.remind",
        [
            ({"document_id": str(document_id), "user_id": str(user)}, f"{readable.version_id}:{user}:{today}")
            for user in people
        ],
    )
    record_act(actor.user_id, "document.remind", f"document:{document_id}", people=len(people))
    return len(people)
