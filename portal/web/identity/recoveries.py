"""A lost device: asking for the removal of one's second factor, how it stands, stopping it."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, Response, flash, redirect, url_for
from werkzeug.wrappers import Response as Redirect
from wtforms import TextAreaField
from wtforms.validators import DataRequired, Length

from portal.domain.identity.access.values import Permission
from portal.domain.identity.accounts.queries import get_user
from portal.domain.identity.links.errors import UnknownLink
from portal.domain.identity.recoveries.queries import find_own_recovery, get_person_standing, get_recovery_by_link
from portal.domain.identity.recoveries.services import (
    ask_recovery,
    propose_recovery,
    stop_recovery,
    stop_recovery_by_link,
)
from portal.domain.identity.recoveries.values import LONGEST_REASON
from portal.domain.identity.sessions.values import Stage
from portal.platform.errors import DomainError
from portal.platform.resources import resources
from portal.web.toolkit.access import at_stage, public, requires, signed_in_only
from portal.web.toolkit.forms import Form
from portal.web.toolkit.freshness import fresh
from portal.web.toolkit.page import page, unkept
from portal.web.toolkit.session import actor, expect_entrant

blueprint = Blueprint("recoveries", __name__, url_prefix="/recoveries")


class ReasonForm(Form):
    """What happened."""

    reason = TextAreaField(
        "What happened",
        [DataRequired("Say what happened."), Length(max=LONGEST_REASON, message="At most 1,000 characters.")],
    )


@blueprint.get("/new")
@at_stage(Stage.FACTOR)
def new() -> Response:
    """How the removal stands that one asked for, or the form to ask."""
    return _show(ReasonForm(formdata=None))


@blueprint.post("")
@at_stage(Stage.FACTOR)
def create() -> Response | Redirect:
    """Ask the staff to remove one's second factor."""
    form = ReasonForm()
    if form.validate_on_submit():
        try:
            ask_recovery(expect_entrant().actor, resources().sealer, reason=form.reason.data.strip())
        except DomainError as error:
            form.refuse(error)
        else:
            return redirect(url_for("recoveries.new"), 303)
    return _show(form, 422)


@blueprint.get("/links/<token>")
@public
def show(token: str) -> Response:
    """What the link of a mail is about, and the button that stops it."""
    try:
        recovery = get_recovery_by_link(token)
    except UnknownLink as error:
        return page("identity/recoveries/unknown.html", 404, reason=error.message)
    return unkept(page("identity/recoveries/show.html", recovery=recovery, token=token))


@blueprint.post("/links/<token>")
@public
def refute(token: str) -> Response | Redirect:
    """It was not the person who asked: it is stopped."""
    try:
        stop_recovery_by_link(token)
    except UnknownLink as error:
        return page("identity/recoveries/unknown.html", 404, reason=error.message)
    flash("It is stopped; your second factor stays.", "good")
    return redirect(url_for("recoveries.show", token=token), 303)


@blueprint.post("/<uuid:recovery_id>/stop")
@signed_in_only
def stop(recovery_id: UUID) -> Redirect:
    """Stop the removal of one's own factor, or as staff a person's."""
    stop_recovery(actor(), recovery_id)
    flash("It is stopped; nothing was changed.", "good")
    own = find_own_recovery(actor())
    return redirect(url_for("security.show" if own and own.id == recovery_id else "users.index"), 303)


@blueprint.get("/people/<uuid:user_id>")
@requires(Permission.EDIT_PEOPLE)
def start(user_id: UUID) -> Response:
    """The form with which staff ask for a person."""
    return _show_start(user_id, ReasonForm(formdata=None))


@blueprint.post("/people/<uuid:user_id>")
@requires(Permission.EDIT_PEOPLE)
@fresh
def propose(user_id: UUID) -> Response | Redirect:
    """Ask for the removal of a person's second factor; two others decide."""
    form = ReasonForm()
    if form.validate_on_submit():
        try:
            approval_id = propose_recovery(actor(), user_id, resources().sealer, reason=form.reason.data.strip())
        except DomainError as error:
            form.refuse(error)
        else:
            flash("Asked for; two other people decide it now.", "good")
            return redirect(url_for("approvals.show", approval_id=approval_id), 303)
    return _show_start(user_id, form, 422)


def _show(form: ReasonForm, status: int = 200) -> Response:
    recovery = find_own_recovery(expect_entrant().actor)
    return unkept(page("identity/recoveries/new.html", status, form=form, recovery=recovery))


def _show_start(user_id: UUID, form: ReasonForm, status: int = 200) -> Response:
    standing, recovery = get_person_standing(actor(), user_id)
    user = get_user(actor(), user_id)
    return page("identity/recoveries/start.html", status, form=form, user=user, standing=standing, recovery=recovery)
