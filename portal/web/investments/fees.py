"""Management fees: a period's fee with each account's part, approved, posted; for those who bear it to read."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from uuid import UUID

from flask import Blueprint, Response, flash, redirect, request, url_for
from werkzeug.wrappers import Response as Redirect
from wtforms import DateField, RadioField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length

from portal.domain.identity.access.policies import can
from portal.domain.identity.access.values import Permission
from portal.domain.identity.record.queries import list_history
from portal.domain.investments.fees.queries import get_fee_charge, list_fee_charges, list_fee_shares
from portal.domain.investments.fees.services import discard_fee, prepare_fee, propose_fee, propose_fee_undoing
from portal.domain.investments.fees.values import FeeState, NewFeeCharge, PaidFrom
from portal.domain.investments.vehicles.values import DayCount, FeeBasis
from portal.platform.errors import DomainError
from portal.platform.ids import name_key
from portal.platform.pagination import Page, decode_cursor
from portal.web.investments.account_lines import read_account_lines
from portal.web.toolkit.access import requires, requires_any
from portal.web.toolkit.amounts import AmountField
from portal.web.toolkit.forms import Form, choices_of
from portal.web.toolkit.page import page
from portal.web.toolkit.session import actor
from portal.web.toolkit.vehicle_field import VehicleField

blueprint = Blueprint("fees", __name__, url_prefix="/investments/fees")
READERS = (Permission.SEE_OWN_PORTFOLIO, Permission.SEE_ALL_PORTFOLIOS)
MOST = 50
SOURCES = {
    PaidFrom.CAPITAL: "What the vehicle has",
    PaidFrom.CALL: "The next capital call, as a line of fees",
}
BASES = {FeeBasis.COMMITMENT: "commitment", FeeBasis.INVESTED: "invested capital"}
DAY_COUNTS = {DayCount.ACTUAL_365: "actual/365", DayCount.THIRTY_360: "30/360"}
STATES = {
    FeeState.DRAFT: ("draft", "neutral"),
    FeeState.WAITING: ("waits for approval", "info"),
    FeeState.POSTED: ("posted", "good"),
    FeeState.UNDONE: ("taken back", "warn"),
    FeeState.DISCARDED: ("thrown away", "neutral"),
}


class FeeForm(Form):
    """A fee as it is typed; rate, basis and day count are the vehicle's terms."""

    vehicle = VehicleField()
    starts_on = DateField("First day", [InputRequired("Choose the first day.")])
    ends_on = DateField("Last day", [InputRequired("Choose the last day.")])
    measured_on = DateField("Measured on", [InputRequired("Choose the day.")])
    paid_from = RadioField("Paid from", choices=choices_of(SOURCES), default=PaidFrom.CAPITAL.value)
    offsets = AmountField("Offsets", empty=Decimal(0))
    rebates = TextAreaField("Rebates", [Length(max=1_000_000)])

    def entered(self) -> NewFeeCharge:
        """What was typed, as the domain takes it."""
        return NewFeeCharge(
            UUID(self.vehicle.data),
            self.starts_on.data,
            self.ends_on.data,
            self.measured_on.data,
            PaidFrom(self.paid_from.data),
            self.offsets.data,
            read_account_lines(self.rebates.data or "", "rebates"),
        )


class ReasonForm(Form):
    """Why something is taken back."""

    reason = StringField("Reason", [Length(max=500, message="At most 500 letters.")])


@blueprint.get("")
@requires_any(*READERS)
def index() -> Response:
    """Fees, the latest period first."""
    place = decode_cursor(request.args["cursor"], date, UUID) if "cursor" in request.args else None
    rows = list_fee_charges(actor(), before=None if place is None else (place[0], place[1]), most=MOST + 1)
    found = Page(rows, MOST, lambda each: (each.ends_on.isoformat(), each.id))
    next_url = url_for("fees.index", cursor=found.next) if found.next else None
    return page(
        "investments/fees/index.html",
        charges=found.items,
        states=STATES,
        next_url=next_url,
        may_prepare=can(actor(), Permission.PREPARE_MONEY),
    )


