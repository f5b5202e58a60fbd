"""Interest on late payments: what is asked for, with its arithmetic."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, Response, flash, redirect, request, url_for
from werkzeug.wrappers import Response as Redirect

from portal.domain.identity.access.policies import can
from portal.domain.identity.access.values import Permission
from portal.domain.investments.payments.queries.late_interests import list_late_interests
from portal.domain.investments.payments.services.booking import waive_interest
from portal.web.investments.payment_words import LATE_STATES
from portal.web.toolkit.access import requires
from portal.web.toolkit.freshness import fresh
from portal.web.toolkit.page import page
from portal.web.toolkit.session import actor

blueprint = Blueprint("late_interests", __name__, url_prefix="/investments/late-interests")


@blueprint.get("")
@requires(Permission.SEE_ALL_PORTFOLIOS)
def index() -> Response:
    """All of it, the latest payment first."""
    return page(
        "investments/late_interests/index.html",
        lates=list_late_interests(actor()),
        states=LATE_STATES,
        may_waive=can(actor(), Permission.APPROVE_MONEY),
    )


@blueprint.post("/<uuid:late_interest_id>/waive")
@requires(Permission.APPROVE_MONEY)
@fresh
def waive(late_interest_id: UUID) -> Redirect:
    """Give up what is still owed."""
    waive_interest(actor(), late_interest_id, note=request.form.get("note", "")[:500])
    flash("Waived; nobody is asked for it any more.", "good")
    return redirect(url_for("late_interests.index"), 303)
