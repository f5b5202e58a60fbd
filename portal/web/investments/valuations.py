"""Valuations: what a vehicle was worth, prepared, looked through, approved, posted; for its holders to read."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from uuid import UUID

from flask import Blueprint, Response, flash, redirect, request, url_for
from werkzeug.wrappers import Response as Redirect
from wtforms import DateField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length

from portal.domain.identity.access.policies import can
from portal.domain.identity.access.values import Permission
from portal.domain.identity.record.queries import list_history
from portal.domain.investments.valuations.queries import get_valuation, list_named_shares, list_valuations
from portal.domain.investments.valuations.services import (
    discard_valuation,
    prepare_valuation,
    propose_undoing,
    propose_valuation,
)
from portal.domain.investments.valuations.values import COMPONENTS, Basis, NewValuation, ValuationState
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

blueprint = Blueprint("valuations", __name__, url_prefix="/investments/valuations")
READERS = (Permission.SEE_OWN_PORTFOLIO, Permission.SEE_ALL_PORTFOLIOS)
MOST = 50
BASES = {
    Basis.CAPITAL: "Capital, each account’s NAV rolled forward",
    Basis.COMMITMENT: "Commitment",
    Basis.UNITS: "Units or percentages of each account",
}
STATES = {
    ValuationState.DRAFT: ("draft", "neutral"),
    ValuationState.WAITING: ("waits for approval", "info"),
    ValuationState.POSTED: ("posted", "good"),
    ValuationState.REPLACED: ("replaced by a later version", "neutral"),
    ValuationState.UNDONE: ("taken back", "warn"),
    ValuationState.DISCARDED: ("thrown away", "neutral"),
}


class ValuationForm(Form):
    """A value as it is typed."""

    vehicle = VehicleField()
    valued_on = DateField("Valued on", [InputRequired("Choose the day the value is of.")])
    investments = AmountField(COMPONENTS["investments"][0], empty=Decimal(0))
    cash = AmountField(COMPONENTS["cash"][0], empty=Decimal(0))
    receivables = AmountField(COMPONENTS["receivables"][0], empty=Decimal(0))
    payables = AmountField(COMPONENTS["payables"][0], empty=Decimal(0))
    accrued_fees = AmountField(COMPONENTS["accrued_fees"][0], empty=Decimal(0))
    accrued_carry = AmountField(COMPONENTS["accrued_carry"][0], empty=Decimal(0))
    basis = SelectField("Shared out by", choices=choices_of(BASES))
    units = TextAreaField("Units of each account", [Length(max=1_000_000)])
    reason = StringField("Source and reason", [Length(max=500, message="At most 500 letters.")])

    def entered(self) -> NewValuation:
        """What was typed, as the domain takes it; parts of nothing are left out."""
        parts = {name: self[name].data for name in COMPONENTS}
        return NewValuation(
            UUID(self.vehicle.data),
            self.valued_on.data,
            {name: amount for name, amount in parts.items() if amount},
            Basis(self.basis.data),
            read_account_lines(self.units.data or "", "units") if self.basis.data == Basis.UNITS.value else {},
            self.reason.data or "",
        )


class ReasonForm(Form):
    """Why something is taken back."""

    reason = StringField("Reason", [Length(max=500, message="At most 500 letters.")])


@blueprint.get("")
@requires_any(*READERS)
def index() -> Response:
    """Valuations, the latest day first."""
    place = decode_cursor(request.args["cursor"], date, UUID) if "cursor" in request.args else None
    rows = list_valuations(actor(), before=None if place is None else (place[0], place[1]), most=MOST + 1)
    found = Page(rows, MOST, lambda each: (each.valued_on.isoformat(), each.id))
    next_url = url_for("valuations.index", cursor=found.next) if found.next else None
    return page(
        "investments/valuations/index.html",
        valuations=found.items,
        states=STATES,
        next_url=next_url,
        may_prepare=can(actor(), Permission.PREPARE_MONEY),
    )


@blueprint.get("/new")
@requires(Permission.PREPARE_MONEY)
def new() -> Response:
    """The form."""
    form = _offer(ValuationForm(formdata=None, data={"vehicle": request.args.get("vehicle")}))
    return page("investments/valuations/new.html", form=form, components=COMPONENTS)


@blueprint.post("")
@requires(Permission.PREPARE_MONEY)
def create() -> Response | Redirect:
    """A draft to look through, or the form again with what to mend."""
    form = _offer(ValuationForm())
    if form.validate():
        try:
            valuation_id = prepare_valuation(actor(), form.entered())
        except DomainError as error:
            form.refuse(error)
        else:
            return redirect(url_for("valuations.show", valuation_id=valuation_id), 303)
    return page("investments/valuations/new.html", 422, form=form, components=COMPONENTS)


def _offer(form: ValuationForm) -> ValuationForm:
    form.vehicle.offer(actor())
    return form


@blueprint.get("/<uuid:valuation_id>")
@requires_any(*READERS)
def show(valuation_id: UUID) -> Response:
    """A value with what it is made of and each part the reader may see, with how it came about."""
    valuation, person = get_valuation(actor(), valuation_id), actor()
    (after,) = decode_cursor(request.args["cursor"], str) if "cursor" in request.args else ("",)
    rows = list_named_shares(person, valuation_id, after=after, most=MOST + 1)
    found = Page(rows, MOST, lambda each: (name_key(each.account),))
    more = url_for("valuations.show", valuation_id=valuation_id, cursor=found.next)
    return page(
        "investments/valuations/show.html",
        valuation=valuation,
        shares=found.items,
        next_url=more if found.next else None,
        components=COMPONENTS,
        bases=BASES,
        states=STATES,
        may_prepare=can(person, Permission.PREPARE_MONEY),
        history=list_history(person, f"valuation:{valuation_id}") if can(person, Permission.SEE_ALL_PORTFOLIOS) else (),
    )


@blueprint.post("/<uuid:valuation_id>/propose")
@requires(Permission.PREPARE_MONEY)
def propose(valuation_id: UUID) -> Redirect:
    """Ask somebody else to approve it."""
    propose_valuation(actor(), valuation_id)
    flash("Another manager decides it now; nothing is posted before.", "good")
    return redirect(url_for("valuations.show", valuation_id=valuation_id), 303)


@blueprint.post("/<uuid:valuation_id>/discard")
@requires(Permission.PREPARE_MONEY)
def discard(valuation_id: UUID) -> Redirect:
    """Throw a draft away."""
    discard_valuation(actor(), valuation_id)
    flash("The draft is thrown away. Nobody but the firm saw it.", "good")
    return redirect(url_for("valuations.index"), 303)


@blueprint.get("/<uuid:valuation_id>/undo")
@requires(Permission.PREPARE_MONEY)
def confirm_undo(valuation_id: UUID) -> Response:
    """What taking it back means, and why it is done."""
    valuation = get_valuation(actor(), valuation_id)
    return page("investments/valuations/undo.html", valuation=valuation, form=ReasonForm(formdata=None))


@blueprint.post("/<uuid:valuation_id>/undo")
@requires(Permission.PREPARE_MONEY)
def undo(valuation_id: UUID) -> Response | Redirect:
    """Ask somebody else to let it be taken back."""
    form, valuation = ReasonForm(), get_valuation(actor(), valuation_id)
    if form.validate():
        try:
            propose_undoing(actor(), valuation_id, reason=form.reason.data or "")
        except DomainError as error:
            form.refuse(error)
        else:
            flash("Another manager decides it now; the valuation stands until then.", "good")
            return redirect(url_for("valuations.show", valuation_id=valuation_id), 303)
    return page("investments/valuations/undo.html", 422, valuation=valuation, form=form)
