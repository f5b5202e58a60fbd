"""Registering, where the firm is open to it."""

from __future__ import annotations

from flask import Blueprint, Response, redirect, request, url_for
from werkzeug.wrappers import Response as Redirect
from wtforms import EmailField
from wtforms.validators import Email, InputRequired

from portal.domain.identity.firms.queries import find_registering_firm
from portal.domain.identity.firms.values import Firm
from portal.domain.identity.joining.services import request_registration
from portal.platform.errors import NotFound
from portal.platform.resources import resources
from portal.web.toolkit.access import public
from portal.web.toolkit.forms import Form
from portal.web.toolkit.page import page

blueprint = Blueprint("register", __name__, url_prefix="/register")


class RegistrationForm(Form):
    """Who wants to register."""

    email = EmailField(
        "E-mail address", [InputRequired("Enter your e-mail address."), Email("This is not an address.")]
    )


@blueprint.get("")
@public
def new() -> Response:
    """The form, where the firm of this host is open to it."""
    return page("identity/register/new.html", form=RegistrationForm(formdata=None), firm=_firm())


@blueprint.post("")
@public
def create() -> Response | Redirect:
    """Have a link sent; the answer is the same for every address."""
    firm, form = _firm(), RegistrationForm()
    if not form.validate():
        return page("identity/register/new.html", 422, form=form, firm=firm)
    request_registration(resources().sealer, form.email.data, firm_id=firm.id)
    return redirect(url_for("register.sent"), 303)


@blueprint.get("/sent")
@public
def sent() -> Response:
    """What happens now."""
    return page("identity/register/sent.html", firm=_firm())


def _firm() -> Firm:
    firm = find_registering_firm(request.host.partition(":")[0])
    if firm is None:
        raise NotFound("Nobody registers here without an invitation. Ask your contact at the firm for one.")
    return firm
