"""Whom documents name beside those they are for."""

from __future__ import annotations

from uuid import UUID

from portal.domain.documents.filing.queries.known import get_reader
from portal.domain.documents.filing.rules.reading import Reader
from portal.domain.documents.filing.rules.recipients import find_strangers
from portal.domain.documents.filing.values.evidence import EvidenceKind, Naming
from portal.domain.documents.filing.values.texts import Clearing, PageTexts, RecipientCheck, Stranger
from portal.domain.documents.library.queries.documents import get_document
from portal.domain.documents.library.values.documents import Audience, Document
from portal.domain.identity.access.policies import require
from portal.domain.identity.access.values import Actor, Permission
from portal.platform import db

TEXT = "SELECT sealed FROM documents.texts WHERE firm_id = %(firm)s AND version_id = %(version)s"
# An account with who acts for it and whom they let in; or the people named, with what they act for.
OF_ACCOUNT = """
SELECT %(account)s::uuid AS id
UNION SELECT user_id FROM people.account_members WHERE firm_id = %(firm)s AND account_id = %(account)s
UNION SELECT d.delegate_id FROM people.delegated_accounts a JOIN people.delegations d ON d.id = a.delegation_id
  WHERE a.firm_id = %(firm)s AND a.account_id = %(account)s AND d.revoked_at IS NULL
"""
OF_NAMED = """
WITH named AS (
  SELECT split_part(reach, ':', 2)::uuid AS id FROM documents.audiences
  WHERE firm_id = %(firm)s AND document_id = %(document)s AND starts_with(reach, 'person:')
    AND COALESCE(until, 'infinity') > now())
SELECT id FROM named
UNION SELECT m.account_id FROM named JOIN people.account_members m ON m.user_id = named.id
"""
CLEARINGS = """
SELECT c.subject_id, c.kind, u.name, c.cleared_at, c.reason FROM documents.clearings c
JOIN identity.users u ON u.id = c.cleared_by WHERE c.firm_id = %(firm)s AND c.version_id = %(version)s
"""
NAMES = """
SELECT id, name FROM people.investor_accounts WHERE firm_id = %(firm)s AND id = ANY(%(ids)s)
UNION ALL SELECT id, name FROM identity.users WHERE firm_id = %(firm)s AND id = ANY(%(ids)s)
"""


def get_recipient_check(
    actor: Actor, document_id: UUID, version_id: UUID, *, reader: Reader | None = None
) -> RecipientCheck:
    """Whom a version names who is not one of the document's readers as they are now; nobody for one that is for staff.
    `reader` spares making it anew for many. NotFound, Forbidden."""
    require(actor, Permission.SEE_ALL_DOCUMENTS)
    document = get_document(actor, document_id)
    texts = find_texts(actor, version_id)
    if texts is None:
        return RecipientCheck(version_id, False, 0, 0, ())
    readers = list_readers(actor, document)
    namings = [] if readers is None else _namings(reader or get_reader(actor), texts, readers)
    return RecipientCheck(
        version_id, True, len(texts.pages), texts.unread, _strangers(actor, version_id, texts, namings)
    )


def find_texts(actor: Actor, version_id: UUID) -> PageTexts | None:
    """What a version says, or None while it was not read."""
    row = db.fetch_one(TEXT, firm=actor.firm_id, version=version_id)
    return None if row is None else PageTexts.unseal(version_id, row.sealed)


def list_readers(actor: Actor, document: Document) -> frozenset[UUID] | None:
    """The accounts and people a document may name: those it is for where it is for one account or for people by name,
    nobody where many read it; None where none but the staff does."""
    details = document.details
    if details.audience is Audience.STAFF:
        return None
    readers = set[UUID]()
    if details.audience in {Audience.ACCOUNT, Audience.NAMED}:
        readers.update(row.id for row in db.fetch_all(OF_NAMED, firm=actor.firm_id, document=document.id))
        if details.account_id is not None:
            readers.update(row.id for row in db.fetch_all(OF_ACCOUNT, firm=actor.firm_id, account=details.account_id))
    return frozenset(readers)


def _namings(reader: Reader, texts: PageTexts, readers: frozenset[UUID]) -> list[Naming]:
    hits = (hit for number, text in enumerate(texts.pages, 1) for hit in reader.read(number, text))
    return find_strangers(hits, readers)


def _strangers(actor: Actor, version_id: UUID, texts: PageTexts, namings: list[Naming]) -> list[Stranger]:
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
            texts.line(each.place),
            cleared.get((each.subject_id, each.kind)),
        )
        for each in namings
    ]
