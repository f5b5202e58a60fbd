"""Reading documents: lists, one of them, and who they reach."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from portal.domain.documents.library.policies import can_see_library
from portal.domain.documents.library.queries.files import list_versions
from portal.domain.documents.library.queries.visibility import (
    IN_FORCE,
    visible_as_view_only,
    visible_documents,
    visible_parameters,
)
from portal.domain.documents.library.rules import keep_until
from portal.domain.documents.library.values.documents import (
    Audience,
    Document,
    DocumentDetails,
    DocumentFilter,
    DocumentState,
    DocumentSummary,
    DocumentType,
    Place,
)
from portal.domain.identity.access.values import Actor
from portal.platform import db
from portal.platform.errors import NotFound

COLUMNS = """
SELECT d.id, d.folder_id, d.title, d.type, d.period, d.audience, d.state, i.id AS account_id,
  COALESCE(i.name, '') AS account, f.id AS vehicle_id, COALESCE(f.name, '') AS vehicle, {at} AS at,
  {view_only} AS view_only, d.must_acknowledge, d.tags, v.number, v.kind, v.size, v.pages, d.source {more}
"""
NAMES = """
LEFT JOIN people.investor_accounts i ON i.id = d.account_id
LEFT JOIN investments.vehicles f ON f.id = d.vehicle_id
LEFT JOIN documents.versions v ON v.document_id = d.id AND v.number = {number}
"""
OF_READERS = "d.published_version"
OF_STAFF = "COALESCE(d.published_version, d.latest_version)"
STAFF_LIST = (
    "FROM documents.documents d {names} WHERE {visible} {criteria} {after} ORDER BY d.created_at DESC, d.id DESC"
)
# Each reach gives its newest, in the order of its index; what the reader gets is the newest of these. OFFSET 0 keeps
# the documents from being looked for first: all of a folder, say, for each reach anew.
READERS_LIST = """
FROM (
  SELECT DISTINCT newest.id, newest.at FROM unnest((SELECT documents.my_reaches())::text[]) mine (reach),
    LATERAL (
      SELECT a.document_id AS id, a.published_at AS at FROM documents.audiences a, LATERAL (
        SELECT FROM documents.documents d WHERE d.id = a.document_id AND {in_force} {criteria} OFFSET 0) it
      WHERE a.reach = mine.reach AND a.published_at IS NOT NULL AND COALESCE(a.until, 'infinity') > now() {after}
      ORDER BY a.published_at DESC, a.document_id DESC LIMIT %(most)s) newest
  ORDER BY newest.at DESC, newest.id DESC LIMIT %(most)s) found
JOIN documents.documents d ON d.id = found.id {names} ORDER BY found.at DESC, d.id DESC
"""
WHOLE = """, d.roles, d.expires_at, d.marked_copies, d.publish_at, d.published_at, d.tell,
  d.latest_version, d.published_version, d.stopped, d.created_by, {kept} AS kept_years,
  {held} AS held
"""
KEPT = "(SELECT r.years FROM documents.retention r WHERE r.firm_id = d.firm_id AND r.type = d.type)"
HELD = """EXISTS (SELECT FROM documents.holds h WHERE h.firm_id = d.firm_id
    AND h.lifted_at IS NULL AND (h.subject, h.subject_id)
      IN (('document', d.id), ('account', d.account_id), ('vehicle', d.vehicle_id)))
"""
CHANGED = (
    "(d.changed_txid, d.id) > (%(after_txid)s::text::xid8, %(after_id)s) AND d.changed_txid < %(below)s::text::xid8"
)
CRITERIA = {
    "folder_id": "d.folder_id = %(folder_id)s",
    "type": "d.type = %(type)s",
    "account_id": "d.account_id = %(account_id)s",
    "vehicle_id": "d.vehicle_id = %(vehicle_id)s",
    "period": "starts_with(d.period, %(period)s)",
    "tag": "d.tags @> ARRAY[%(tag)s]",
    "words": "{words}",
    "state": "d.state = %(state)s",
}
# Each word as a beginning, so that a list answers while one types; in texts of these weights, or in all.
FOUND = (
    "d.search @@ (SELECT COALESCE(to_tsquery('simple', string_agg(quote_literal(word) || ':*{weights}', ' & ')),"
    " ''::tsquery) FROM unnest(tsvector_to_array(to_tsvector('simple', %(words)s))) word)"
)
WORDS_OF_STAFF = FOUND.format(weights="")
# A reader finds a document by the names of its account and vehicle where they see both, and by no names otherwise: what
# is found must not tell whom a paper for many is about.
SEES_BOTH = (
    "(d.account_id IS NULL OR d.account_id IN (SELECT id FROM people.investor_accounts))"
    " AND (d.vehicle_id IS NULL OR d.vehicle_id IN (SELECT id FROM investments.vehicles))"
)
SEES = {
    "account_id": "d.account_id IN (SELECT id FROM people.investor_accounts)",
    "vehicle_id": "d.vehicle_id IN (SELECT id FROM investments.vehicles)",
}
WORDS_OF_READERS = f"{WORDS_OF_STAFF} AND ({FOUND.format(weights='A')} OR ({SEES_BOTH}))"


def list_documents(
    actor: Actor, criteria: DocumentFilter, *, after: Place | None = None, most: int = 50
) -> list[DocumentSummary]:
    """Documents that the actor may see, newest first, those after `after` (the `at` and id of the last one shown). The
    staff's drafts stand where they were made, what others get where it was published."""
    staff = can_see_library(actor)
    parameters = visible_parameters(actor) | {"most": most} | _given(criteria)
    if after is not None:
        parameters |= {"after_at": after[0], "after_id": after[1]}
    narrowed = _narrowed(criteria, staff=staff)
    if staff:
        place = "AND (d.created_at, d.id) < (%(after_at)s, %(after_id)s)" if after else ""
        rest = STAFF_LIST.format(
            names=NAMES.format(number=OF_STAFF), visible=visible_documents(actor), criteria=narrowed, after=place
        )
        statement = (
            COLUMNS.format(at="d.created_at", more="", view_only=visible_as_view_only(actor)) + rest + " LIMIT %(most)s"
        )
    else:
        place = "AND (a.published_at, a.document_id) < (%(after_at)s, %(after_id)s)" if after else ""
        rest = READERS_LIST.format(
            names=NAMES.format(number=OF_READERS), in_force=IN_FORCE, criteria=narrowed, after=place
        )
        statement = COLUMNS.format(at="found.at", more="", view_only=visible_as_view_only(actor)) + rest
    return [_summary(row) for row in db.fetch_all(statement, **parameters)]


