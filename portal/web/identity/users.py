"""The people of the firm and their roles."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, Response, flash, redirect, request, url_for
from werkzeug.wrappers import Response as Redirect
from wtforms import SelectMultipleField, TextAreaField
from wtforms.validators import InputRequired, Length
from wtforms.widgets import CheckboxInput, ListWidget

from portal.domain.identity.access.policies import can
from portal.domain.identity.access.values import Permission, Role
from portal.domain.identity.accounts import services
from portal.domain.identity.accounts.queries import FIRST, exists_switched_off, get_user, list_users
from portal.domain.identity.accounts.values import User
from portal.domain.identity.approvals.errors import AlreadyAsked
from portal.domain.identity.approvals.queries import find_open_approval
from portal.domain.identity.approvals.values import ROLES_CHANGE, USER_RETURN, Approval
from portal.domain.identity.firms.queries import exists_open_registration
from portal.domain.identity.joining.services import set_open_registration
from portal.domain.identity.leaving.errors import HereAlready
from portal.domain.identity.leaving.services import offer_new_password, sign_user_out, switch_user_off
from portal.domain.identity.leaving.services import propose_return as ask_for_return
from portal.domain.identity.record.queries import list_history
from portal.domain.identity.recoveries.queries import get_person_standing
from portal.domain.people.invitations.queries import list_invitations
from portal.platform.errors import DomainError
from portal.platform.pagination import Page, decode_cursor
from portal.platform.resources import resources
from portal.web.toolkit.access import requires
from portal.web.toolkit.forms import Form, choices_of
from portal.web.toolkit.freshness import fresh
from portal.web.toolkit.navigation import ROLE_NAMES
from portal.web.toolkit.page import page
from portal.web.toolkit.session import actor

blueprint = Blueprint("users", __name__, url_prefix="/users")
MOST = 50


def _roles() -> SelectMultipleField:
    return SelectMultipleField(
        "Roles",
        [InputRequired("Choose at least one role.")],
        choices=choices_of(ROLE_NAMES),
        option_widget=CheckboxInput(),
        widget=ListWidget(prefix_label=False),
    )


class RolesForm(Form):
    """The roles a person is to have, and why."""

    roles = _roles()
    reason = TextAreaField("Reason", [InputRequired("Say why."), Length(max=1000, message="At most 1,000 characters.")])


class ReturnForm(Form):
    """Why a person is to be let back in."""

    reason = TextAreaField("Reason", [InputRequired("Say why."), Length(max=1000, message="At most 1,000 characters.")])


@blueprint.get("")
@requires(Permission.INVITE_PEOPLE)
def index() -> Response:
    """Everybody by name."""
    search = request.args.get("search", "").strip()
    after = decode_cursor(request.args["cursor"], str, UUID) if "cursor" in request.args else FIRST
    rows = list_users(actor(), search=search, after=(after[0], after[1]), most=MOST + 1)
    found = Page(rows, MOST, lambda each: (each.name, each.id))
    next_url = url_for("users.index", search=search or None, cursor=found.next) if found.next else None
    return page(
        "identity/users/index.html",
        users=found.items,
        search=search,
        roles=ROLE_NAMES,
        next_url=next_url,
        invitations=list_invitations(actor()),
        may_edit=can(actor(), Permission.EDIT_PEOPLE),
        open_registration=exists_open_registration(actor().firm_id),
    )


@blueprint.post("/open-registration")
@requires(Permission.EDIT_PEOPLE)
def open_registration() -> Redirect:
    """Let anybody register, or only those who were invited."""
    opened = request.form.get("opened") == "yes"
    set_open_registration(actor(), opened=opened)
    flash("Anybody may register now." if opened else "Only those who are invited come in now.", "good")
    return redirect(url_for("users.index"), 303)


@blueprint.get("/<uuid:user_id>")
@requires(Permission.EDIT_PEOPLE)
def show(user_id: UUID) -> Response:
    """A person, and what they may do."""
    user = get_user(actor(), user_id)
    if exists_switched_off(actor(), user.id):
        return _show(user, ReturnForm(formdata=None))
    waiting = _waiting_change(user.id)
    roles, reason = (waiting.content["after"], waiting.reason) if waiting else (sorted(user.roles), "")
    return _show(user, RolesForm(formdata=None, roles=roles, reason=reason))


@blueprint.post("/<uuid:user_id>/roles")
@requires(Permission.EDIT_PEOPLE)
def propose_roles(user_id: UUID) -> Response | Redirect:
    """Ask for other roles, or change what one asked for; a second person decides."""
    user, form = get_user(actor(), user_id), RolesForm()
    if form.validate():
        try:
            roles = [Role(role) for role in form.roles.data]
            approval_id = services.propose_roles(actor(), user_id, roles=roles, reason=form.reason.data.strip())
        except DomainError as error:
            form.refuse(error)
        else:
            flash("Asked for; another person decides it now.", "good")
            return redirect(url_for("approvals.show", approval_id=approval_id), 303)
    return _show(user, form, 422)


@blueprint.post("/<uuid:user_id>/sign-out")
@requires(Permission.EDIT_PEOPLE)
def sign_out(user_id: UUID) -> Redirect:
    """End every session of a person."""
    count = sign_user_out(actor(), user_id)
    flash(f"Signed out everywhere; browsers and apps: {count}.", "good")
    return redirect(url_for("users.show", user_id=user_id), 303)


@blueprint.post("/<uuid:user_id>/password-link")
@requires(Permission.EDIT_PEOPLE)
def send_password_link(user_id: UUID) -> Redirect:
    """Send a person a link for a new password."""
    offer_new_password(actor(), resources().sealer, user_id)
    flash("A link for a new password is on its way to them.", "good")
    return redirect(url_for("users.show", user_id=user_id), 303)


@blueprint.post("/<uuid:user_id>/switch-off")
@requires(Permission.EDIT_PEOPLE)
@fresh
def switch_off(user_id: UUID) -> Redirect:
    """Let a person sign in no more."""
    switch_user_off(actor(), user_id)
    flash("Switched off: they are signed out and cannot sign in any more.", "good")
    return redirect(url_for("users.show", user_id=user_id), 303)


@blueprint.post("/<uuid:user_id>/return")
@requires(Permission.EDIT_PEOPLE)
def propose_return(user_id: UUID) -> Response | Redirect:
    """Ask for a person to be let back in; a second person decides."""
    user, form = get_user(actor(), user_id), ReturnForm()
    if not exists_switched_off(actor(), user_id):  # then the page has no such form to come back with what was typed
        raise HereAlready
    if form.validate():
        try:
            approval_id = ask_for_return(actor(), user_id, reason=form.reason.data.strip())
        except AlreadyAsked as error:
            form.refuse(error)
        else:
            flash("Asked for; another person decides it now.", "good")
            return redirect(url_for("approvals.show", approval_id=approval_id), 303)
    return _show(user, form, 422)


def _show(user: User, form: RolesForm | ReturnForm, status: int = 200) -> Response:
    standing, recovery = get_person_standing(actor(), user.id)
    waiting = _waiting_change(user.id)
    return page(
        "identity/users/show.html",
        status,
        user=user,
        standing=standing,
        recovery=recovery,
        history=list_history(actor(), f"user:{user.id}"),
        role_names=[ROLE_NAMES[role] for role in sorted(user.roles)],
        waiting=waiting,
        may_amend=waiting is not None and waiting.maker_id == actor().user_id,
        waiting_return=find_open_approval(actor(), USER_RETURN.name, f"user:{user.id}"),
        is_off=exists_switched_off(actor(), user.id),
        is_self=user.id == actor().user_id,
        may_handle_privacy=can(actor(), Permission.HANDLE_PRIVACY),
        form=form,
    )


def _waiting_change(user_id: UUID) -> Approval | None:
    return find_open_approval(actor(), ROLES_CHANGE.name, f"user:{user_id}")
