"""Carry paid back: drafted from what the page of the carry works out, then a distribution as any other."""

from __future__ import annotations

from decimal import Decimal
from uuid import UUID

from flask import Blueprint, Response, redirect, url_for
from werkzeug.wrappers import Response as Redirect
from wtforms import DateField, TextAreaField
from wtforms.validators import InputRequired, Length

from portal.domain.identity.access.values import Permission
from portal.domain.investments.distributions.queries.carries import get_carry
from portal.domain.investments.distributions.queries.distributions import get_distribution
from portal.domain.investments.distributions.services.drafting import change_distribution, create_distribution
from portal.domain.investments.distributions.values.distributions import Distribution, Draft
from portal.domain.investments.distributions.values.plans import Line, Method, Source
from portal.platform import clock
from portal.platform.errors import DomainError, NotFound
from portal.web.toolkit.access import requires
from portal.web.toolkit.amounts import AmountField
from portal.web.toolkit.forms import Form
from portal.web.toolkit.page import page
from portal.web.toolkit.session import actor

blueprint = Blueprint("paybacks", __name__, url_prefix="/investments/paybacks")
PREPARE = Permission.PREPARE_MONEY


class PaybackForm(Form):
    """How much carry is paid back, when, and what everybody reads of it."""

    amount = AmountField("Amount", empty=Decimal(0))
    pay_on = DateField("Payment day", [InputRequired("Say on which day it is paid.")])
    note = TextAreaField("What it is for", [Length(max=1000, message="At most 1,000 characters.")])

    def draft(self, vehicle_id: UUID) -> Draft:
        """What was entered, as the domain takes it."""
        line = Line(Source.CLAWBACK, self.amount.data)
        return Draft(vehicle_id, self.pay_on.data, Method.CLAWBACK, (line,), (self.note.data or "").strip())


@blueprint.get("/vehicles/<uuid:vehicle_id>")
@requires(PREPARE)
def new(vehicle_id: UUID) -> Response:
    """The form with what is owed today."""
    owed = get_carry(actor(), vehicle_id, on=clock.today()).clawback.owed
    form = PaybackForm(formdata=None, data={"amount": owed, "pay_on": clock.today()})
    return _form(form, vehicle_id)


@blueprint.post("/vehicles/<uuid:vehicle_id>")
@requires(PREPARE)
def create(vehicle_id: UUID) -> Response | Redirect:
    """A new draft, or the form again with what to mend."""
    form = PaybackForm()
    if form.validate():
        try:
            found = create_distribution(actor(), form.draft(vehicle_id))
        except DomainError as error:
            form.refuse(error)
        else:
            return redirect(url_for("distributions.show", distribution_id=found), 303)
    return _form(form, vehicle_id, status=422)


@blueprint.get("/<uuid:distribution_id>/edit")
@requires(PREPARE)
def edit(distribution_id: UUID) -> Response:
    """The form with what stands."""
    found = _get_payback(distribution_id)
    given = {"amount": found.entered, "pay_on": found.pay_on, "note": found.note}
    return _form(PaybackForm(formdata=None, data=given), found.vehicle_id, found)


@blueprint.post("/<uuid:distribution_id>")
@requires(PREPARE)
def update(distribution_id: UUID) -> Response | Redirect:
    """Other particulars, or the form again with what to mend."""
    found, form = _get_payback(distribution_id), PaybackForm()
    if form.validate():
        try:
            change_distribution(actor(), distribution_id, form.draft(found.vehicle_id))
        except DomainError as error:
            form.refuse(error)
        else:
            return redirect(url_for("distributions.show", distribution_id=distribution_id), 303)
    return _form(form, found.vehicle_id, found, status=422)


def _get_payback(distribution_id: UUID) -> Distribution:
    found = get_distribution(actor(), distribution_id)
    if found.method is not Method.CLAWBACK:
        raise NotFound
    return found


def _form(form: PaybackForm, vehicle_id: UUID, found: Distribution | None = None, *, status: int = 200) -> Response:
    carry = get_carry(actor(), vehicle_id, on=clock.today())
    return page(
        "investments/paybacks/form.html", status, form=form, carry=carry, distribution=found, today=clock.today()
    )
