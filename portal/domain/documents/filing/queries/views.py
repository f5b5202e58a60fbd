"""What each recipient of a batch will see, one filed piece after the other; and which of these are drafts."""

from __future__ import annotations

from uuid import UUID

from portal.domain.documents.filing.queries.recipients import get_recipient_check
from portal.domain.documents.filing.rules.recipients import describe_strangers
from portal.domain.documents.filing.values.batches import MOST_PAGES, View, ViewCount
from portal.domain.documents.library.queries.documents import get_document
from portal.domain.documents.library.queries.recipients import list_recipients
from portal.domain.documents.library.queries.visibility import visible_documents, visible_parameters
from portal.domain.documents.library.values.documents import DocumentState
from portal.domain.identity.access.policies import require
from portal.domain.identity.access.values import Actor, Permission
from portal.domain.identity.accounts.queries import find_user_names
from portal.platform import db
from portal.platform.errors import NotFound

VIEWS = """
FROM documents.pieces p JOIN documents.documents d ON d.id = p.document_id
WHERE p.firm_id = %(firm)s AND p.batch_id = %(batch)s AND d.state <> 'deleted' AND {visible}
"""
COUNT = """
SELECT count(*) AS views, count(*) FILTER (WHERE d.state = 'draft') AS drafts,
  count(*) FILTER (WHERE d.state = 'draft' AND p.problem IS NULL) AS waiting
"""
ONE = "SELECT p.id, p.document_id {views} ORDER BY p.first OFFSET %(before)s LIMIT 1"
TO_PUBLISH = (
    "SELECT p.id, p.document_id {views} AND d.state = 'draft' AND p.problem IS NULL ORDER BY p.first LIMIT %(most)s"
)


def count_views(actor: Actor, batch_id: UUID) -> ViewCount:
    """How many documents of a batch the actor may look through, and how many of these are drafts."""
    require(actor, Permission.EDIT_DOCUMENTS)
    row = db.fetch_one(COUNT + _views(actor), batch=batch_id, **visible_parameters(actor))
    return ViewCount(*row) if row is not None else ViewCount(0, 0, 0)


def get_view(actor: Actor, batch_id: UUID, number: int) -> View:
    """What the recipients of the filed piece `number` (from 1, in the order of the pieces) see, or will; NotFound."""
    require(actor, Permission.EDIT_DOCUMENTS)
    row = None
    if 1 <= number <= MOST_PAGES:
        statement = ONE.format(views=_views(actor))
        row = db.fetch_one(statement, batch=batch_id, before=number - 1, **visible_parameters(actor))
    if row is None:
        raise NotFound
    document, people = get_document(actor, row.document_id), list_recipients(actor, row.document_id)
    names = find_user_names(actor, people)
    problem = ""
    if document.version is not None and document.summary.state is DocumentState.DRAFT:
        problem = describe_strangers(get_recipient_check(actor, document.id, document.version.id))
    return View(row.id, document, tuple(sorted(names.values())), problem)


def list_pieces_to_publish(actor: Actor, batch_id: UUID, *, most: int) -> list[tuple[UUID, UUID]]:
    """The next pieces of a batch that are drafts and were not tried yet, each with its document."""
    statement = TO_PUBLISH.format(views=_views(actor))
    rows = db.fetch_all(statement, batch=batch_id, most=most, **visible_parameters(actor))
    return [(row.id, row.document_id) for row in rows]


def _views(actor: Actor) -> str:
    return VIEWS.format(visible=visible_documents(actor))
