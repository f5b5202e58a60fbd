"""How safely one signs in: second factor, password, sessions; and what the firm asks of its investors."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, Response, flash, redirect, request, url_for
from werkzeug.wrappers import Response as Redirect
from wtforms import PasswordField
from wtforms.validators import InputRequired

from portal.domain.identity.access.policies import can
from portal.domain.identity.access.values import Permission
from portal.domain.identity.accounts.errors import WeakPassword, WrongPassword
from portal.domain.identity.devices.queries import list_devices
from portal.domain.identity.devices.services import end_device, end_other_devices
from portal.domain.identity.factors.queries import exists_factor_requirement, get_standing
from portal.domain.identity.firms.services import set_factor_requirement
from portal.domain.identity.passkeys.queries import list_passkeys
from portal.domain.identity.passwords.services import change_password as replace_password
from portal.domain.identity.recoveries.queries import find_own_recovery
from portal.domain.identity.texts.queries import exists_text_permission, get_text_offer
from portal.platform.resources import resources
from portal.web.toolkit.access import requires, signed_in_only
from portal.web.toolkit.forms import Form
from portal.web.toolkit.freshness import fresh
from portal.web.toolkit.page import page
from portal.web.toolkit.passwords import new_password_field, shortest_password
from portal.web.toolkit.session import actor

blueprint = Blueprint("security", __name__, url_prefix="/security")


class PasswordForm(Form):
    """The present password and the new one."""

    current = PasswordField("Present password", [InputRequired("Enter your present password.")])
    password = new_password_field()


@blueprint.get("")
@signed_in_only
def show() -> Response:
    """One's own passkeys and app, and for administrators what the firm asks for."""
    return page(
        "identity/security/show.html",
        standing=get_standing(actor().user_id),
        passkeys=list_passkeys(actor()),
        recovery=find_own_recovery(actor()),
        may_require=can(actor(), Permission.EDIT_PEOPLE),
        required_of_investors=exists_factor_requirement(),
        texts=get_text_offer(actor()),
        texts_allowed=exists_text_permission(),
        sends_texts=resources().sms is not None,
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


@blueprint.get("/password")
@signed_in_only
def password() -> Response:
    """The form for a new password."""
    return _show_password(PasswordForm(formdata=None))


@blueprint.post("/password")
@signed_in_only
def change_password() -> Response | Redirect:
    """Change the password; every other session ends."""
    form = PasswordForm()
    if form.validate():
        try:
            replace_password(actor(), current=form.current.data, new=form.password.data)
        except (WrongPassword, WeakPassword) as error:
            form.refuse(error)
        else:
            flash("Your password is changed. Every other browser and app was signed out.", "good")
            return redirect(url_for("security.sessions"), 303)
    return _show_password(form, 422)


@blueprint.get("/sessions")
@signed_in_only
def sessions() -> Response:
    """Every browser and app in which the person is signed in."""
    return page("identity/security/sessions.html", devices=list_devices(actor()))


@blueprint.post("/sessions/<uuid:session_id>/end")
@signed_in_only
def end_session(session_id: UUID) -> Redirect:
    """Sign out of one of them."""
    end_device(actor(), session_id)
    flash("That browser or app is signed out.", "good")
    return redirect(url_for("security.sessions"), 303)


@blueprint.post("/sessions/end-others")
@signed_in_only
def end_other_sessions() -> Redirect:
    """Sign out of all but this one."""
    count = end_other_devices(actor())
    flash(f"Signed out elsewhere: {count}." if count else "You are signed in here only.", "good")
    return redirect(url_for("security.sessions"), 303)


def _show_password(form: PasswordForm, status: int = 200) -> Response:
    shortest = shortest_password(has_factor=get_standing(actor().user_id).enrolled)
    return page("identity/security/password.html", status, form=form, shortest=shortest)