def list_changed_documents(
    actor: Actor, *, after: tuple[int, UUID], below: int, most: int
) -> list[tuple[int, DocumentSummary]]:
    """Documents that the actor may see and that were changed, each with the transaction of its last change, in the
    order of these; those after (transaction, id), in transactions below `below`. For staff the deleted ones too."""
    staff = can_see_library(actor)
    statement = (
        COLUMNS.format(
            at="d.created_at" if staff else "d.published_at",
            more=", d.changed_txid::text::bigint AS txid",
            view_only=visible_as_view_only(actor),
        )
        + f"FROM documents.documents d {NAMES.format(number=OF_STAFF if staff else OF_READERS)}"
        + f" WHERE {visible_documents(actor)} AND {CHANGED} ORDER BY d.changed_txid, d.id LIMIT %(most)s"
    )
    rows = db.fetch_all(
        statement, after_txid=after[0], after_id=after[1], below=below, most=most, **visible_parameters(actor)
    )
    return [(row.txid, _summary(row)) for row in rows]


def _given(criteria: DocumentFilter) -> dict[str, Any]:
    return {name: value for name in CRITERIA if (value := getattr(criteria, name))}


def _narrowed(criteria: DocumentFilter, *, staff: bool) -> str:
    """The criteria as conditions. Deleted documents are shown to staff who ask for them alone."""
    words = WORDS_OF_STAFF if staff else WORDS_OF_READERS
    conditions = [CRITERIA[name].format(words=words) for name in _given(criteria)]
    if not staff:
        conditions += [SEES[name] for name in _given(criteria) if name in SEES]
    if staff and criteria.state is not DocumentState.DELETED:
        conditions.append("d.state <> 'deleted'")
    return "".join(f" AND {condition}" for condition in conditions)


def get_document(actor: Actor, document_id: UUID) -> Document:
    """A document that the actor may see; NotFound otherwise."""
    staff = can_see_library(actor)
    statement = (
        COLUMNS.format(
            at="d.created_at" if staff else "d.published_at",
            more=WHOLE.format(held=HELD if staff else "false", kept=KEPT if staff else "NULL::integer"),
            view_only=visible_as_view_only(actor),
        )
        + f"FROM documents.documents d {NAMES.format(number=OF_STAFF if staff else OF_READERS)}"
    )
    row = db.fetch_one(
        f"{statement} WHERE {visible_documents(actor)} AND d.id = %(id)s",
        id=document_id,
        **visible_parameters(actor),
    )
    if row is None:
        raise NotFound
    return _document(row, actor)


def _document(row: db.AnyRow, actor: Actor) -> Document:
    summary = _summary(row)
    versions, staff = list_versions(actor, summary.id), can_see_library(actor)
    if not staff:
        versions = [each for each in versions if each.number == row.published_version]
    return Document(
        summary,
        DocumentDetails(
            summary.title,
            summary.type,
            summary.audience,
            summary.period,
            summary.account_id,
            summary.vehicle_id,
            tuple(row.roles) if row.roles is not None else None,
            row.expires_at,
            summary.view_only,
            summary.must_acknowledge,
            summary.tags,
            row.marked_copies,
        ),
        row.publish_at,
        row.published_at,
        row.tell,
        row.latest_version,
        row.published_version,
        _kept_until(row),
        row.held,
        row.stopped if staff else None,
        row.source,
        row.created_by,
        tuple(versions),
    )


def _kept_until(row: db.AnyRow) -> date | None:
    if row.published_at is None or row.kept_years is None:
        return None
    return keep_until(row.published_at.date(), row.kept_years)


def find_document_by_source(actor: Actor, source: str) -> UUID | None:
    """The id of the document that a feature filed under `source`."""
    found: UUID | None = db.fetch_value(
        "SELECT id FROM documents.documents WHERE firm_id = %(firm)s AND source = %(source)s",
        firm=actor.firm_id,
        source=source,
    )
    return found


def _summary(row: db.AnyRow) -> DocumentSummary:
    return DocumentSummary(
        row.id,
        row.folder_id,
        row.title,
        DocumentType(row.type),
        row.period,
        Audience(row.audience),
        DocumentState(row.state),
        row.account_id,
        row.account,
        row.vehicle_id,
        row.vehicle,
        row.at,
        row.view_only,
        row.must_acknowledge,
        tuple(row.tags),
        row.number,
        row.kind,
        row.size,
        row.pages,
        row.source,
    )
