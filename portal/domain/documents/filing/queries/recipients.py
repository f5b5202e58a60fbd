"""Whom documents name beside those they are for."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from portal.domain.documents.filing.queries.circles import list_circles
from portal.domain.documents.filing.queries.known import get_reader
from portal.domain.documents.filing.rules.reading import Reader
from portal.domain.documents.filing.rules.recipients import envelope_of, find_strangers
from portal.domain.documents.filing.values.evidence import EvidenceKind, Naming
from portal.domain.documents.filing.values.texts import Clearing, Looked, PageTexts, RecipientCheck, Stranger
from portal.domain.documents.library.queries.documents import get_document
from portal.domain.identity.access.policies import require
from portal.domain.identity.access.values import Actor, Permission
from portal.platform import db

TEXT = """
SELECT t.sealed, u.name AS by, t.looked_at AS at FROM documents.texts t
LEFT JOIN identity.users u ON u.id = t.looked_by WHERE t.firm_id = %(firm)s AND t.version_id = %(version)s
"""
CLEARINGS = """
SELECT c.subject_id, c.kind, u.name, c.cleared_at, c.reason FROM documents.clearings c
JOIN identity.users u ON u.id = c.cleared_by WHERE c.firm_id = %(firm)s AND c.version_id = %(version)s
"""
NAMES = """
SELECT id, name FROM people.investor_accounts WHERE firm_id = %(firm)s AND id = ANY(%(ids)s)
UNION ALL SELECT id, name FROM identity.users WHERE firm_id = %(firm)s AND id = ANY(%(ids)s)
"""


def get_recipient_check(actor: Actor, document_id: UUID, version_id: UUID, *, planned: bool = False) -> RecipientCheck:
    """Whom a version, or its document's title, names who is a stranger to one of its readers as they are now; nobody
    for one that is for staff. `planned` counts those whom drafts of envelopes would ask. NotFound, Forbidden."""
    require(actor, Permission.SEE_ALL_DOCUMENTS)
    document, read = get_document(actor, document_id), _find_read(actor, version_id)
    if read is None:
        return RecipientCheck(version_id, False, 0, 0, ())
    texts, looked = read
    circles = list_circles(actor, document, version_id, planned=planned)
    namings = _namings(get_reader(actor), document.summary.title, texts, circles) if circles else []
    strangers = _strangers(actor, version_id, document.summary.title, texts, namings)
    unread = 0 if envelope_of(document.source) else texts.unread  # who signed it has seen its pages
    return RecipientCheck(version_id, True, len(texts.pages), unread, strangers, looked)


def _find_read(actor: Actor, version_id: UUID) -> tuple[PageTexts, Looked | None] | None:
    row = db.fetch_one(TEXT, firm=actor.firm_id, version=version_id)
    if row is None:
        return None
    return PageTexts.unseal(version_id, row.sealed), None if row.at is None else Looked(row.by or "", row.at)


def _namings(reader: Reader, title: str, texts: PageTexts, circles: Sequence[frozenset[UUID]]) -> list[Naming]:
    pages = (title, *texts.pages)
    return find_strangers((hit for number, text in enumerate(pages) for hit in reader.read(number, text)), circles)


def _strangers(actor: Actor, version_id: UUID, title: str, texts: PageTexts, namings: list[Naming]) -> list[Stranger]:
    if not namings:
        return []
    rows = db.fetch_all(NAMES, firm=actor.firm_id, ids=[each.subject_id for each in namings])
    names = {row.id: row.name for row in rows}
    cleared = {
        (row.subject_id, EvidenceKind(row.kind)): Clearing(row.name, row.cleared_at, row.reason)
        for row in db.fetch_all(CLEARINGS, firm=actor.firm_id, version=version_id)
    }
    return [
        Stranger(
            each.subject_id,
            names.get(each.subject_id, ""),
            each.kind,
            each.place,
            each.places,
            texts.line(each.place) if each.place.page else title,
            cleared.get((each.subject_id, each.kind)),
        )
        for each in namings
    ]
