"""Reading exports, and what goes into them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any
from uuid import UUID

from portal.domain.identity.access.values import Actor
from portal.domain.people.privacy.errors import ExportGone
from portal.domain.people.privacy.queries.collected import DETAILS, ERASURES, YOU
from portal.domain.people.privacy.queries.collected_documents import COPIES as DOCUMENT_COPIES
from portal.domain.people.privacy.queries.collected_documents import DOCUMENTS
from portal.domain.people.privacy.queries.collected_investments import INVESTMENTS
from portal.domain.people.privacy.queries.collected_offerings import OFFERINGS
from portal.domain.people.privacy.queries.collected_papers import PAPERS
from portal.domain.people.privacy.queries.collected_reading import READING
from portal.domain.people.privacy.queries.collected_record import RECORD, SIGN_IN
from portal.domain.people.privacy.queries.collected_rooms import ROOMS
from portal.domain.people.privacy.queries.collected_signing import SIGNING
from portal.domain.people.privacy.queries.opening import OPENERS
from portal.domain.people.privacy.values.exports import Collection, Export, ExportState, FileCopy
from portal.platform import clock, db
from portal.platform.errors import NotFound
from portal.platform.storage.interface import GivenFile

SELECT = """
SELECT id, user_id, CASE WHEN state = 'ready' AND expires_at <= %(now)s THEN 'gone' ELSE state END AS state,
  requested_at, ready_at, expires_at, file_key, file_digest, file_size
FROM people.data_exports WHERE firm_id = %(firm)s
"""
MINE = """
SELECT m.account_id, NOT EXISTS (
    SELECT FROM people.account_members o WHERE o.account_id = m.account_id AND o.user_id <> m.user_id) AS alone
FROM people.account_members m WHERE m.firm_id = %(firm)s AND m.user_id = %(user)s
"""
COPIES = """
SELECT s.file_key, s.pdf_digest, s.number FROM investments.statements s
WHERE s.firm_id = %(firm)s AND s.account_id = ANY(%(accounts)s) AND s.state IN ('published', 'superseded')
ORDER BY s.number
"""
SHOWN = 20
QUESTIONS = (
    *YOU,
    *DETAILS,
    *ERASURES,
    *INVESTMENTS,
    *PAPERS,
    *OFFERINGS,
    *DOCUMENTS,
    *READING,
    *SIGNING,
    *ROOMS,
    *SIGN_IN,
    *RECORD,
)


def _export(row: db.AnyRow) -> Export:
    return Export(row.id, row.user_id, ExportState(row.state), *row[3:])


def list_exports(actor: Actor) -> Sequence[Export]:
    """The actor's own exports, newest first."""
    rows = db.fetch_all(
        f"{SELECT} AND user_id = %(user)s ORDER BY requested_at DESC, id LIMIT {SHOWN}",
        firm=actor.firm_id,
        user=actor.user_id,
        now=clock.now(),
    )
    return [_export(row) for row in rows]


def get_export(actor: Actor, export_id: UUID) -> Export:
    """One export of the actor's own; NotFound where there is none."""
    found = find_export(actor, export_id)
    if found is None or found.user_id != actor.user_id:
        raise NotFound
    return found


def get_downloadable_export(actor: Actor, export_id: UUID) -> GivenFile:
    """The file of an export of the actor's own; NotFound, or ExportGone where there is none."""
    found = get_export(actor, export_id)
    if found.state is not ExportState.READY or found.file_key is None or found.digest is None:
        raise ExportGone
    return GivenFile(found.file_key, found.name, found.digest)


def find_export(actor: Actor, export_id: UUID) -> Export | None:
    """An export of the actor's firm, as far as they may see it, or None."""
    row = db.fetch_one(f"{SELECT} AND id = %(id)s", firm=actor.firm_id, id=export_id, now=clock.now())
    return None if row is None else _export(row)


def list_collections(actor: Actor, user_id: UUID) -> Iterator[Collection]:
    """All that is held about a person, file by file, in the firm's system tenancy."""
    asked = _parameters(actor, user_id)
    for question in QUESTIONS:
        rows = [row._asdict() for row in db.fetch_all(question.statement, **asked)]
        opener = OPENERS.get(question.file)
        opened = [opener(row) for row in rows] if opener else rows
        told = [{name: row[name] for name in question.columns} for row in opened]
        yield Collection(question.file, question.sentence, question.columns, told, question.is_list)


def list_copies(actor: Actor, user_id: UUID) -> Sequence[FileCopy]:
    """The statements and documents that were published to a person or their accounts, in the firm's system tenancy."""
    asked = _parameters(actor, user_id)
    statements = [
        FileCopy(row.file_key, row.pdf_digest, f"investments/statements/{row.number}.pdf")
        for row in db.fetch_all(COPIES, **asked)
    ]
    return statements + [FileCopy(*row) for row in db.fetch_all(DOCUMENT_COPIES, **asked)]


def _parameters(actor: Actor, user_id: UUID) -> dict[str, Any]:
    """What every question is asked with: the firm, the person, their accounts, and both as the record names them."""
    rows = db.fetch_all(MINE, firm=actor.firm_id, user=user_id)
    accounts = [row.account_id for row in rows]
    resources = [f"user:{user_id}", *(f"account:{each}" for each in accounts)]
    alone = [row.account_id for row in rows if row.alone]
    return {"firm": actor.firm_id, "user": user_id, "accounts": accounts, "alone": alone, "resources": resources}
