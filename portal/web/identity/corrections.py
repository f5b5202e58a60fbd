"""Correcting the address that somebody signs in with."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, Response, flash, redirect, url_for
from werkzeug.wrappers import Response as Redirect
from wtforms import EmailField, TextAreaField
from wtforms.validators import DataRequired, Email, InputRequired, Length

from portal.domain.identity.access.values import Permission
from portal.domain.identity.accounts.queries import get_user
from portal.domain.identity.approvals.queries import find_open_approval
from portal.domain.identity.approvals.values import EMAIL_CORRECTION
from portal.domain.identity.contact.services.correcting import propose_correction
from portal.platform.errors import DomainError
from portal.web.toolkit.access import requires
from portal.web.toolkit.forms import Form
from portal.web.toolkit.freshness import fresh
from portal.web.toolkit.page import page
from portal.web.toolkit.session import actor

blueprint = Blueprint("corrections", __name__, url_prefix="/corrections")


class CorrectionForm(Form):
    """The right address, and why it is."""

    email = EmailField(
        "Right e-mail address", [InputRequired("Enter an e-mail address."), Email("This is not an address.")]
    )
    reason = TextAreaField("Reason", [DataRequired("Say why."), Length(max=1000, message="At most 1,000 characters.")])


@blueprint.get("/<uuid:user_id>")
@requires(Permission.EDIT_PEOPLE)
def new(user_id: UUID) -> Response:
    """The form with which staff ask for a person."""
    return _show(user_id, CorrectionForm(formdata=None))


@blueprint.post("/<uuid:user_id>")
@requires(Permission.EDIT_PEOPLE)
@fresh
def create(user_id: UUID) -> Response | Redirect:
    """Ask for it; a second person decides."""
    form = CorrectionForm()
    if form.validate_on_submit():
        try:
            reason = form.reason.data.strip()
            approval_id = propose_correction(actor(), user_id, email=form.email.data, reason=reason)
        except DomainError as error:
            form.refuse(error)
        else:
            flash("Asked for; another person decides it now.", "good")
            return redirect(url_for("approvals.show", approval_id=approval_id), 303)
    return _show(user_id, form, 422)


def _show(user_id: UUID, form: CorrectionForm, status: int = 200) -> Response:
    user = get_user(actor(), user_id)
    waiting = find_open_approval(actor(), EMAIL_CORRECTION.name, f"user:{user_id}")
    return page("identity/corrections/new.html", status, form=form, user=user, waiting=waiting)
