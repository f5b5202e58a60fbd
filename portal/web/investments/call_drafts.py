"""Calls written, looked at before they are done, sent for approval, taken back, cancelled."""

from __future__ import annotations

from typing import TypeVar
from uuid import UUID

from flask import Blueprint, Response, flash, redirect, request, url_for
from werkzeug.wrappers import Response as Redirect

from portal.domain.identity.access.values import Permission
from portal.domain.investments.capital_calls.queries.calls import get_call, get_call_preview
from portal.domain.investments.capital_calls.queries.ground import list_participants
from portal.domain.investments.capital_calls.services.drafting import (
    change_call,
    create_call,
    discard_call,
    reopen_call,
    request_call_approval,
)
from portal.domain.investments.capital_calls.services.issuing import request_cancellation
from portal.domain.investments.capital_calls.services.late_closing import create_late_close
from portal.domain.investments.capital_calls.values.calls import Call, CallState, LateClose
from portal.domain.investments.distributions.queries.nettings import list_open_drafts
from portal.domain.investments.fees.queries import list_fees_to_call
from portal.domain.investments.fees.values import FeeCharge
from portal.domain.people.investor_accounts.queries import find_account_names
from portal.platform import clock
from portal.platform.errors import Conflict, DomainError, Invalid
from portal.web.investments.call_forms import ROWS, CallForm, LateForm, given_of
from portal.web.toolkit.access import requires
from portal.web.toolkit.page import page
from portal.web.toolkit.session import actor

blueprint = Blueprint("call_drafts", __name__, url_prefix="/investments/call-drafts")
F = TypeVar("F", CallForm, LateForm)
SHOWN = 200  # accounts of a preview on one page; all of them are in the file


@blueprint.get("/new")
@requires(Permission.PREPARE_MONEY)
def new() -> Response:
    """The empty form, or that of a cancelled call that is to be corrected."""
    source = request.args.get("call", type=UUID)
    given = {"vehicle": request.args.get("vehicle")} if source is None else _given(get_call(actor(), source))
    return _form(_offer_fees(_offer(CallForm(formdata=None, data=given))), replaces=source)


@blueprint.post("")
@requires(Permission.PREPARE_MONEY)
def create() -> Response | Redirect:
    """Write a call, or see the form again with what to mend."""
    form, replaces = _offer_fees(_offer(CallForm())), request.args.get("call", type=UUID)
    if replaces is not None:
        get_call(actor(), replaces)
    if form.validate():
        try:
            vehicle_id = UUID(form.vehicle.data)
            participants, charges = list_participants(actor(), vehicle_id), list_fees_to_call(actor())
            call_id = create_call(actor(), form.draft(vehicle_id, participants, charges, replaces))
        except DomainError as error:
            form.refuse(error)
        else:
            return redirect(url_for("call_drafts.preview", call_id=call_id), 303)
    return _form(form, 422, replaces=replaces)


@blueprint.get("/late")
@requires(Permission.PREPARE_MONEY)
def new_late() -> Response:
    """The empty form of a late close."""
    given = {"vehicle": request.args.get("vehicle"), "admitted_on": clock.today()}
    return page("investments/call_drafts/late.html", form=_offer(LateForm(formdata=None, data=given)))


@blueprint.post("/late")
@requires(Permission.PREPARE_MONEY)
def create_late() -> Response | Redirect:
    """Write a late close, or see the form again with what to mend."""
    form = _offer(LateForm())
    if form.validate():
        given = LateClose(UUID(form.vehicle.data), form.due_on.data, form.admitted_on.data, form.purpose.data or "")
        try:
            call_id = create_late_close(actor(), given)
        except DomainError as error:
            form.refuse(error)
        else:
            return redirect(url_for("call_drafts.preview", call_id=call_id), 303)
    return page("investments/call_drafts/late.html", 422, form=form)


@blueprint.get("/<uuid:call_id>/edit")
@requires(Permission.PREPARE_MONEY)
def edit(call_id: UUID) -> Response:
    """The form with what the call says."""
    call = get_call(actor(), call_id)
    return _form(_offer_fees(_offer(CallForm(formdata=None, data=_given(call))), call), call=call)


@blueprint.post("/<uuid:call_id>/edit")
@requires(Permission.PREPARE_MONEY)
def update(call_id: UUID) -> Response | Redirect:
    """Change a draft, or see the form again with what to mend."""
    call = get_call(actor(), call_id)
    form, vehicle_id = _offer_fees(_offer(CallForm()), call), call.summary.vehicle_id
    if form.validate():
        try:
            participants, charges = list_participants(actor(), vehicle_id), _fees_of(call)
            change_call(actor(), call_id, form.draft(vehicle_id, participants, charges, call.replaces))
        except DomainError as error:
            form.refuse(error)
        else:
            return redirect(url_for("call_drafts.preview", call_id=call_id), 303)
    return _form(form, 422, call=call)


