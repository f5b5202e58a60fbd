"""Capital calls as they were issued: what to pay, by when, where, and how it comes about."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Literal
from uuid import UUID

from flask import Response

from portal.api.answers import versioned
from portal.api.auth import actor, requires_any
from portal.api.openapi import described
from portal.api.parsing import read_cursor
from portal.api.v1.investments.call_schemas import (
    CallDetail,
    CalledLine,
    CallItem,
    CallList,
    CallPaymentItem,
    CallQuery,
    CallsQuery,
    LateInterestItem,
    PayTo,
)
from portal.api.v1.investments.figures import amount_text
from portal.api.v1.routes import v1
from portal.domain.identity.access.values import Permission
from portal.domain.investments.capital_calls.queries.shares import get_share_detail, list_shares
from portal.domain.investments.capital_calls.values.shares import CallShare, ShareDetail
from portal.domain.investments.notices.queries import list_notice_links
from portal.domain.investments.notices.values import BankAccount
from portal.domain.investments.payments.queries.papers import find_receipt_documents
from portal.platform.pagination import Page

SEEN_BY = (Permission.SEE_OWN_PORTFOLIO, Permission.SEE_ALL_PORTFOLIOS)
START = (datetime(9999, 1, 1, tzinfo=UTC), UUID(int=2**128 - 1))


@v1.get("/investments/capital-calls")
@requires_any(*SEEN_BY)
@described(CallList, refusals=(401, 403, 404))
def show_capital_calls(query: CallsQuery) -> Response:
    """What your accounts were called for, the newest first; drafts are never among it."""
    before = read_cursor(query.cursor, datetime, UUID) or START
    rows = list_shares(actor(), before=before, most=query.limit + 1)
    page = Page(rows, query.limit, lambda each: (each.issued_at.isoformat(), each.id))
    return versioned(
        f"{[(each.id.hex, each.paid, each.state, each.account, each.vehicle) for each in page.items]}|{page.next}",
        lambda: CallList(items=[CallItem(**item_of(each)) for each in page.items], next=page.next),
    )


@v1.get("/investments/capital-calls/<uuid:call_share_id>")
@requires_any(*SEEN_BY)
@described(CallDetail, refusals=(401, 403, 404))
def show_capital_call(query: CallQuery, call_share_id: UUID) -> Response:
    """What one account has to pay of a call: by when, where, with which reference, and how it comes about."""
    del query
    detail = get_share_detail(actor(), call_share_id)
    notices = [each.id for each in list_notice_links(actor(), detail.share.call_id, [detail.share.account_id])]
    return versioned(repr((detail, notices)), lambda: _detail(detail, notices))


def item_of(share: CallShare) -> dict[str, Any]:
    """What is said of a share in every list."""
    return {
        "id": share.id,
        "call_id": share.call_id,
        "number": share.label,
        "account_id": share.account_id,
        "account": share.account,
        "vehicle_id": share.vehicle_id,
        "vehicle": share.vehicle,
        "currency": share.currency,
        "state": share.state.value,
        "issued_at": share.issued_at,
        "due_on": share.due_on,
        "reference": share.reference,
        **{name: amount_text(getattr(share, name), share.currency) for name in ("amount", "paid", "open")},
    }


def pay_to_of(account: BankAccount | None) -> PayTo | None:
    """The bank account to pay to, where there is one yet."""
    if account is None:
        return None
    method: Literal["ach", "iban"] = "ach" if account.method == "ach" else "iban"
    return PayTo(
        method=method, holder=account.holder, bank=account.bank, routing=account.routing, number=account.number
    )


def _detail(detail: ShareDetail, notices: list[UUID]) -> CallDetail:
    share, code = detail.share, detail.share.currency
    return CallDetail(
        **item_of(share),
        purpose=detail.purpose,
        cancelled_because=detail.cancel_reason,
        capped=share.capped,
        excused=share.excused,
        commitment=amount_text(share.commitment, code),
        fund_commitment=amount_text(detail.fund_commitment, code),
        unfunded_before=amount_text(share.unfunded_before, code),
        unfunded_after=amount_text(share.unfunded_after, code),
        lines=[
            CalledLine(
                kind=line.kind.value,
                label=line.label,
                inside_commitment=line.inside,
                fund=amount_text(line.fund, code),
                account=amount_text(line.amount, code),
                unfunded_effect=amount_text(-line.amount if line.inside else line.amount * 0, code),
            )
            for line in detail.lines
        ],
        payments=_payments(detail),
        late_interest=_late(detail),
        pay_to=pay_to_of(detail.paid_to),
        notices=notices,
    )


def _payments(detail: ShareDetail) -> list[CallPaymentItem]:
    receipts = find_receipt_documents(actor(), detail.share.account_id, [each.receipt_id for each in detail.payments])
    return [
        CallPaymentItem(
            value_on=each.value_on,
            amount=amount_text(each.amount, detail.share.currency),
            netted_against=None if each.distribution is None else f"D{each.distribution}",
            taken_back=each.undone_at is not None,
            receipt_id=receipts.get(each.receipt_id),
        )
        for each in detail.payments
    ]


def _late(detail: ShareDetail) -> list[LateInterestItem]:
    code = detail.share.currency
    return [
        LateInterestItem(
            amount=amount_text(each.amount, code),
            rate=f"{each.rate:.10f}",
            since=each.since,
            until=each.until,
            days=each.days,
            year_days=each.year_days,
            interest=amount_text(each.interest, code),
        )
        for each in detail.late
    ]
