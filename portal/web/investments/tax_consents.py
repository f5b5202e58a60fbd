"""How the tax forms of one's accounts come: in the portal alone with consent, otherwise on paper too."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, Response, flash, redirect, request, url_for
from werkzeug.wrappers import Response as Redirect

from portal.domain.identity.access.values import Permission
from portal.domain.identity.firms.queries import get_firm
from portal.domain.investments.tax_forms.queries.consents import list_own_consents
from portal.domain.investments.tax_forms.services.consents import answer_tax_consent
from portal.domain.investments.tax_forms.values.consents import VERSION, consent_text
from portal.web.toolkit.access import requires
from portal.web.toolkit.page import page
from portal.web.toolkit.session import actor

blueprint = Blueprint("tax_consents", __name__, url_prefix="/investments/tax-consents")


@blueprint.get("")
@requires(Permission.SEE_OWN_PORTFOLIO)
def index() -> Response:
    """The text, and where each account stands."""
    return page(
        "investments/tax_consents/index.html",
        consents=list_own_consents(actor()),
        paragraphs=consent_text(get_firm(actor().firm_id).name).split("\n\n"),
        version=VERSION,
    )


@blueprint.post("/<uuid:account_id>")
@requires(Permission.SEE_OWN_PORTFOLIO)
def answer(account_id: UUID) -> Redirect:
    """Consent, or withdraw."""
    given = request.form.get("answer") == "yes"
    version = request.form.get("version", "")
    answer_tax_consent(actor(), account_id, version=int(version) if version.isdecimal() else 0, given=given)
    told = "Tax forms come in the portal alone from now on." if given else "Tax forms come on paper from now on."
    flash(f"{told} You get a confirmation by e-mail.", "good")
    return redirect(url_for("tax_consents.index"), 303)