@blueprint.get("/new")
@requires(Permission.PREPARE_MONEY)
def new() -> Response:
    """The form."""
    return page("investments/fees/new.html", form=_offer(FeeForm(formdata=None)))


@blueprint.post("")
@requires(Permission.PREPARE_MONEY)
def create() -> Response | Redirect:
    """A draft to look through, or the form again with what to mend."""
    form = _offer(FeeForm())
    if form.validate():
        try:
            charge_id = prepare_fee(actor(), form.entered())
        except DomainError as error:
            form.refuse(error)
        else:
            return redirect(url_for("fees.show", charge_id=charge_id), 303)
    return page("investments/fees/new.html", 422, form=form)


def _offer(form: FeeForm) -> FeeForm:
    form.vehicle.offer(actor())
    return form


@blueprint.get("/<uuid:charge_id>")
@requires_any(*READERS)
def show(charge_id: UUID) -> Response:
    """A fee with its arithmetic and each part the reader may see."""
    charge, person = get_fee_charge(actor(), charge_id), actor()
    is_staff = can(person, Permission.SEE_ALL_PORTFOLIOS)
    (after,) = decode_cursor(request.args["cursor"], str) if "cursor" in request.args else ("",)
    rows = list_fee_shares(person, charge_id, after=after, most=MOST + 1)
    found = Page(rows, MOST, lambda each: (name_key(each.account),))
    more = url_for("fees.show", charge_id=charge_id, cursor=found.next)
    return page(
        "investments/fees/show.html",
        charge=charge,
        lines=found.items,
        next_url=more if found.next else None,
        sources=SOURCES,
        bases=BASES,
        day_counts=DAY_COUNTS,
        states=STATES,
        may_prepare=can(person, Permission.PREPARE_MONEY),
        is_staff=is_staff,
        history=list_history(person, f"fee_charge:{charge_id}") if is_staff else (),
    )


@blueprint.post("/<uuid:charge_id>/propose")
@requires(Permission.PREPARE_MONEY)
def propose(charge_id: UUID) -> Redirect:
    """Ask somebody else to approve it."""
    propose_fee(actor(), charge_id, reason="")
    flash("Another manager decides it now; nothing is posted before.", "good")
    return redirect(url_for("fees.show", charge_id=charge_id), 303)


@blueprint.post("/<uuid:charge_id>/discard")
@requires(Permission.PREPARE_MONEY)
def discard(charge_id: UUID) -> Redirect:
    """Throw a draft away."""
    discard_fee(actor(), charge_id)
    flash("The draft is thrown away. Nobody but the firm saw it.", "good")
    return redirect(url_for("fees.index"), 303)


@blueprint.get("/<uuid:charge_id>/undo")
@requires(Permission.PREPARE_MONEY)
def confirm_undo(charge_id: UUID) -> Response:
    """What taking it back means, and why it is done."""
    charge = get_fee_charge(actor(), charge_id)
    return page("investments/fees/undo.html", charge=charge, form=ReasonForm(formdata=None))


@blueprint.post("/<uuid:charge_id>/undo")
@requires(Permission.PREPARE_MONEY)
def undo(charge_id: UUID) -> Response | Redirect:
    """Ask somebody else to let it be taken back."""
    form, charge = ReasonForm(), get_fee_charge(actor(), charge_id)
    if form.validate():
        try:
            propose_fee_undoing(actor(), charge_id, reason=form.reason.data or "")
        except DomainError as error:
            form.refuse(error)
        else:
            flash("Another manager decides it now; the fee stands until then.", "good")
            return redirect(url_for("fees.show", charge_id=charge_id), 303)
    return page("investments/fees/undo.html", 422, charge=charge, form=form)
