"""The carry of a vehicle: how much was shared, what is held back of it, what may be let go; letting it go."""

from __future__ import annotations

from decimal import Decimal
from uuid import UUID

from flask import Blueprint, Response, flash, redirect, url_for
from werkzeug.wrappers import Response as Redirect
from wtforms import TextAreaField
from wtforms.validators import Length

from portal.domain.identity.access.values import Permission
from portal.domain.identity.approvals.queries import find_open_approval
from portal.domain.identity.approvals.values import CARRY_RELEASE
from portal.domain.investments.distributions.policies import can_prepare_distributions
from portal.domain.investments.distributions.queries.carries import get_carry
from portal.domain.investments.distributions.services.releasing import request_release
from portal.platform import clock
from portal.platform.errors import DomainError
from portal.web.toolkit.access import requires
from portal.web.toolkit.amounts import AmountField
from portal.web.toolkit.forms import Form
from portal.web.toolkit.page import page
from portal.web.toolkit.session import actor

blueprint = Blueprint("carries", __name__, url_prefix="/investments/carries")


class ReleaseForm(Form):
    """How much is let go, and why."""

    amount = AmountField("Amount", empty=Decimal(0))
    reason = TextAreaField("Why", [Length(max=500)])


@blueprint.get("/<uuid:vehicle_id>")
@requires(Permission.SEE_ALL_PORTFOLIOS)
def show(vehicle_id: UUID) -> Response:
    """Where the carry stands, how that comes about, and what was let go."""
    return _show(vehicle_id, ReleaseForm(formdata=None))


@blueprint.post("/<uuid:vehicle_id>")
@requires(Permission.PREPARE_MONEY)
def release(vehicle_id: UUID) -> Response | Redirect:
    """Ask for carry to be let go, or see the form again with what to mend."""
    form = ReleaseForm()
    if form.validate():
        try:
            request_release(actor(), vehicle_id, amount=form.amount.data, reason=form.reason.data or "")
        except DomainError as error:
            form.refuse(error)
        else:
            flash("Asked for. It is let go once a manager other than you approves it.", "good")
            return redirect(url_for("carries.show", vehicle_id=vehicle_id), 303)
    return _show(vehicle_id, form, 422)


def _show(vehicle_id: UUID, form: ReleaseForm, status: int = 200) -> Response:
    waits = find_open_approval(actor(), CARRY_RELEASE.name, f"vehicle:{vehicle_id}")
    carry, may_prepare = get_carry(actor(), vehicle_id, on=clock.today()), can_prepare_distributions(actor())
    return page(
        "investments/carries/show.html",
        status,
        carry=carry,
        today=clock.today(),
        waits=waits,
        form=form if may_prepare and waits is None else None,
        may_pay_back=may_prepare and carry.claws_back and carry.clawback.owed > 0,
    )
