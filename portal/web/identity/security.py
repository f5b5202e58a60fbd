"""How safely one signs in, and what the firm asks of its investors."""

from __future__ import annotations

from flask import Blueprint, Response, flash, redirect, request, url_for
from werkzeug.wrappers import Response as Redirect

from portal.domain.identity.access.policies import can
from portal.domain.identity.access.values import Permission
from portal.domain.identity.factors.queries import exists_factor_requirement, get_standing
from portal.domain.identity.firms.services import set_factor_requirement
from portal.web.toolkit.access import requires, signed_in_only
from portal.web.toolkit.freshness import fresh
from portal.web.toolkit.page import page
from portal.web.toolkit.session import actor

blueprint = Blueprint("security", __name__, url_prefix="/security")


@blueprint.get("")
@signed_in_only
def show() -> Response:
    """One's own second factor, and for administrators what the firm asks for."""
    return page(
        "identity/security/show.html",
        standing=get_standing(actor().user_id),
        may_require=can(actor(), Permission.EDIT_PEOPLE),
        required_of_investors=exists_factor_requirement(),
    )


@blueprint.post("/requirement")
@requires(Permission.EDIT_PEOPLE)
@fresh
def require_factor() -> Redirect:
    """Ask every investor of the firm for a second factor, or no longer."""
    required = request.form.get("required") == "yes"
    set_factor_requirement(actor(), required=required)
    flash("Investors need a second factor from now on." if required else "Investors choose for themselves.", "good")
    return redirect(url_for("security.show"), 303)
