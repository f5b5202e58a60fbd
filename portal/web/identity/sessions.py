"""Signing in and out."""

from __future__ import annotations

from flask import Blueprint, Response, redirect, request, url_for
from werkzeug.wrappers import Response as Redirect
from wtforms import HiddenField, PasswordField, StringField
from wtforms.validators import InputRequired, Length

from portal.domain.identity.firms.queries import find_firm_for_host, find_registering_firm
from portal.domain.identity.passkeys.errors import CeremonyOver, UnknownPasskey
from portal.domain.identity.sessions.errors import WrongCredentials
from portal.domain.identity.sessions.services import end_session, sign_in, sign_in_with_passkey
from portal.domain.identity.sessions.values import Entry, Stage
from portal.platform.resources import resources
from portal.web.toolkit.access import at_stage, public
from portal.web.toolkit.demo import demo_parts
from portal.web.toolkit.forms import Form
from portal.web.toolkit.navigation import ROLE_NAMES
from portal.web.toolkit.page import page, unkept
from portal.web.toolkit.passkeys import passkey_answer
from portal.web.toolkit.places import on_this_host
from portal.web.toolkit.session import begin_session, browser, entrant, expect_entrant, take_cookie

blueprint = Blueprint("sessions", __name__)
OWN_PAGES = ("/factors/", "/passkeys/", "/recoveries/")
NEXT_STEP = {Stage.FACTOR: "factors.ask", Stage.ENROL: "factors.new"}


class SignInForm(Form):
    """Who one is, and where to go afterwards."""

    email = StringField("E-mail address", [InputRequired("Enter your e-mail address."), Length(max=254)])
    password = PasswordField("Password", [InputRequired("Enter your password."), Length(max=128)])
    next = HiddenField()


@blueprint.get("/sign-in")
@public
def new() -> Response | Redirect:
    """The sign-in page; whoever is signed in already, or half-way in, goes on."""
    target, person = request.args.get("next", ""), entrant()
    if person is not None:
        return redirect(_next_step(person.stage, target))
    return _show(SignInForm(formdata=None, next=target))


@blueprint.post("/sign-in")
@public
def create() -> Response | Redirect:
    """Sign in, by password or by a passkey, and go where one was going."""
    form, answer = SignInForm(), passkey_answer()
    if answer is None and not form.validate_on_submit():
        return _show(form, 422)
    firm = find_firm_for_host(request.host.partition(":")[0])
    firm_id = None if firm is None else firm.id
    try:
        if answer is None:
            agent, address = browser().agent, browser().address
            entry = sign_in(form.email.data, form.password.data, firm_id=firm_id, agent=agent, address=address)
        else:
            token = sign_in_with_passkey(resources().vault, answer, firm_id=firm_id, browser=browser())
            entry = Entry(token, Stage.FULL)
    except (WrongCredentials, UnknownPasskey, CeremonyOver) as error:
        form.refuse(error)
        return _show(form, 422)
    response = redirect(_next_step(entry.stage, form.next.data), 303)
    begin_session(response, entry.token)
    return response


@blueprint.post("/sign-out")
@at_stage(*Stage)
def end() -> Redirect:
    """Sign out of this browser, also on the way in."""
    person = expect_entrant()
    end_session(person.actor)
    response = redirect(url_for("sessions.new"), 303)
    take_cookie(response)
    return response


def _next_step(stage: Stage, target: str | None) -> str:
    """Where somebody at this stage goes on: to the page of their factor, which knows `target`, or to `target`."""
    place = on_this_host(target)
    if place.startswith(OWN_PAGES):  # the sign-in before this one ran out on one of them
        place = url_for("dashboard.index")
    return url_for(NEXT_STEP[stage], next=place) if stage in NEXT_STEP else place


def _show(form: SignInForm, status: int = 200) -> Response:
    may_register = find_registering_firm(request.host.partition(":")[0]) is not None
    shown = page(
        "identity/sessions/new.html",
        status,
        form=form,
        demo_users=demo_parts(),
        roles=ROLE_NAMES,
        may_register=may_register,
    )
    return unkept(shown)
