"""Inviting people, and coming in by an invitation or the confirmation of a registration."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, Response, flash, redirect, request, url_for
from werkzeug.wrappers import Response as Redirect
from wtforms import EmailField, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import Email, InputRequired, Length
from wtforms.widgets import CheckboxInput, ListWidget

from portal.domain.identity.access.policies import can
from portal.domain.identity.access.values import STAFF_ROLES, Permission, Role
from portal.domain.identity.accounts.errors import WeakPassword
from portal.domain.identity.joining.queries import get_joiner
from portal.domain.identity.joining.services import accept_link
from portal.domain.identity.joining.values import Joiner
from portal.domain.identity.links.errors import LinkClosed, UnknownLink
from portal.domain.people.investor_accounts.queries import get_account
from portal.domain.people.invitations.services import invite_person, resend_invitation, withdraw_invitation
from portal.platform.errors import DomainError
from portal.platform.resources import resources
from portal.web.toolkit.access import public, requires
from portal.web.toolkit.forms import Form, choices_of
from portal.web.toolkit.navigation import ROLE_NAMES
from portal.web.toolkit.page import page, unkept
from portal.web.toolkit.passwords import new_password_field, shortest_password
from portal.web.toolkit.session import actor, begin_session

blueprint = Blueprint("invitations", __name__, url_prefix="/invitations")


class InvitationForm(Form):
    """Whom to invite, and to what."""

    name = StringField("Name", [InputRequired("Enter the person's name."), Length(max=200)])
    email = EmailField("E-mail address", [InputRequired("Enter an e-mail address."), Email("This is not an address.")])
    roles = SelectMultipleField(
        "Roles", choices=choices_of(ROLE_NAMES), option_widget=CheckboxInput(), widget=ListWidget(prefix_label=False)
    )
    accounts = TextAreaField("Accounts to act for", [Length(max=5000)])


class JoinForm(Form):
    """How one wants to be called, and one's password."""

    name = StringField("Your name", [InputRequired("Enter your name."), Length(max=200)])
    password = new_password_field("Password")


@blueprint.get("/new")
@requires(Permission.INVITE_PEOPLE)
def new() -> Response:
    """The empty form, for one account where it was opened from its page."""
    account = request.args.get("account", type=UUID)
    named = get_account(actor(), account).name if account and can(actor(), Permission.EDIT_ACCOUNTS) else ""
    return _form(InvitationForm(formdata=None, accounts=named, roles=[Role.INVESTOR.value]))


@blueprint.post("")
@requires(Permission.INVITE_PEOPLE)
def create() -> Response | Redirect:
    """Invite the person, or the form again with what to mend."""
    form = InvitationForm()
    if form.validate():
        try:
            invite_person(
                actor(),
                resources().sealer,
                email=form.email.data,
                name=form.name.data,
                roles=[Role(role) for role in form.roles.data] or [Role.INVESTOR],
                accounts=[line.strip() for line in (form.accounts.data or "").splitlines() if line.strip()],
            )
        except DomainError as error:
            form.refuse(error)
        else:
            waits = (
                " Their role takes effect once somebody else approves it." if STAFF_ROLES & {*form.roles.data} else ""
            )
            flash(f"{form.name.data} is invited. The mail is on its way.{waits}", "good")
            return redirect(url_for("users.index"), 303)
    return _form(form, 422)


@blueprint.post("/<uuid:user_id>/resend")
@requires(Permission.INVITE_PEOPLE)
def resend(user_id: UUID) -> Redirect:
    """Send an invitation again."""
    resend_invitation(actor(), resources().sealer, user_id)
    flash("The invitation is sent again. The link sent before no longer opens.", "good")
    return redirect(url_for("users.index"), 303)


@blueprint.post("/<uuid:user_id>/withdraw")
@requires(Permission.INVITE_PEOPLE)
def withdraw(user_id: UUID) -> Redirect:
    """Let an invitation no longer open."""
    withdraw_invitation(actor(), user_id)
    flash("The invitation is withdrawn. Its link no longer opens.", "good")
    return redirect(url_for("users.index"), 303)


@blueprint.get("/<token>")
@public
def show(token: str) -> Response:
    """What the person is invited to, and the form that begins it."""
    try:
        joiner = get_joiner(token)
    except (UnknownLink, LinkClosed) as error:
        return _closed(error)
    return _welcome(JoinForm(formdata=None, name=joiner.name), joiner, token)


@blueprint.post("/<token>")
@public
def accept(token: str) -> Response | Redirect:
    """Set name and password, and be signed in."""
    form = JoinForm()
    try:
        joiner = get_joiner(token)
        if not form.validate():
            return _welcome(form, joiner, token, 422)
        agent, address = request.user_agent.string, request.remote_addr or ""
        cookie = accept_link(token, name=form.name.data, password=form.password.data, agent=agent, address=address)
    except WeakPassword as error:
        form.refuse(error)
        return _welcome(form, joiner, token, 422)
    except (UnknownLink, LinkClosed) as error:
        return _closed(error)
    flash("Welcome. You are signed in.", "good")
    response = redirect(url_for("dashboard.index"), 303)
    begin_session(response, cookie)
    return response


def _form(form: InvitationForm, status: int = 200) -> Response:
    may_choose_role, may_choose_accounts = (
        can(actor(), permission) for permission in (Permission.EDIT_PEOPLE, Permission.EDIT_ACCOUNTS)
    )
    return page(
        "identity/invitations/new.html",
        status,
        form=form,
        may_choose_role=may_choose_role,
        may_choose_accounts=may_choose_accounts,
    )


def _welcome(form: JoinForm, joiner: Joiner, token: str, status: int = 200) -> Response:
    return unkept(
        page(
            "identity/invitations/show.html",
            status,
            form=form,
            joiner=joiner,
            token=token,
            shortest=shortest_password(),
        )
    )


def _closed(error: DomainError) -> Response:
    status = 404 if isinstance(error, UnknownLink) else 409
    return page("identity/invitations/closed.html", status, reason=error.message)
