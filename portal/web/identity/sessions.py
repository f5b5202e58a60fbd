"""Signing in and out."""

from __future__ import annotations

from urllib.parse import urlsplit

import orjson
from flask import Blueprint, Response, redirect, request, url_for
from werkzeug.wrappers import Response as Redirect
from wtforms import HiddenField, PasswordField, StringField
from wtforms.validators import InputRequired, Length

from portal.domain.identity.firms.queries import find_firm_for_host
from portal.domain.identity.sessions.errors import WrongCredentials
from portal.domain.identity.sessions.services import end_session, sign_in
from portal.platform.resources import resources
from portal.web.toolkit.access import public, signed_in_only
from portal.web.toolkit.forms import Form
from portal.web.toolkit.page import page
from portal.web.toolkit.session import actor, give_cookie, signed_in, take_cookie

blueprint = Blueprint("sessions", __name__)
DEMO_SHOWN = 6


class SignInForm(Form):
    """Who one is, and where to go afterwards."""

    email = StringField("E-mail address", [InputRequired("Enter your e-mail address."), Length(max=254)])
    password = PasswordField("Password", [InputRequired("Enter your password."), Length(max=128)])
    next = HiddenField()


@blueprint.get("/sign-in")
@public
def new() -> Response | Redirect:
    """The sign-in page; whoever is signed in already goes on."""
    target = request.args.get("next", "")
    if signed_in() is not None:
        return redirect(_on_this_host(target))
    return _show(SignInForm(formdata=None, next=target))


@blueprint.post("/sign-in")
@public
def create() -> Response | Redirect:
    """Sign in and go where one was going."""
    form = SignInForm()
    if not form.validate_on_submit():
        return _show(form, 422)
    firm = find_firm_for_host(request.host.partition(":")[0])
    try:
        token = sign_in(
            form.email.data,
            form.password.data,
            firm_id=None if firm is None else firm.id,
            agent=request.user_agent.string,
            address=request.remote_addr or "",
        )
    except WrongCredentials as error:
        form.refuse(error)
        return _show(form, 422)
    response = redirect(_on_this_host(form.next.data), 303)
    give_cookie(response, token)  # type: ignore[arg-type]  # redirect() answers a Response of the same kind
    return response


@blueprint.post("/sign-out")
@signed_in_only
def end() -> Redirect:
    """Sign out of this browser."""
    end_session(actor())
    response = redirect(url_for("sessions.new"), 303)
    take_cookie(response)  # type: ignore[arg-type]  # redirect() answers a Response of the same kind
    return response


def _on_this_host(target: str | None) -> str:
    """`target` where it is a place of ours, else home: a redirect never leaves the host."""
    parts = urlsplit((target or "").replace("\\", "/"))
    if not parts.path.startswith("/") or parts.path.startswith("//") or (parts.netloc and parts.netloc != request.host):
        return url_for("dashboard.index")
    return parts._replace(scheme="", netloc="").geturl()


def _show(form: SignInForm, status: int = 200) -> Response:
    response = page("identity/sessions/new.html", status, form=form, demo_users=_demo_users())
    response.headers["Cache-Control"] = "no-store"
    return response


def _demo_users() -> list[dict[str, str]]:
    """The sign-ins of the demo, shown on its own page only."""
    settings = resources().settings
    file = settings.data_dir / "demo.json"
    if settings.mode != "demo" or not file.is_file():
        return []
    users: list[dict[str, str]] = orjson.loads(file.read_bytes())["users"]
    return users[:DEMO_SHOWN]
