"""Receipts: noting who was shown or given what. Each in the firm's system tenancy, in a transaction of its own, as
readers write nothing."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from portal.domain.documents.reading.values.pages import Readable, Reader
from portal.domain.documents.reading.values.receipts import Way
from portal.domain.identity.access.values import Actor
from portal.domain.identity.audit.services import record_act
from portal.platform.db import execute, transactional
from portal.platform.ids import new_id
from portal.platform.tenancy import acting_as

LONGEST_AGENT = 400
READ = """
INSERT INTO documents.reads (id, firm_id, document_id, version_id, user_id, session_id, way, address, agent)
VALUES (%(id)s, %(firm)s, %(document)s, %(version)s, %(user)s, %(session)s, %(way)s, %(address)s, %(agent)s)
ON CONFLICT ON CONSTRAINT reads_once DO UPDATE SET last_at = clock_timestamp(), address = excluded.address,
  times = reads.times + (reads.way <> 'viewed')::int
"""
VIEW = f"""
WITH reading AS ({READ} RETURNING id, firm_id)
INSERT INTO documents.page_views (read_id, firm_id, page) SELECT id, firm_id, %(page)s FROM reading
ON CONFLICT (read_id, page) DO UPDATE SET times = page_views.times + 1, last_at = clock_timestamp()
"""  # noqa: S608 - our own words
# No page stands on a screen longer than it is since it was first shown, whatever a browser says.
TIME = """
UPDATE documents.page_views v SET last_at = clock_timestamp(), seconds = LEAST(
  v.seconds + told.seconds, ceil(EXTRACT(EPOCH FROM clock_timestamp() - v.first_at)))
FROM documents.reads r, unnest(%(pages)s::integer[], %(seconds)s::integer[]) AS told (page, seconds)
WHERE r.firm_id = %(firm)s AND r.version_id = %(version)s AND r.user_id = %(user)s AND r.session_id = %(session)s
  AND r.way = 'viewed' AND v.read_id = r.id AND v.page = told.page
"""


def note_page_view(actor: Actor, readable: Readable, page: int, reader: Reader) -> None:
    """Note that the actor was shown a page of a version."""
    _write(actor, VIEW, page=page, **_reading(actor, readable, reader, Way.VIEWED))


def note_taking(actor: Actor, readable: Readable, reader: Reader) -> None:
    """Note that the actor was given the file of a version; the act is recorded."""
    with acting_as(Actor.system(actor.firm_id).tenancy):
        _note_taking(actor, readable, reader, Way.DOWNLOADED)


def note_marked_copy(actor: Actor, readable: Readable, reader: Reader) -> None:
    """Note that the actor was given the pages of a version with their name on each; the act is recorded."""
    with acting_as(Actor.system(actor.firm_id).tenancy):
        _note_taking(actor, readable, reader, Way.MARKED)


@transactional
def _note_taking(actor: Actor, readable: Readable, reader: Reader, way: Way) -> None:
    execute(READ, **_reading(actor, readable, reader, way))
    subject = f"document:{readable.document_id}"
    if way is Way.MARKED:
        record_act(actor.user_id, "document.take_marked", subject, version=readable.number)
    else:
        record_act(actor.user_id, "document.download", subject, version=readable.number)


def note_reading_time(actor: Actor, version_id: UUID, seconds: Mapping[int, int], reader: Reader) -> None:
    """Add the seconds that pages of a version stood on the actor's screen, by page; those alone count that they were
    shown in this session."""
    told = {page: count for page, count in seconds.items() if count > 0}
    _write(
        actor,
        TIME,
        firm=actor.firm_id,
        version=version_id,
        user=actor.user_id,
        session=reader.session_id,
        pages=list(told),
        seconds=list(told.values()),
    )


def _reading(actor: Actor, readable: Readable, reader: Reader, way: Way) -> dict[str, object]:
    return {
        "id": new_id(),
        "firm": actor.firm_id,
        "document": readable.document_id,
        "version": readable.version_id,
        "user": actor.user_id,
        "session": reader.session_id,
        "way": way.value,
        "address": reader.address,
        "agent": reader.agent[:LONGEST_AGENT],
    }


def _write(actor: Actor, statement: str, **values: object) -> None:
    with acting_as(Actor.system(actor.firm_id).tenancy):
        _execute(statement, **values)


@transactional
def _execute(statement: str, **values: object) -> None:
    execute(statement, **values)
