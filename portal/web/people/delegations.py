"""Whom an investor lets see their accounts, and who looked."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

from flask import Blueprint, Response, flash, redirect, request, url_for
from werkzeug.wrappers import Response as Redirect
from wtforms import DateField, EmailField, SelectField, SelectMultipleField, StringField
from wtforms.validators import Email, InputRequired, Length
from wtforms.widgets import CheckboxInput, ListWidget

from portal.domain.analytics.looks.queries import NEWEST, list_looks
from portal.domain.identity.access.policies import can
from portal.domain.identity.access.values import Permission
from portal.domain.people.delegations.queries import (
    get_given_delegation,
    list_given_delegations,
    list_own_accounts,
    list_received_delegations,
)
from portal.domain.people.delegations.services import end_delegation, give_access, renew_delegation
from portal.domain.people.delegations.values import LONGEST, DelegationState, Relation, Scope
from portal.platform import clock
from portal.platform.errors import DomainError
from portal.platform.pagination import Page, decode_cursor
from portal.platform.resources import resources
from portal.web.toolkit.access import requires
from portal.web.toolkit.forms import Form, choices_of
from portal.web.toolkit.freshness import fresh
from portal.web.toolkit.page import page
from portal.web.toolkit.session import actor

blueprint = Blueprint("delegations", __name__, url_prefix="/people/delegations")
P = Permission
MOST = 50
RELATIONS = {
    Relation.SPOUSE: "Spouse or partner",
    Relation.ACCOUNTANT: "Accountant",
    Relation.LAWYER: "Lawyer",
    Relation.OTHER: "Somebody else",
}
SCOPES = {
    Scope.FIGURES: "Holdings and transactions",
    Scope.STATEMENTS: "Statements",
    Scope.TAX_FORMS: "Tax forms",
    Scope.NOTICES: "Notices",
}
STATES = {
    DelegationState.OPEN: ("open", "good"),
    DelegationState.ENDED: ("ended", "neutral"),
    DelegationState.EXPIRED: ("expired", "warn"),
}
PAGES = {
    "portfolio": "Portfolio",
    "holdings": "Holding",
    "figures": "Where a figure comes from",
    "transactions": "Transactions",
    "statements": "Statement",
    "statement_lines": "Line of a statement",
    "capital_calls": "Capital call",
    "notices": "Notice",
    "documents": "Document",
    "downloads": "Document",
}
ACTS = {
    "viewing.begin": "Began to see the portal as you do",
    "viewing.end": "Stopped seeing the portal as you do",
    "delegation.end": "Ended for you that somebody may see your accounts",
}


def _several(label: str) -> SelectMultipleField:
    return SelectMultipleField(label, option_widget=CheckboxInput(), widget=ListWidget(prefix_label=False))


class DelegationForm(Form):
    """Whom to let in, to what, and until when."""

    called = StringField("Name", [InputRequired("Enter the person's name."), Length(max=200)])
    email = EmailField(
        "E-mail address",
        [InputRequired("Enter an e-mail address."), Email("This is not an address."), Length(max=254)],
    )
    relation = SelectField("Who they are to you", choices=choices_of(RELATIONS))
    accounts = _several("Accounts")
    scopes = _several("What they may see")
    until = DateField("Last day", [InputRequired("Choose the last day.")])


class RenewalForm(Form):
    """Another last day."""

    until = DateField("Last day", [InputRequired("Choose the last day.")])


@blueprint.get("")
@requires(P.SEE_OWN_PORTFOLIO)
def index() -> Response:
    """Whom one lets in, and who lets one in."""
    return page(
        "people/delegations/index.html",
        may_share=can(actor(), P.SHARE_ACCOUNTS),
        given=list_given_delegations(actor()),
        received=list_received_delegations(actor()),
        relations=RELATIONS,
        scopes=SCOPES,
        states=STATES,
    )


@blueprint.get("/new")
@requires(P.SHARE_ACCOUNTS)
def new() -> Response:
    """The empty form, for half a year and everything but tax forms."""
    own, half = list_own_accounts(actor()), clock.today() + timedelta(days=182)
    chosen = [str(each) for each in own] if len(own) == 1 else []
    form = DelegationForm(formdata=None, accounts=chosen, scopes=[Scope.STATEMENTS.value], until=half)
    return _form(form, own)


@blueprint.post("")
@requires(P.SHARE_ACCOUNTS)
@fresh
def create() -> Response | Redirect:
    """Let the person in, or the form again with what to mend."""
    form, own = DelegationForm(), list_own_accounts(actor())
    _offer(form, own)
    if form.validate():
        try:
            give_access(
                actor(),
                resources().sealer,
                email=form.email.data,
                called=form.called.data,
                relation=Relation(form.relation.data),
                accounts=[UUID(each) for each in form.accounts.data],
                scopes=[Scope(each) for each in form.scopes.data],
                until=form.until.data,
            )
        except DomainError as error:
            form.refuse(error)
        else:
            flash(f"{form.called.data} may see what you chose. The mail is on its way.", "good")
            return redirect(url_for("delegations.index"), 303)
    return _form(form, own, 422)


@blueprint.get("/<uuid:delegation_id>")
@requires(P.SHARE_ACCOUNTS)
def show(delegation_id: UUID) -> Response:
    """One of them, with the form that renews it."""
    return _show(delegation_id, RenewalForm(formdata=None, until=clock.today() + timedelta(days=182)))


@blueprint.post("/<uuid:delegation_id>/renew")
@requires(P.SHARE_ACCOUNTS)
@fresh
def renew(delegation_id: UUID) -> Response | Redirect:
    """Give it another last day."""
    form = RenewalForm()
    if form.validate():
        try:
            renew_delegation(actor(), delegation_id, until=form.until.data)
        except DomainError as error:
            form.refuse(error)
        else:
            flash("The last day is changed.", "good")
            return redirect(url_for("delegations.index"), 303)
    return _show(delegation_id, form, 422)


@blueprint.post("/<uuid:delegation_id>/end")
@requires(P.SHARE_ACCOUNTS)
def end(delegation_id: UUID) -> Redirect:
    """Let the person see nothing any more."""
    end_delegation(actor(), delegation_id)
    flash("Ended. They see nothing of yours from now on.", "good")
    return redirect(url_for("delegations.index"), 303)


@blueprint.get("/log")
@requires(P.SHARE_ACCOUNTS)
def log() -> Response:
    """Who looked at one's accounts on one's behalf, and when."""
    (before,) = decode_cursor(request.args["cursor"], int) if "cursor" in request.args else (NEWEST,)
    found = Page(list_looks(actor(), before=min(before, NEWEST), most=MOST + 1), MOST, lambda each: (each.id,))
    next_url = url_for("delegations.log", cursor=found.next) if found.next else None
    return page("people/delegations/log.html", looks=found.items, pages=PAGES, acts=ACTS, next_url=next_url)


def _offer(form: DelegationForm, own: dict[UUID, str]) -> None:
    form.accounts.choices = choices_of({str(each): name for each, name in own.items()})
    form.scopes.choices = choices_of(SCOPES)


def _form(form: DelegationForm, own: dict[UUID, str], status: int = 200) -> Response:
    _offer(form, own)
    return page("people/delegations/new.html", status, form=form, has_accounts=bool(own), **_days())


def _show(delegation_id: UUID, form: RenewalForm, status: int = 200) -> Response:
    return page(
        "people/delegations/show.html",
        status,
        delegation=get_given_delegation(actor(), delegation_id),
        relations=RELATIONS,
        scopes=SCOPES,
        states=STATES,
        form=form,
        **_days(),
    )


def _days() -> dict[str, date]:
    return {"today": clock.today(), "longest": clock.today() + LONGEST}
