"""Receipts: what payments were taken to be for, how they were booked, what is left of them."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from flask import Blueprint, Response, flash, redirect, request, url_for
from werkzeug.wrappers import Response as Redirect
from wtforms import StringField
from wtforms.validators import Length

from portal.domain.identity.access.policies import can
from portal.domain.identity.access.values import Permission
from portal.domain.identity.record.queries import list_history
from portal.domain.investments.capital_calls.queries.shares import list_dues
from portal.domain.investments.payments.policies import can_prepare, can_take_back
from portal.domain.investments.payments.queries.late_interests import list_of_receipt
from portal.domain.investments.payments.queries.receipts import find_open_request, get_receipt, list_receipts
from portal.domain.investments.payments.services.booking import (
    refund_excess,
    request_refund_undoing,
    undo_posted_receipt,
    use_excess,
)
from portal.domain.investments.payments.values.receipts import ExcessState, Receipt, ReceiptState
from portal.platform.errors import DomainError, Invalid
from portal.platform.pagination import Page, decode_cursor
from portal.web.investments.payment_words import EXCESS_STATES, REASONS, RECEIPT_STATES
from portal.web.toolkit.access import requires
from portal.web.toolkit.forms import Form
from portal.web.toolkit.freshness import fresh
from portal.web.toolkit.page import page
from portal.web.toolkit.places import read_id
from portal.web.toolkit.session import actor

blueprint = Blueprint("payment_receipts", __name__, url_prefix="/investments/payment-receipts")
MOST = 50


class UndoForm(Form):
    """Why a receipt is taken back."""

    reason = StringField("Why it is taken back", [Length(max=500)])


class RefundForm(Form):
    """Why a refund was none."""

    reason = StringField("Why the refund is taken back", [Length(max=500)])


@blueprint.get("")
@requires(Permission.SEE_ALL_PORTFOLIOS)
def index() -> Response:
    """All receipts, the newest first, or those with something left to settle."""
    excess = request.args.get("show") == "excess"
    place = decode_cursor(request.args["cursor"], datetime, UUID) if "cursor" in request.args else None
    before = None if place is None else (place[0], place[1])
    rows = list_receipts(actor(), excess_only=excess, before=before, most=MOST + 1)
    found = Page(rows, MOST, lambda each: (each.made_at.isoformat(), each.id))
    shown = "excess" if excess else None
    tabs = [
        ("All", url_for("payment_receipts.index"), not excess),
        ("Paid too much", url_for("payment_receipts.index", show="excess"), excess),
    ]
    return page(
        "investments/payment_receipts/index.html",
        receipts=found.items,
        tabs=tabs,
        states=RECEIPT_STATES,
        excess_states=EXCESS_STATES,
        next_url=url_for("payment_receipts.index", show=shown, cursor=found.next) if found.next else None,
    )


@blueprint.get("/<uuid:receipt_id>")
@requires(Permission.SEE_ALL_PORTFOLIOS)
def show(receipt_id: UUID) -> Response:
    """A receipt with its parts, the interest asked for because of it, and what is left."""
    return _show(get_receipt(actor(), receipt_id), UndoForm(formdata=None))


@blueprint.post("/<uuid:receipt_id>/undo")
@requires(Permission.APPROVE_MONEY)
@fresh
def undo(receipt_id: UUID) -> Response | Redirect:
    """Take a booked receipt back."""
    form = UndoForm()
    try:
        if not form.validate():
            raise Invalid
        undo_posted_receipt(actor(), receipt_id, reason=form.reason.data or "")
    except DomainError as error:
        receipt = get_receipt(actor(), receipt_id)
        form.refuse(error)
        return _show(receipt, form, 422)
    flash("The receipt is taken back by reversal. The payment is to be matched again.", "good")
    return redirect(url_for("payment_receipts.show", receipt_id=receipt_id), 303)


@blueprint.post("/<uuid:receipt_id>/refund")
@requires(Permission.APPROVE_MONEY)
@fresh
def refund(receipt_id: UUID) -> Redirect:
    """Note that what was paid too much was paid back."""
    refund_excess(actor(), receipt_id)
    flash("Noted as refunded.", "good")
    return redirect(url_for("payment_receipts.show", receipt_id=receipt_id), 303)


@blueprint.post("/<uuid:receipt_id>/undo-refund")
@requires(Permission.PREPARE_MONEY)
def unrefund(receipt_id: UUID) -> Response | Redirect:
    """Ask somebody else to take the note of a refund back."""
    form = RefundForm()
    try:
        if not form.validate():
            raise Invalid
        approval_id = request_refund_undoing(actor(), receipt_id, reason=form.reason.data or "")
    except DomainError as error:
        receipt = get_receipt(actor(), receipt_id)
        form.refuse(error)
        return _show(receipt, UndoForm(formdata=None), 422, refund=form)
    flash("Somebody else who approves money is asked.", "good")
    return redirect(url_for("approvals.show", approval_id=approval_id), 303)


@blueprint.post("/<uuid:receipt_id>/use")
@requires(Permission.APPROVE_MONEY)
@fresh
def use(receipt_id: UUID) -> Redirect:
    """Take what was paid too much as payment of a call."""
    due_id = read_id(request.form, "due")
    if due_id is None:
        raise Invalid("Choose the call that it pays.")
    use_excess(actor(), receipt_id, due_id)
    flash("It is booked as payment of the call, as of today.", "good")
    return redirect(url_for("payment_receipts.show", receipt_id=receipt_id), 303)


def _show(receipt: Receipt, form: UndoForm, status: int = 200, *, refund: RefundForm | None = None) -> Response:
    person = actor()
    unsettled = receipt.state is ReceiptState.POSTED and receipt.excess_state is ExcessState.OPEN
    may_settle = unsettled and can(person, Permission.APPROVE_MONEY)
    dues = list_dues(person, account_id=receipt.excess_account_id) if may_settle else []
    return page(
        "investments/payment_receipts/show.html",
        status,
        receipt=receipt,
        lates=list_of_receipt(person, receipt.id),
        request_id=find_open_request(person, receipt.id),
        dues=[due for due in dues if due.open >= receipt.excess],
        may_settle=may_settle,
        may_undo=can_take_back(person, receipt) and receipt.excess_state is not ExcessState.REFUNDED,
        form=form,
        may_unrefund=_may_unrefund(receipt),
        refunding=refund or RefundForm(formdata=None),
        states=RECEIPT_STATES,
        excess_states=EXCESS_STATES,
        reasons=REASONS,
        history=list_history(person, f"receipt:{receipt.id}"),
    )


def _may_unrefund(receipt: Receipt) -> bool:
    refunded = receipt.state is ReceiptState.POSTED and receipt.excess_state is ExcessState.REFUNDED
    return refunded and can_prepare(actor()) and find_open_request(actor(), receipt.id) is None
