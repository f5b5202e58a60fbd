"""Capital calls: for staff all of them and who paid what, for investors what they have to pay, by when and where."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

from flask import Blueprint, Response, flash, redirect, request, url_for
from werkzeug.wrappers import Response as Redirect

from portal.domain.identity.access.policies import can
from portal.domain.identity.access.values import Permission
from portal.domain.identity.record.queries import list_history
from portal.domain.investments.capital_calls.policies import can_ask_to_cancel, can_edit
from portal.domain.investments.capital_calls.queries.calls import get_call, list_calls
from portal.domain.investments.capital_calls.queries.shares import (
    get_share_detail,
    get_writing,
    list_call_shares,
    list_shares,
)
from portal.domain.investments.capital_calls.services.chasing import remind_of_call
from portal.domain.investments.capital_calls.services.late_closing import record_refund
from portal.domain.investments.capital_calls.values.calls import LINE_NAMES, CallState
from portal.domain.investments.capital_calls.values.shares import ShareState
from portal.domain.investments.distributions.queries.nettings import list_open_drafts
from portal.domain.investments.notices.queries import list_notice_links
from portal.domain.investments.notices.values import NoticeKind
from portal.domain.investments.payments.queries.papers import find_receipt_documents
from portal.platform import clock
from portal.platform.ids import new_id
from portal.platform.pagination import Page, decode_cursor
from portal.web.toolkit.access import requires, requires_any
from portal.web.toolkit.exports import export as export_rows
from portal.web.toolkit.freshness import fresh_file
from portal.web.toolkit.page import page
from portal.web.toolkit.session import actor

blueprint = Blueprint("capital_calls", __name__, url_prefix="/investments/capital-calls")
READERS = (Permission.SEE_OWN_PORTFOLIO, Permission.SEE_ALL_PORTFOLIOS)
START = (datetime(9999, 1, 1, tzinfo=UTC), UUID(int=2**128 - 1))
MOST = 50
COLUMNS = (
    "account", "reference", "due_on", "currency", "commitment", "unfunded_before", "inside", "outside", "amount",
    "paid", "open", "state",
)  # fmt: skip


@blueprint.get("")
@requires_any(*READERS)
def index() -> Response:
    """Calls, the newest first."""
    place = decode_cursor(request.args["cursor"], datetime, UUID) if "cursor" in request.args else START
    before = (place[0], place[1])
    if not can(actor(), Permission.SEE_ALL_PORTFOLIOS):
        own = Page(
            list_shares(actor(), before=before, most=MOST + 1), MOST, lambda each: (each.issued_at.isoformat(), each.id)
        )
        next_url = url_for("capital_calls.index", cursor=own.next) if own.next else None
        return page("investments/capital_calls/own.html", shares=own.items, next_url=next_url)
    found = Page(
        list_calls(actor(), before=before, most=MOST + 1), MOST, lambda each: (each.created_at.isoformat(), each.id)
    )
    return page(
        "investments/capital_calls/index.html",
        calls=found.items,
        next_url=url_for("capital_calls.index", cursor=found.next) if found.next else None,
        may_prepare=can(actor(), Permission.PREPARE_MONEY),
    )


@blueprint.get("/<uuid:call_id>")
@requires(Permission.SEE_ALL_PORTFOLIOS)
def show(call_id: UUID) -> Response:
    """A call, and who paid what of it."""
    person, call = actor(), get_call(actor(), call_id)
    search = request.args.get("search", "").strip()
    place = decode_cursor(request.args["cursor"], str, UUID) if "cursor" in request.args else ("", UUID(int=0))
    rows = list_call_shares(person, call_id, search=search, after=(place[0], place[1]), most=MOST + 1)
    found = Page(rows, MOST, lambda each: (each[0], each[1].id))
    kind = NoticeKind.CALL_CANCELLED if call.summary.state is CallState.CANCELLED else NoticeKind.CALL
    more = url_for("capital_calls.show", call_id=call_id, search=search or None, cursor=found.next)
    return page(
        "investments/capital_calls/show.html",
        call=call,
        shares=[share for _, share in found.items],
        search=search,
        next_url=more if found.next else None,
        line_names=LINE_NAMES,
        writing=get_writing(person, call_id, kind) if call.summary.issued_on else None,
        may_prepare=can(person, Permission.PREPARE_MONEY),
        may_edit=can_edit(person, call.summary.state),
        may_cancel=can_ask_to_cancel(person, call.summary.state),
        to_net=list_open_drafts(person, call.summary.vehicle_id) if call.summary.state is CallState.ISSUED else [],
        history=list_history(person, f"capital_call:{call_id}"),
    )


@blueprint.get("/<uuid:call_id>/export.<kind>")
@requires(Permission.SEE_ALL_PORTFOLIOS)
@fresh_file
def export(call_id: UUID, kind: str) -> Response:
    """Every account's share of a call as a file."""
    call = get_call(actor(), call_id)
    rows = (
        [
            each.account, each.reference, each.due_on, each.currency, each.commitment, each.unfunded_before,
            each.inside, each.outside, each.amount, each.paid, each.open, each.state.value,
        ]
        for _, each in list_call_shares(actor(), call_id, most=None)
    )  # fmt: skip
    return export_rows(kind, f"capital-call-{call.summary.label}", COLUMNS, rows)


@blueprint.get("/shares/<uuid:call_share_id>")
@requires_any(*READERS)
def share(call_share_id: UUID) -> Response:
    """What one account has to pay of a call: how much, by when, where, and how it comes about."""
    person, detail = actor(), get_share_detail(actor(), call_share_id)
    return page(
        "investments/capital_calls/share.html",
        detail=detail,
        share=detail.share,
        line_names=LINE_NAMES,
        receipts=find_receipt_documents(person, detail.share.account_id, [each.receipt_id for each in detail.payments]),
        notices=list_notice_links(person, detail.share.call_id, [detail.share.account_id]),
        is_staff=can(person, Permission.SEE_ALL_PORTFOLIOS),
        may_refund=can(person, Permission.PREPARE_MONEY) and detail.share.state is ShareState.REFUND,
    )


@blueprint.post("/shares/<uuid:call_share_id>/refund")
@requires(Permission.PREPARE_MONEY)
def refund(call_share_id: UUID) -> Redirect:
    """Take note that an account was paid today what a late close gives back to it."""
    record_refund(actor(), call_share_id, value_on=clock.today(), receipt_id=new_id())
    flash("The refund is recorded.", "good")
    return redirect(url_for("capital_calls.share", call_share_id=call_share_id), 303)


@blueprint.post("/<uuid:call_id>/remind")
@requires(Permission.PREPARE_MONEY)
def remind(call_id: UUID) -> Redirect:
    """Write to everybody who has not paid in full."""
    count = remind_of_call(actor(), call_id)
    told = "One person is reminded." if count == 1 else f"{count} people are reminded."
    flash(told if count else "Nobody is left to remind today.", "good" if count else "info")
    return redirect(url_for("capital_calls.show", call_id=call_id), 303)
