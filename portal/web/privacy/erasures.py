"""Having oneself erased: what goes, what is kept until when and why."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, Response, flash, redirect, url_for
from werkzeug.wrappers import Response as Redirect
from wtforms import TextAreaField
from wtforms.validators import Length

from portal.domain.people.privacy.errors import ErasureClosed, ErasureOpen
from portal.domain.people.privacy.queries.erasures import find_own_erasure, get_own_plan
from portal.domain.people.privacy.services.erasures import request_erasure, withdraw_erasure
from portal.web.toolkit.access import signed_in_only
from portal.web.toolkit.forms import Form
from portal.web.toolkit.freshness import fresh
from portal.web.toolkit.page import page
from portal.web.toolkit.session import actor

blueprint = Blueprint("erasures", __name__, url_prefix="/privacy/erasures")


class ErasureForm(Form):
    """Why, if one wants to say."""

    reason = TextAreaField("Reason", [Length(max=1000, message="At most 1,000 characters.")])


@blueprint.get("")
@signed_in_only
def index() -> Response:
    """What would happen, and how a request stands."""
    return _show(ErasureForm(formdata=None))


@blueprint.post("")
@signed_in_only
@fresh
def create() -> Response | Redirect:
    """Ask for it."""
    form = ErasureForm()
    if not form.validate():
        return _show(form, 422)
    person = actor()
    assert person.user_id is not None
    try:
        request_erasure(person, person.user_id, reason=form.reason.data or "")
    except ErasureOpen as error:
        form.refuse(error)
        return _show(form, 409)
    flash("Asked. Two people of the firm look at it; you can withdraw it until it is done.", "good")
    return redirect(url_for("erasures.index"), 303)


@blueprint.post("/<uuid:erasure_id>/withdraw")
@signed_in_only
def withdraw(erasure_id: UUID) -> Response | Redirect:
    """Take it back."""
    try:
        withdraw_erasure(actor(), erasure_id)
    except ErasureClosed as error:
        form = ErasureForm(formdata=None)
        form.refuse(error)
        return _show(form, 409)
    flash("Withdrawn; nothing was erased.", "good")
    return redirect(url_for("erasures.index"), 303)


def _show(form: ErasureForm, status: int = 200) -> Response:
    return page(
        "privacy/erasures/index.html", status, plan=get_own_plan(actor()), erasure=find_own_erasure(actor()), form=form
    )
