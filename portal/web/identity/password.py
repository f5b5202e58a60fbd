"""A forgotten password: asking for a link, and setting a new password by it."""

from __future__ import annotations

from flask import Blueprint, Response, flash, redirect, request, url_for
from werkzeug.wrappers import Response as Redirect
from wtforms import EmailField
from wtforms.validators import Email, InputRequired

from portal.domain.identity.accounts.errors import WeakPassword
from portal.domain.identity.firms.queries import find_firm_for_host
from portal.domain.identity.links.errors import LinkClosed, UnknownLink
from portal.domain.identity.passwords.queries import exists_factor_of_link
from portal.domain.identity.passwords.services import request_password_reset, reset_password
from portal.platform.errors import DomainError
from portal.platform.resources import resources
from portal.web.toolkit.access import public
from portal.web.toolkit.forms import Form
from portal.web.toolkit.page import page, unkept
from portal.web.toolkit.passwords import new_password_field, shortest_password

blueprint = Blueprint("password", __name__, url_prefix="/password")


class ForgotForm(Form):
    """Whose password is forgotten."""

    email = EmailField(
        "E-mail address", [InputRequired("Enter your e-mail address."), Email("This is not an address.")]
    )


class ResetForm(Form):
    """The new password."""

    password = new_password_field()


@blueprint.get("/forgot")
@public
def forgot() -> Response:
    """The form that asks for a link."""
    return page("identity/password/forgot.html", form=ForgotForm(formdata=None))


@blueprint.post("/forgot")
@public
def ask() -> Response | Redirect:
    """Have a link sent; the answer is the same for every address."""
    form = ForgotForm()
    if not form.validate():
        return page("identity/password/forgot.html", 422, form=form)
    firm = find_firm_for_host(request.host.partition(":")[0])
    request_password_reset(resources().sealer, form.email.data, firm_id=None if firm is None else firm.id)
    return redirect(url_for("password.sent"), 303)


@blueprint.get("/sent")
@public
def sent() -> Response:
    """What happens now."""
    return page("identity/password/sent.html")


@blueprint.get("/reset/<token>")
@public
def reset(token: str) -> Response:
    """The form for a new password, where the link opens."""
    return _show_reset(ResetForm(formdata=None), token)


@blueprint.post("/reset/<token>")
@public
def replace(token: str) -> Response | Redirect:
    """Set the new password; all sessions end."""
    form = ResetForm()
    if form.validate():
        try:
            reset_password(token, new=form.password.data)
        except (UnknownLink, LinkClosed) as error:
            return _closed(error)
        except WeakPassword as error:
            form.refuse(error)
        else:
            flash("Your new password is set. Sign in with it.", "good")
            return redirect(url_for("sessions.new"), 303)
    return _show_reset(form, token, 422)


def _show_reset(form: ResetForm, token: str, status: int = 200) -> Response:
    try:
        shortest = shortest_password(has_factor=exists_factor_of_link(token))
    except (UnknownLink, LinkClosed) as error:
        return _closed(error)
    return unkept(page("identity/password/reset.html", status, form=form, token=token, shortest=shortest))


def _closed(error: DomainError) -> Response:
    status = 404 if isinstance(error, UnknownLink) else 409
    return page("identity/password/closed.html", status, reason=error.message)
