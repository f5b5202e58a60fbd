"""Viewing the portal as an investor does."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, Response, flash, redirect, url_for
from werkzeug.wrappers import Response as Redirect
from wtforms import TextAreaField
from wtforms.validators import InputRequired, Length

from portal.domain.identity.access.values import Permission
from portal.domain.identity.accounts.queries import get_user
from portal.domain.identity.viewings.services import begin_viewing, end_viewing
from portal.platform.errors import DomainError
from portal.web.toolkit.access import requires, signed_in_only
from portal.web.toolkit.forms import Form
from portal.web.toolkit.freshness import fresh
from portal.web.toolkit.once import every_time
from portal.web.toolkit.page import page
from portal.web.toolkit.session import actor, signed_in

blueprint = Blueprint("viewings", __name__, url_prefix="/viewings")


class ViewingForm(Form):
    """Why."""

    reason = TextAreaField(
        "Reason", [InputRequired("Say why."), Length(10, 500, "Say it in a sentence of at most 500 characters.")]
    )


@blueprint.get("/new/<uuid:user_id>")
@requires(Permission.VIEW_AS_INVESTOR)
def new(user_id: UUID) -> Response:
    """As whom, and the form that asks why."""
    return _form(user_id, ViewingForm(formdata=None))


@blueprint.post("/<uuid:user_id>")
@requires(Permission.VIEW_AS_INVESTOR)
@fresh
def create(user_id: UUID) -> Response | Redirect:
    """Begin, and go where the investor begins."""
    form = ViewingForm()
    if form.validate():
        try:
            begin_viewing(actor(), user_id, reason=form.reason.data)
        except DomainError as error:
            form.refuse(error)
        else:
            return redirect(url_for("dashboard.index"), 303)
    return _form(user_id, form, 422)


@blueprint.post("/end")
@signed_in_only
@every_time("What it ends is the only thing it can end, and nothing is written while it lasts.")
def end() -> Redirect:
    """Be oneself again."""
    person = signed_in()
    if person is not None and person.viewing is not None:
        end_viewing(person.viewing)
        flash("The view has ended. You are yourself again.", "good")
    return redirect(url_for("dashboard.index"), 303)


def _form(user_id: UUID, form: ViewingForm, status: int = 200) -> Response:
    return page("identity/viewings/new.html", status, user=get_user(actor(), user_id), form=form)
