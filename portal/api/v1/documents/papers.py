"""Papers that investors send to the firm, and the staff's decisions on them."""

from __future__ import annotations

from typing import cast
from uuid import UUID

from flask import Response

from portal.api.answers import answer, nothing
from portal.api.auth import actor, requires_any
from portal.api.openapi import described
from portal.api.v1.documents.documents import moment
from portal.api.v1.documents.paper_schemas import (
    AcceptedPaper,
    DecidedPaper,
    NewPaper,
    PaperItem,
    Papers,
    RefusedPaper,
    SendableName,
)
from portal.api.v1.documents.receiving import kept_file
from portal.api.v1.routes import v1
from portal.domain.documents.library.values.documents import DocumentType
from portal.domain.documents.library.values.writing import title_of
from portal.domain.documents.papers.queries import get_own_paper, get_paper, list_own_papers, list_papers
from portal.domain.documents.papers.services import accept_paper, return_paper, send_paper
from portal.domain.documents.papers.values import PaperState, SentPaper, Standing
from portal.domain.identity.access.values import Permission
from portal.platform.errors import Invalid
from portal.platform.resources import resources

SEND, DECIDE = Permission.SEND_PAPERS, Permission.PUBLISH_DOCUMENTS


@v1.get("/papers")
@requires_any(SEND)
@described(Papers)
def show_own_papers() -> Response:
    """What you sent, and how it stands."""
    return answer(Papers([_item(each) for each in list_own_papers(actor())]))


@v1.post("/papers")
@requires_any(SEND)
@described(PaperItem, status=202, refusals=(401, 403, 409))
def send_one_paper(form: NewPaper) -> Response:
    """Send the firm a paper for one of your accounts. It is checked first; then the firm accepts it or sends it back.

    409 `too_many_papers` where as many of the account as may wait do.
    """
    file, account_id = form.file, form.account
    if file is None:
        raise Invalid(fields={"file": "Send a file."})
    if account_id is None:
        raise Invalid(fields={"account": "Choose one of your accounts."})
    type_, quota = DocumentType(form.type), resources().settings.documents_quota
    paper_id = kept_file(
        file, lambda arrival: send_paper(actor(), account_id, type_, arrival, note=form.note, quota=quota)
    )
    return answer(_item(get_own_paper(actor(), paper_id)), 202)


@v1.get("/papers/received")
@requires_any(Permission.SEE_ALL_DOCUMENTS)
@described(Papers)
def show_received_papers() -> Response:
    """The papers that wait for a decision; for staff."""
    return answer(Papers([_item(each) for each in list_papers(actor(), PaperState.SENT, most=200)]))


@v1.post("/papers/<uuid:paper_id>/accept")
@requires_any(DECIDE)
@described(DecidedPaper, refusals=(401, 403, 404, 409))
def accept_received_paper(json: AcceptedPaper, paper_id: UUID) -> Response:
    """Make a paper one of its account's documents. 409 `not_checked`, `already_decided`."""
    paper = get_paper(actor(), paper_id)
    title, type_ = json.title or title_of(paper.name), DocumentType(json.type) if json.type else paper.type
    is_seen = accept_paper(actor(), paper_id, title=title, type_=type_, period=json.period)
    return answer(DecidedPaper(paper.document_id, is_seen))


@v1.post("/papers/<uuid:paper_id>/return")
@requires_any(DECIDE)
@described(None, status=204, refusals=(401, 403, 404, 409))
def return_received_paper(json: RefusedPaper, paper_id: UUID) -> Response:
    """Send a paper back; who sent it is written to."""
    return_paper(actor(), paper_id, comment=json.comment)
    return nothing()


def _item(paper: SentPaper) -> PaperItem:
    return PaperItem(
        id=paper.id,
        account_id=paper.account_id,
        account=paper.account,
        sender=paper.sender,
        type=cast(SendableName, paper.type.value),
        name=paper.name,
        note=paper.note,
        standing=paper.standing.value,
        message=paper.words,
        document_id=paper.document_id if paper.standing is Standing.ACCEPTED else None,
        sent_at=moment(paper.sent_at),
        decided_at=moment(paper.decided_at) if paper.decided_at else None,
    )
