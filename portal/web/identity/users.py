"""The people of the firm and their roles."""

from __future__ import annotations

from flask import Blueprint, Response, flash, redirect, request, url_for
from werkzeug.wrappers import Response as Redirect
from wtforms import EmailField, PasswordField, SelectMultipleField, StringField
from wtforms.validators import Email, InputRequired, Length
from wtforms.widgets import CheckboxInput, ListWidget

from portal.domain.identity.access.values import Permission, Role
from portal.domain.identity.accounts.queries import list_users
from portal.domain.identity.accounts.services import create_user
from portal.platform.errors import DomainError
from portal.platform.pagination import Page, decode_cursor
from portal.web.toolkit.access import requires
from portal.web.toolkit.forms import Form, choices_of
from portal.web.toolkit.navigation import ROLE_NAMES
from portal.web.toolkit.page import page
from portal.web.toolkit.session import actor

blueprint = Blueprint("users", __name__, url_prefix="/users")
MOST = 50


class UserForm(Form):
    """A person to be added."""

    name = StringField("Name", [InputRequired("Enter the person's name."), Length(max=200)])
    email = EmailField("E-mail address", [InputRequired("Enter an e-mail address."), Email("This is not an address.")])
    password = PasswordField(
        "First password", [InputRequired("Enter a first password."), Length(15, 128, "Between 15 and 128 characters.")]
    )
    roles = SelectMultipleField(
        "Roles",
        [InputRequired("Choose at least one role.")],
        choices=choices_of(ROLE_NAMES),
        option_widget=CheckboxInput(),
        widget=ListWidget(prefix_label=False),
    )


@blueprint.get("")
@requires(Permission.EDIT_PEOPLE)
def index() -> Response:
    """Everybody by e-mail address."""
    search = request.args.get("search", "").strip()
    (after,) = decode_cursor(request.args["cursor"], str) if "cursor" in request.args else ("",)
    found = Page(list_users(actor(), search=search, after=after, most=MOST + 1), MOST, lambda each: (each.email,))
    next_url = url_for("users.index", search=search or None, cursor=found.next) if found.next else None
    return page("identity/users/index.html", users=found.items, search=search, roles=ROLE_NAMES, next_url=next_url)


@blueprint.get("/new")
@requires(Permission.EDIT_PEOPLE)
def new() -> Response:
    """The empty form."""
    return page("identity/users/new.html", form=UserForm(formdata=None))


@blueprint.post("")
@requires(Permission.EDIT_PEOPLE)
def create() -> Response | Redirect:
    """A new person, or the form again with what to mend."""
    form = UserForm()
    if form.validate():
        try:
            create_user(
                actor(),
                email=form.email.data,
                name=form.name.data,
                password=form.password.data,
                roles=[Role(role) for role in form.roles.data],
            )
        except DomainError as error:
            form.refuse(error)
        else:
            flash(f"{form.name.data} may sign in.", "good")
            return redirect(url_for("users.index"), 303)
    return page("identity/users/new.html", 422, form=form)
