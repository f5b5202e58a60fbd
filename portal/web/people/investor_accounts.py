"""Investor accounts: the legal holders, and who acts for them."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, Response, flash, redirect, request, url_for
from werkzeug.wrappers import Response as Redirect
from wtforms import SelectField, StringField
from wtforms.validators import InputRequired, Length, Optional, Regexp

from portal.domain.identity.access.policies import can
from portal.domain.identity.access.values import Permission
from portal.domain.identity.accounts.queries import find_user_by_email
from portal.domain.identity.record.queries import list_history
from portal.domain.investments.returns.queries import get_portfolio
from portal.domain.people.delegations.queries import list_delegations_of_account
from portal.domain.people.investor_accounts.queries import get_account, list_accounts, list_members
from portal.domain.people.investor_accounts.services import add_member, number_account, open_account, remove_member
from portal.domain.people.investor_accounts.values import AccountKind
from portal.platform import clock
from portal.platform.errors import DomainError
from portal.platform.pagination import Page, decode_cursor
from portal.web.toolkit.access import requires
from portal.web.toolkit.forms import Form, choices_of
from portal.web.toolkit.page import page
from portal.web.toolkit.session import actor

blueprint = Blueprint("investor_accounts", __name__, url_prefix="/people/investor-accounts")
MOST = 50
KINDS = {
    AccountKind.INDIVIDUAL: "Individual",
    AccountKind.JOINT: "Joint",
    AccountKind.TRUST: "Trust",
    AccountKind.RETIREMENT: "Retirement account",
    AccountKind.COMPANY: "Company",
    AccountKind.PARTNERSHIP: "Partnership",
}


class AccountForm(Form):
    """What staff enter of an account."""

    name = StringField("Name", [InputRequired("Give the account its legal name."), Length(max=200)])
    kind = SelectField("Kind", choices=choices_of(KINDS))
    tax_residence = StringField(
        "Tax residence", [Optional(), Regexp(r"^[A-Za-z]{2}$", message="Two letters, such as US or GB.")]
    )


class NumberForm(Form):
    """The number by which the firm and its administrator know an account."""

    number = StringField("Account number", [Optional(), Length(max=60)])


class MemberForm(Form):
    """Who is to act for an account."""

    email = StringField("E-mail address", [InputRequired("Enter the person's e-mail address."), Length(max=254)])


@blueprint.get("")
@requires(Permission.SEE_ALL_PORTFOLIOS)
def index() -> Response:
    """All accounts by name."""
    search = request.args.get("search", "").strip()
    (after,) = decode_cursor(request.args["cursor"], str) if "cursor" in request.args else ("",)
    found = Page(list_accounts(actor(), search=search, after=after, most=MOST + 1), MOST, lambda each: (each.name,))
    return page(
        "people/investor_accounts/index.html",
        accounts=found.items,
        kinds=KINDS,
        search=search,
        next_url=url_for("investor_accounts.index", search=search or None, cursor=found.next) if found.next else None,
        may_edit=_may_edit(),
    )


@blueprint.get("/new")
@requires(Permission.EDIT_ACCOUNTS)
def new() -> Response:
    """The empty form."""
    return page("people/investor_accounts/new.html", form=AccountForm(formdata=None))


@blueprint.post("")
@requires(Permission.EDIT_ACCOUNTS)
def create() -> Response | Redirect:
    """A new account, or the form again with what to mend."""
    form = AccountForm()
    if form.validate():
        residence = (form.tax_residence.data or "").upper() or None
        try:
            account_id = open_account(
                actor(), name=form.name.data, kind=AccountKind(form.kind.data), tax_residence=residence
            )
        except DomainError as error:
            form.refuse(error)
        else:
            flash("The account is open. Add the people who act for it.", "good")
            return redirect(url_for("investor_accounts.show", account_id=account_id), 303)
    return page("people/investor_accounts/new.html", 422, form=form)


@blueprint.get("/<uuid:account_id>")
@requires(Permission.SEE_ALL_PORTFOLIOS)
def show(account_id: UUID) -> Response:
    """An account: what it holds and who acts for it."""
    return _show(account_id, MemberForm(formdata=None))


@blueprint.post("/<uuid:account_id>/number")
@requires(Permission.EDIT_ACCOUNTS)
def number(account_id: UUID) -> Response | Redirect:
    """Write the number of the account, or the page again with what to mend."""
    form = NumberForm()
    if form.validate():
        try:
            number_account(actor(), account_id, form.number.data or "")
        except DomainError as error:
            form.refuse(error)
        else:
            flash("The number is kept. Papers that bear it are found to be this account's.", "good")
            return redirect(url_for("investor_accounts.show", account_id=account_id), 303)
    return _show(account_id, MemberForm(formdata=None), 422, number_form=form)


@blueprint.post("/<uuid:account_id>/members")
@requires(Permission.EDIT_ACCOUNTS)
def add(account_id: UUID) -> Response | Redirect:
    """Let a person act for the account."""
    get_account(actor(), account_id)
    form = MemberForm()
    if not form.validate():
        return _show(account_id, form, 422)
    person = find_user_by_email(actor(), form.email.data)
    if person is None:
        form.email.errors = ["Nobody here has this e-mail address. Invite the person instead."]
        return _show(account_id, form, 422)
    add_member(actor(), account_id, user_id=person.id)
    flash(f"{person.name} acts for this account now.", "good")
    return redirect(url_for("investor_accounts.show", account_id=account_id), 303)


@blueprint.post("/<uuid:account_id>/members/<uuid:user_id>/remove")
@requires(Permission.EDIT_ACCOUNTS)
def remove(account_id: UUID, user_id: UUID) -> Redirect:
    """Let a person no longer act for the account."""
    get_account(actor(), account_id)
    remove_member(actor(), account_id, user_id=user_id)
    flash("This person no longer acts for the account.", "good")
    return redirect(url_for("investor_accounts.show", account_id=account_id), 303)


def _show(account_id: UUID, form: MemberForm, status: int = 200, *, number_form: NumberForm | None = None) -> Response:
    account = get_account(actor(), account_id)
    return page(
        "people/investor_accounts/show.html",
        status,
        account=account,
        number_form=number_form or NumberForm(formdata=None, number=account.number),
        members=list_members(actor(), account_id),
        delegations=list_delegations_of_account(actor(), account_id),
        portfolio=get_portfolio(actor(), as_of=clock.today(), account_id=account_id),
        history=list_history(actor(), f"account:{account_id}"),
        kinds=KINDS,
        form=form,
        may_edit=_may_edit(),
        may_view=can(actor(), Permission.VIEW_AS_INVESTOR),
    )


def _may_edit() -> bool:
    return can(actor(), Permission.EDIT_ACCOUNTS)
