"""From which bank account a vehicle pays."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, Response, flash, redirect, url_for
from werkzeug.wrappers import Response as Redirect
from wtforms import StringField, TextAreaField
from wtforms.validators import Length

from portal.domain.identity.access.values import Permission
from portal.domain.identity.approvals.queries import find_open_approval
from portal.domain.identity.approvals.values import ORIGIN_CHANGE
from portal.domain.investments.payments.queries.payouts import find_origin
from portal.domain.investments.payments.services.payouts import request_origin
from portal.domain.investments.payments.values.payouts import Origin
from portal.domain.investments.vehicles.queries import get_vehicle
from portal.domain.investments.vehicles.values import Vehicle
from portal.platform.errors import DomainError
from portal.web.toolkit.access import requires
from portal.web.toolkit.forms import Form
from portal.web.toolkit.freshness import fresh
from portal.web.toolkit.page import page
from portal.web.toolkit.session import actor

blueprint = Blueprint("payment_origins", __name__, url_prefix="/investments/payment-origins")
FIELDS = ("name", "bank", "routing", "company_id", "iban", "bic")


class OriginForm(Form):
    """The firm's own bank data."""

    name = StringField("Account holder", [Length(max=70)])
    bank = StringField("Bank", [Length(max=70)])
    routing = StringField("Routing number (ABA)", [Length(max=9)])
    company_id = StringField("Company identification", [Length(max=10)])
    iban = StringField("IBAN", [Length(max=42)])
    bic = StringField("BIC", [Length(max=11)])
    reason = TextAreaField("Why", [Length(max=500)])


@blueprint.get("/<uuid:vehicle_id>")
@requires(Permission.PREPARE_MONEY)
@fresh
def show(vehicle_id: UUID) -> Response:
    """The form with what is set."""
    vehicle, origin = get_vehicle(actor(), vehicle_id), find_origin(actor(), vehicle_id)
    given = {name: getattr(origin, name) for name in FIELDS} if origin else {"name": vehicle.name}
    return _form(vehicle, OriginForm(formdata=None, data=given))


@blueprint.post("/<uuid:vehicle_id>")
@requires(Permission.PREPARE_MONEY)
@fresh
def change(vehicle_id: UUID) -> Response | Redirect:
    """Ask for them, or see the form again with what to mend."""
    vehicle, form = get_vehicle(actor(), vehicle_id), OriginForm()
    if form.validate():
        name, bank, *codes = ((getattr(form, each).data or "").strip() for each in FIELDS)
        origin = Origin(name, bank, *("".join(code.split()).upper() for code in codes))
        try:
            request_origin(actor(), vehicle_id, origin, reason=form.reason.data or "")
        except DomainError as error:
            form.refuse(error)
        else:
            flash("Asked for. Files are made from it once a manager other than you has approved it.", "good")
            return redirect(url_for("payment_files.index"), 303)
    return _form(vehicle, form, 422)


def _form(vehicle: Vehicle, form: OriginForm, status: int = 200) -> Response:
    waits = find_open_approval(actor(), ORIGIN_CHANGE.name, f"vehicle:{vehicle.id}")
    return page("investments/payment_origins/show.html", status, vehicle=vehicle, form=form, waits=waits)
