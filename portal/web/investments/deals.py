"""Deals of a vehicle and what each has to give back before there is profit."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, Response, flash, redirect, request, url_for
from werkzeug.wrappers import Response as Redirect

from portal.domain.identity.access.values import Permission
from portal.domain.investments.distributions.policies import can_prepare_distributions
from portal.domain.investments.distributions.queries.particulars import list_deals
from portal.domain.investments.distributions.services.particulars import keep_deal
from portal.domain.investments.vehicles.queries import get_vehicle
from portal.platform.errors import DomainError
from portal.web.investments.distribution_forms import COSTS, DealForm
from portal.web.toolkit.access import requires
from portal.web.toolkit.page import page
from portal.web.toolkit.session import actor

blueprint = Blueprint("deals", __name__, url_prefix="/investments/deals/<uuid:vehicle_id>")


@blueprint.get("")
@requires(Permission.SEE_ALL_PORTFOLIOS)
def index(vehicle_id: UUID) -> Response:
    """The deals with their cost, and a form for one more or for one of them."""
    chosen = next((each for each in list_deals(actor(), vehicle_id) if each.name == request.args.get("deal")), None)
    return _show(vehicle_id, DealForm.filled_from(chosen) if chosen else DealForm(formdata=None))


@blueprint.post("")
@requires(Permission.PREPARE_MONEY)
def create(vehicle_id: UUID) -> Response | Redirect:
    """Keep a deal, or the form again with what to mend."""
    get_vehicle(actor(), vehicle_id)
    form = DealForm()
    if form.validate():
        try:
            keep_deal(actor(), vehicle_id, name=form.name.data, costs=form.read)
        except DomainError as error:
            form.refuse(error)
        else:
            flash("The deal is kept.", "good")
            return redirect(url_for("deals.index", vehicle_id=vehicle_id), 303)
    return _show(vehicle_id, form, 422)


def _show(vehicle_id: UUID, form: DealForm, status: int = 200) -> Response:
    return page(
        "investments/deals/index.html",
        status,
        vehicle=get_vehicle(actor(), vehicle_id),
        deals=list_deals(actor(), vehicle_id),
        form=form,
        kinds=COSTS,
        may_edit=can_prepare_distributions(actor()),
    )
