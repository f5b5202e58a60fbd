"""Where an account is paid: what is in force, what waits and until when, what was before."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, Response, flash, redirect, url_for
from werkzeug.wrappers import Response as Redirect
from wtforms import RadioField, StringField
from wtforms.validators import Length

from portal.domain.identity.access.values import Permission
from portal.domain.people.payment_instructions.policies import can_enter_instruction
from portal.domain.people.payment_instructions.queries import get_paid_account, list_payment_instructions
from portal.domain.people.payment_instructions.services import (
    enter_payment_instruction,
    withdraw_payment_instruction,
)
from portal.domain.people.payment_instructions.values import BankDetails, InstructionState, Method
from portal.platform.errors import DomainError
from portal.web.toolkit.access import requires_any
from portal.web.toolkit.forms import Form, choices_of
from portal.web.toolkit.freshness import fresh
from portal.web.toolkit.page import page
from portal.web.toolkit.session import actor

blueprint = Blueprint("payment_instructions", __name__, url_prefix="/people/payment-instructions/<uuid:account_id>")
READERS = (Permission.SEE_OWN_PORTFOLIO, Permission.SEE_ALL_PORTFOLIOS)
WRITERS = (Permission.SEE_OWN_PORTFOLIO, Permission.EDIT_ACCOUNTS)
METHODS = {Method.ACH: "In the United States: routing and account number", Method.IBAN: "Elsewhere: IBAN"}
S = InstructionState
STATES = {
    S.WAITING: ("waits for approval", "info"),
    S.APPROVED: ("approved, on hold", "info"),
    S.IN_FORCE: ("in force", "good"),
    S.REPLACED: ("replaced", None),
    S.REJECTED: ("rejected", "bad"),
    S.WITHDRAWN: ("withdrawn", None),
}
STEPS = {**{state: label for state, (label, _) in STATES.items()}, S.WAITING: "entered", S.APPROVED: "approved"}


class InstructionForm(Form):
    """Bank details as they are typed."""

    method = RadioField("Kind of account", choices=choices_of(METHODS), default=Method.ACH.value)
    holder = StringField("Account holder", [Length(max=140)])
    bank = StringField("Bank", [Length(max=140)])
    routing = StringField("Routing number (ABA)", [Length(max=20)])
    number = StringField("Account number or IBAN", [Length(max=60)])


@blueprint.get("")
@requires_any(*READERS)
def index(account_id: UUID) -> Response:
    """What is in force, what waits, and what was before."""
    account, found = get_paid_account(actor(), account_id), list_payment_instructions(actor(), account_id)
    return page(
        "people/payment_instructions/index.html",
        account=account,
        in_force=next((each for each in found if each.state is S.IN_FORCE), None),
        pending=next((each for each in found if each.is_pending), None),
        instructions=found,
        states=STATES,
        steps=STEPS,
        may_enter=can_enter_instruction(actor()),
        is_staff=actor().is_staff,
    )


@blueprint.get("/new")
@requires_any(*WRITERS)
@fresh
def new(account_id: UUID) -> Response:
    """The empty form."""
    return _show(account_id, InstructionForm(formdata=None))


@blueprint.post("")
@requires_any(*WRITERS)
@fresh
def create(account_id: UUID) -> Response | Redirect:
    """Enter bank details, or see the form again with what to mend."""
    form = InstructionForm()
    if form.validate():
        given = BankDetails(
            Method(form.method.data), form.holder.data or "", form.bank.data or "", form.number.data or "",
            form.routing.data or "",
        )  # fmt: skip
        try:
            enter_payment_instruction(actor(), account_id, given=given)
        except DomainError as error:
            form.refuse(error)
        else:
            flash("Entered. Everybody who acts for the account is told by mail.", "good")
            return redirect(url_for("payment_instructions.index", account_id=account_id), 303)
    return _show(account_id, form, 422)


@blueprint.post("/<uuid:instruction_id>/withdraw")
@requires_any(*WRITERS)
def withdraw(account_id: UUID, instruction_id: UUID) -> Redirect:
    """Take back bank details that are not in force yet."""
    withdraw_payment_instruction(actor(), account_id, instruction_id, reason="")
    flash("The new bank details are withdrawn; those in force stay as they are.", "good")
    return redirect(url_for("payment_instructions.index", account_id=account_id), 303)


def _show(account_id: UUID, form: InstructionForm, status: int = 200) -> Response:
    account = get_paid_account(actor(), account_id)
    return page("people/payment_instructions/new.html", status, account=account, form=form, is_staff=actor().is_staff)
