"""What is withheld from distributions of a vehicle, by country, kind of holder and source."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, Response, flash, redirect, url_for
from werkzeug.wrappers import Response as Redirect

from portal.domain.identity.access.values import Permission
from portal.domain.investments.distributions.policies import can_prepare_distributions
from portal.domain.investments.distributions.queries.particulars import list_withholding_rates
from portal.domain.investments.distributions.services.particulars import remove_withholding_rate, set_withholding_rate
from portal.domain.investments.vehicles.queries import get_vehicle
from portal.platform.errors import DomainError
from portal.web.investments.distribution_forms import KINDS, SOURCES, RateForm
from portal.web.toolkit.access import requires
from portal.web.toolkit.page import page
from portal.web.toolkit.session import actor

blueprint = Blueprint("withholding", __name__, url_prefix="/investments/withholding/<uuid:vehicle_id>")


@blueprint.get("")
@requires(Permission.SEE_ALL_PORTFOLIOS)
def index(vehicle_id: UUID) -> Response:
    """The rates, with a form for one more."""
    return _show(vehicle_id, RateForm(formdata=None))


@blueprint.post("")
@requires(Permission.PREPARE_MONEY)
def create(vehicle_id: UUID) -> Response | Redirect:
    """Set a rate, or the form again with what to mend."""
    get_vehicle(actor(), vehicle_id)
    form = RateForm()
    if form.validate():
        try:
            set_withholding_rate(actor(), vehicle_id, form.as_rate())
        except DomainError as error:
            form.refuse(error)
        else:
            flash("The rate is set. Distributions sent for approval from now on go by it.", "good")
            return redirect(url_for("withholding.index", vehicle_id=vehicle_id), 303)
    return _show(vehicle_id, form, 422)


@blueprint.post("/<uuid:rate_id>/remove")
@requires(Permission.PREPARE_MONEY)
def remove(vehicle_id: UUID, rate_id: UUID) -> Redirect:
    """Take a rate away."""
    remove_withholding_rate(actor(), vehicle_id, rate_id)
    flash("The rate is gone: nothing is withheld by it any more.", "good")
    return redirect(url_for("withholding.index", vehicle_id=vehicle_id), 303)


def _show(vehicle_id: UUID, form: RateForm, status: int = 200) -> Response:
    return page(
        "investments/withholding/index.html",
        status,
        vehicle=get_vehicle(actor(), vehicle_id),
        rates=list_withholding_rates(actor(), vehicle_id),
        form=form,
        kinds=KINDS,
        sources=SOURCES,
        may_edit=can_prepare_distributions(actor()),
    )
