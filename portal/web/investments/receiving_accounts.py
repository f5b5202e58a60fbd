"""The bank account that calls of a vehicle are paid to: what is in force, what waits, what was before."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, Response, flash, redirect, url_for
from werkzeug.wrappers import Response as Redirect
from wtforms import RadioField, StringField
from wtforms.validators import Length

from portal.domain.identity.access.policies import can
from portal.domain.identity.access.values import Permission
from portal.domain.investments.capital_calls.queries.receiving import list_receiving_details
from portal.domain.investments.capital_calls.services.receiving import enter_receiving_details
from portal.domain.investments.capital_calls.values.calls import ReceivingState
from portal.domain.investments.notices.values import BankAccount
from portal.domain.investments.vehicles.queries import get_vehicle
from portal.platform.errors import DomainError
from portal.web.toolkit.access import requires
from portal.web.toolkit.forms import Form, choices_of
from portal.web.toolkit.freshness import fresh
from portal.web.toolkit.page import page
from portal.web.toolkit.session import actor

blueprint = Blueprint("receiving_accounts", __name__, url_prefix="/investments/receiving-accounts/<uuid:vehicle_id>")
STATES = {
    ReceivingState.WAITING: ("waits for approval", "info"),
    ReceivingState.IN_FORCE: ("in force", "good"),
    ReceivingState.REPLACED: ("replaced", None),
    ReceivingState.REJECTED: ("rejected", "bad"),
    ReceivingState.WITHDRAWN: ("withdrawn", None),
}


class ReceivingForm(Form):
    """Bank details as they are typed."""

    method = RadioField(
        "Kind of account",
        choices=choices_of({"ach": "In the United States: routing and account number", "iban": "Elsewhere: IBAN"}),
        default="ach",
    )
    holder = StringField("Account holder", [Length(max=140)])
    bank = StringField("Bank", [Length(max=140)])
    routing = StringField("Routing number (ABA)", [Length(max=20)])
    number = StringField("Account number or IBAN", [Length(max=60)])


@blueprint.get("")
@requires(Permission.SEE_ALL_PORTFOLIOS)
def index(vehicle_id: UUID) -> Response:
    """What is in force, what waits, what was before."""
    return page(
        "investments/receiving_accounts/index.html",
        vehicle=get_vehicle(actor(), vehicle_id),
        details=list_receiving_details(actor(), vehicle_id),
        states=STATES,
        may_enter=can(actor(), Permission.PREPARE_MONEY),
    )


@blueprint.get("/new")
@requires(Permission.PREPARE_MONEY)
@fresh
def new(vehicle_id: UUID) -> Response:
    """The empty form."""
    return _form(vehicle_id, ReceivingForm(formdata=None))


@blueprint.post("")
@requires(Permission.PREPARE_MONEY)
@fresh
def create(vehicle_id: UUID) -> Response | Redirect:
    """Enter bank details and ask for their approval, or see the form again with what to mend."""
    form = ReceivingForm()
    if form.validate():
        texts = [form[name].data or "" for name in ("holder", "bank", "number", "routing")]
        try:
            enter_receiving_details(actor(), vehicle_id, given=BankAccount(form.method.data, *texts))
        except DomainError as error:
            form.refuse(error)
        else:
            flash("Entered. They are used once a manager other than you has approved them.", "good")
            return redirect(url_for("receiving_accounts.index", vehicle_id=vehicle_id), 303)
    return _form(vehicle_id, form, 422)


def _form(vehicle_id: UUID, form: ReceivingForm, status: int = 200) -> Response:
    return page("investments/receiving_accounts/new.html", status, vehicle=get_vehicle(actor(), vehicle_id), form=form)
