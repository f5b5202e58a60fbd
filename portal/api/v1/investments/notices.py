"""Notices of calls and distributions as they were issued: the figures of their PDFs."""

from __future__ import annotations

from uuid import UUID

from flask import Response

from portal.api.answers import versioned
from portal.api.auth import actor, requires_any
from portal.api.openapi import described
from portal.api.v1.investments.capital_calls import pay_to_of
from portal.api.v1.investments.figures import amount_text
from portal.api.v1.investments.notice_schemas import NoticeDetail, NoticeLineItem, NoticeQuery
from portal.api.v1.routes import v1
from portal.domain.documents.library.queries.documents import find_document_by_source
from portal.domain.identity.access.values import Permission
from portal.domain.investments.notices.queries import get_notice
from portal.domain.investments.notices.values import IssuedNotice, NoticeLine, source_of

SEEN_BY = (Permission.SEE_OWN_PORTFOLIO, Permission.SEE_ALL_PORTFOLIOS)
AMOUNTS = (
    "commitment", "fund_commitment", "in_kind", "withheld", "settled", "netted", "net_due", "contributed",
    "distributed", "unfunded_before", "unfunded_after",
)  # fmt: skip


@v1.get("/investments/notices/<uuid:notice_id>")
@requires_any(*SEEN_BY)
@described(NoticeDetail, refusals=(401, 403, 404))
def show_notice(query: NoticeQuery, notice_id: UUID) -> Response:
    """One notice of a call or a distribution, or of both where one pays the other."""
    del query
    issued = get_notice(actor(), notice_id)
    document_id = find_document_by_source(actor(), source_of(notice_id))
    return versioned(f"{notice_id}|{issued.figures_digest}|{document_id}", lambda: _detail(issued, document_id))


def _detail(issued: IssuedNotice, document_id: UUID | None) -> NoticeDetail:
    notice, code = issued.notice, issued.notice.currency
    share = notice.part_of_fund
    return NoticeDetail(
        id=issued.id,
        kind=notice.kind,
        title=notice.title,
        number=notice.number,
        subject_id=issued.subject_id,
        account_id=issued.account_id,
        account=notice.account,
        account_number=notice.account_number,
        vehicle_id=issued.vehicle_id,
        vehicle=notice.vehicle,
        currency=code,
        issued_on=notice.issued_on,
        due_on=notice.due_on,
        purpose=notice.purpose,
        reason=notice.reason,
        replaces=notice.replaces or None,
        share_of_fund=None if share is None else f"{share:.10f}",
        called=[_line(each, code) for each in notice.called],
        paid_out=[_line(each, code) for each in notice.paid_out],
        netted_call=notice.netted_call or None,
        pay_to=None if notice.cancels else pay_to_of(notice.paid_to),
        reference=notice.reference,
        digest=issued.figures_digest,
        document_id=document_id,
        **{name: amount_text(getattr(notice, name), code) for name in AMOUNTS},
    )


def _line(line: NoticeLine, code: str) -> NoticeLineItem:
    return NoticeLineItem(
        label=line.label,
        fund=amount_text(line.fund, code),
        account=amount_text(line.account, code),
        unfunded_effect=amount_text(line.unfunded_effect, code),
    )
