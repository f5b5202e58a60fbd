"""Codes by text message: turned on and off, sent, and allowed by the firm."""

from __future__ import annotations

from flask import Blueprint, Response, flash, redirect, request, url_for
from werkzeug.wrappers import Response as Redirect

from portal.domain.identity.access.values import Permission
from portal.domain.identity.devices.services import end_other_devices
from portal.domain.identity.sessions.values import SignedIn, Stage
from portal.domain.identity.texts.queries import get_text_offer
from portal.domain.identity.texts.services import enrol_texts, remove_texts, send_text_code, set_text_codes
from portal.platform.errors import Limited, NotFound
from portal.platform.resources import resources
from portal.web.toolkit.access import at_stage, requires, signed_in_only
from portal.web.toolkit.freshness import ProofForm, fresh, show_proof
from portal.web.toolkit.page import page, unkept
from portal.web.toolkit.places import on_this_host
from portal.web.toolkit.session import actor, expect_entrant, signed_in

blueprint = Blueprint("texts", __name__, url_prefix="/texts")


@blueprint.post("")
@signed_in_only
@fresh
def create() -> Response | Redirect:
    """Have codes sent from now on; the recovery codes, where this is the first factor."""
    if resources().sms is None:
        raise NotFound
    codes = enrol_texts(actor())
    end_other_devices(actor())
    person = signed_in()
    if not codes or person is None:
        flash("Codes come by text message from now on.", "good")
        return redirect(url_for("security.show"), 303)
    return unkept(page("identity/texts/codes.html", codes=codes, go_on=url_for("security.show"), email=person.email))


@blueprint.post("/remove")
@signed_in_only
@fresh
def remove() -> Redirect:
    """Have no codes sent any more."""
    remove_texts(actor())
    flash("No codes come by text message any more.", "good")
    return redirect(url_for("security.show"), 303)


@blueprint.post("/permission")
@requires(Permission.EDIT_PEOPLE)
@fresh
def permit() -> Redirect:
    """Let investors of the firm use such codes, or no longer."""
    allowed = request.form.get("allowed") == "yes"
    set_text_codes(actor(), allowed=allowed)
    flash("Investors may use text messages now." if allowed else "Text messages no longer open anything.", "good")
    return redirect(url_for("security.show"), 303)


@blueprint.post("/code")
@at_stage(Stage.FACTOR, Stage.FULL)
def send() -> Response | Redirect:
    """Send a code, and back to the page that asks for it; what was typed there waits on."""
    person = expect_entrant()
    if person.stage is Stage.FACTOR:
        _send(person)
        return redirect(url_for("factors.ask", next=on_this_host(request.form.get("next"))), 303)
    form, action = ProofForm(), on_this_host(request.form.get("action"))
    try:
        _send(person)
    except Limited as error:
        form.refuse(error)
        response = show_proof(form, person, action, 429)
        response.headers["Retry-After"] = str(error.retry_after)
        return response
    return show_proof(form, person, action, 200)


def _send(person: SignedIn) -> None:
    send_text_code(person.actor, resources().sealer)
    flash(f"A text message is on its way to {get_text_offer(person.actor).phone}.", "good")