@blueprint.get("/<uuid:call_id>/preview")
@requires(Permission.SEE_ALL_PORTFOLIOS)
def preview(call_id: UUID) -> Response:
    """What the call does to each account, before anybody is asked to approve it."""
    return _preview(call_id)


@blueprint.post("/<uuid:call_id>/ask")
@requires(Permission.PREPARE_MONEY)
def ask(call_id: UUID) -> Response | Redirect:
    """Ask for the call to be issued as it was previewed."""
    try:
        approval_id = request_call_approval(actor(), call_id, digest=request.form.get("digest", ""))
    except DomainError as error:
        return _preview(call_id, 422, problem=error.message)
    flash("Sent for approval. A manager who neither wrote nor sent it decides.", "good")
    return redirect(url_for("approvals.show", approval_id=approval_id), 303)


@blueprint.post("/<uuid:call_id>/reopen")
@requires(Permission.PREPARE_MONEY)
def reopen(call_id: UUID) -> Redirect:
    """Take a call that waits back to a draft."""
    reopen_call(actor(), call_id)
    flash("The call is a draft again; its request for approval is withdrawn.", "good")
    return redirect(url_for("call_drafts.preview", call_id=call_id), 303)


@blueprint.post("/<uuid:call_id>/discard")
@requires(Permission.PREPARE_MONEY)
def discard(call_id: UUID) -> Redirect:
    """Give a draft up."""
    discard_call(actor(), call_id)
    flash("The draft is given up. Nobody outside the firm saw it.", "good")
    return redirect(url_for("capital_calls.index"), 303)


@blueprint.get("/<uuid:call_id>/cancel")
@requires(Permission.PREPARE_MONEY)
def confirm_cancel(call_id: UUID) -> Response:
    """What cancelling an issued call means."""
    return page("investments/call_drafts/cancel.html", call=get_call(actor(), call_id), problem="", reason="")


@blueprint.post("/<uuid:call_id>/cancel")
@requires(Permission.PREPARE_MONEY)
def cancel(call_id: UUID) -> Response | Redirect:
    """Ask for an issued call to be cancelled."""
    reason = request.form.get("reason", "")
    try:
        approval_id = request_cancellation(actor(), call_id, reason=reason)
    except DomainError as error:
        problem = error.fields.get("reason", error.message)
        call = get_call(actor(), call_id)
        return page("investments/call_drafts/cancel.html", 422, call=call, problem=problem, reason=reason)
    flash("Sent for approval. Nothing changes before a manager has approved it.", "good")
    return redirect(url_for("approvals.show", approval_id=approval_id), 303)


def _given(call: Call) -> dict[str, object]:
    if call.admitted_on is not None:
        raise Conflict("A late close is not changed or copied: give it up, and write it anew.")
    return given_of(call, find_account_names(actor(), list(call.excused)), _fees_of(call))


def _fees_of(call: Call) -> list[FeeCharge]:
    return list_fees_to_call(actor(), call.summary.vehicle_id, call_id=call.summary.id)


def _offer_fees(form: CallForm, call: Call | None = None) -> CallForm:
    """Fees that wait for a call: of any vehicle as long as it is still to be chosen."""
    form.offer_fees(list_fees_to_call(actor()) if call is None else _fees_of(call), named=call is None)
    return form


def _offer(form: F) -> F:
    form.vehicle.offer(actor())
    return form


def _form(form: CallForm, status: int = 200, *, call: Call | None = None, replaces: UUID | None = None) -> Response:
    action = (
        url_for("call_drafts.create", call=replaces)
        if call is None
        else url_for("call_drafts.update", call_id=call.summary.id)
    )
    return page("investments/call_drafts/form.html", status, form=form, call=call, action=action, rows=ROWS)


def _preview(call_id: UUID, status: int = 200, *, problem: str = "") -> Response:
    found = get_call_preview(actor(), call_id)
    if found.call.summary.state not in (CallState.DRAFT, CallState.WAITING):
        raise Invalid("This call was issued or given up; there is nothing to preview.")
    to_net = list_open_drafts(actor(), found.call.summary.vehicle_id)
    return page(
        "investments/call_drafts/preview.html", status, preview=found, shown=SHOWN, problem=problem, to_net=to_net
    )
