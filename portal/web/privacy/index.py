"""One's own privacy: what one consents to, all that is held about one, and having it erased."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, Response, flash, redirect, request, url_for
from werkzeug.wrappers import Response as Redirect

from portal.domain.people.privacy.queries.consents import list_consent_answers, list_consents
from portal.domain.people.privacy.services.consents import answer_consent
from portal.platform.errors import Conflict, Invalid
from portal.web.toolkit.access import signed_in_only
from portal.web.toolkit.page import page
from portal.web.toolkit.session import actor

blueprint = Blueprint("privacy", __name__, url_prefix="/privacy")
ANSWERS = {"yes": True, "no": False}


@blueprint.get("")
@signed_in_only
def index() -> Response:
    """What the firm asks for and what one answered; one's data, to take away or to have erased."""
    return _show()


@blueprint.get("/answers")
@signed_in_only
def answers() -> Response:
    """Every answer one gave, with the version of the text and from where."""
    return page("privacy/index/answers.html", answers=list_consent_answers(actor()))


@blueprint.post("/consents/<uuid:purpose_id>")
@signed_in_only
def answer(purpose_id: UUID) -> Response | Redirect:
    """Give one's consent to a text, or withdraw it."""
    version, given = request.form.get("version", type=int), ANSWERS.get(request.form.get("given", ""))
    if version is None or given is None:
        raise Invalid("Answer with one of the buttons below the text.")
    try:
        answer_consent(actor(), purpose_id, version=version, given=given)
    except Conflict as error:
        return _show(error.message, 409)
    flash("Your consent is recorded." if given else "Recorded: you do not consent.", "good")
    return redirect(url_for("privacy.index"), 303)


def _show(problem: str | None = None, status: int = 200) -> Response:
    return page("privacy/index/index.html", status, consents=list_consents(actor()), problem=problem)
