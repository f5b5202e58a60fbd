"""Subscriptions: an investor goes through the steps, staff and investors see how it stands."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from uuid import UUID

from flask import Blueprint, Response, flash, redirect, request, url_for
from werkzeug.wrappers import Response as Redirect
from wtforms.fields.choices import SelectChoice

from portal.domain.identity.access.policies import can
from portal.domain.identity.access.values import Permission
from portal.domain.investments.opportunities.queries.opportunities import (
    get_open_opportunity,
    get_opportunity,
    list_offered_candidates,
    list_reasons,
)
from portal.domain.investments.opportunities.values.opportunities import Opportunity
from portal.domain.investments.subscriptions.policies import can_act
from portal.domain.investments.subscriptions.queries.offers import get_form, get_setup
from portal.domain.investments.subscriptions.queries.subscriptions import (
    count_subscriptions,
    find_under_way,
    get_subscription,
    list_history,
    list_subscriptions,
)
from portal.domain.investments.subscriptions.services.drafting import (
    begin_subscription,
    submit_subscription,
    withdraw_subscription,
)
from portal.domain.investments.subscriptions.values.subscriptions import Act, Step, Subscription, SubscriptionState
from portal.platform.errors import Conflict, DomainError, NotFound
from portal.platform.pagination import Page, decode_cursor
from portal.web.investments.offering_names import remedy_link
from portal.web.investments.subscription_forms import AmountForm, BeginForm, CommentForm, NoteForm, ReasonForm
from portal.web.investments.subscription_names import ACTS, ANSWERS, FOLLOWS, STAFF_STATES, STATES, VIEWS
from portal.web.toolkit.access import requires, requires_any
from portal.web.toolkit.forms import Form
from portal.web.toolkit.page import page
from portal.web.toolkit.places import read_id
from portal.web.toolkit.session import actor

blueprint = Blueprint("subscriptions", __name__, url_prefix="/investments/subscriptions")
MOST = 50
MOST_OFFERED = 50
READERS = (Permission.INVEST, Permission.SEE_ALL_PORTFOLIOS)
DECIDABLE = (SubscriptionState.SUBMITTED, SubscriptionState.SENT_BACK, SubscriptionState.DRAFT)
ASKED = (Act.SUBMIT, Act.WITHDRAW, Act.SEND_BACK, Act.ACCEPT, Act.DECLINE, Act.CANCEL)


@blueprint.get("")
@requires_any(*READERS)
def index() -> Response:
    """An investor's subscriptions, or the staff's work list, narrowed to an offering."""
    is_staff, opportunity = _sees_all(), read_id(request.args, "opportunity")
    view = request.args.get("view", "review" if is_staff else "all")
    if view != "all" and view not in VIEWS:
        raise NotFound
    states = VIEWS[view][1] if view != "all" else ()
    place = decode_cursor(request.args["cursor"], datetime, UUID) if "cursor" in request.args else None
    before = (place[0], place[1]) if place else None
    rows = list_subscriptions(actor(), before=before, most=MOST + 1, states=states, opportunity_id=opportunity)
    found = Page(rows, MOST, lambda each: (each.at.isoformat(), each.id))
    counts = count_subscriptions(actor(), opportunity) if is_staff else {}
    tabs = [
        (label, url_for("subscriptions.index", view=name, opportunity=opportunity), name == view,
         sum(counts.get(state, 0) for state in of))
        for name, (label, of) in VIEWS.items()
    ]  # fmt: skip
    return page(
        "investments/subscriptions/index.html",
        subscriptions=found.items,
        tabs=tabs if is_staff else [],
        next_url=url_for("subscriptions.index", view=view, opportunity=opportunity, cursor=found.next)
        if found.next
        else None,
        states=STAFF_STATES if is_staff else STATES,
        is_staff=is_staff,
        opportunity=opportunity,
        may_allot=is_staff and opportunity is not None and can(actor(), Permission.APPROVE_OFFERINGS),
    )


@blueprint.get("/new")
@requires(Permission.INVEST)
def new() -> Response | Redirect:
    """Which account subscribes to an offering; who has begun goes on."""
    opportunity_id = read_id(request.args, "opportunity")
    if opportunity_id is None:
        raise NotFound
    return _new(opportunity_id, BeginForm(formdata=None))


@blueprint.post("")
@requires(Permission.INVEST)
def create() -> Response | Redirect:
    """Begin a subscription, or go on with the one there is."""
    opportunity_id, account = read_id(request.args, "opportunity"), read_id(request.form, "account")
    if opportunity_id is None or account is None:
        raise NotFound
    known = find_under_way(actor(), opportunity_id, account)
    if known is not None:
        return redirect(url_for("subscriptions.show", subscription_id=known), 303)
    form = BeginForm(formdata=None, account=str(account))
    try:
        begun = begin_subscription(actor(), opportunity_id, account)
    except NotFound:
        raise
    except DomainError as error:
        form.refuse(error)
        return _new(opportunity_id, form, 422)
    return redirect(url_for("subscription_steps.edit", subscription_id=begun, step=Step.AMOUNT.value), 303)


@blueprint.get("/<uuid:subscription_id>")
@requires_any(*READERS)
def show(subscription_id: UUID) -> Response:
    """A subscription: how it stands, what was entered, what happened."""
    return show_subscription(get_subscription(actor(), subscription_id))


@blueprint.post("/<uuid:subscription_id>/submit")
@requires(Permission.INVEST)
def submit(subscription_id: UUID) -> Response | Redirect:
    """Submit it, or see what keeps it from being submitted."""
    try:
        submit_subscription(actor(), subscription_id)
    except Conflict as error:
        flash(error.message, "bad")
        address = url_for("subscription_steps.edit", subscription_id=subscription_id, step=Step.REVIEW.value)
        return redirect(address, 303)
    except DomainError as error:
        if not error.fields:
            raise
        flash(next(iter(error.fields.values())), "bad")
        address = url_for("subscription_steps.edit", subscription_id=subscription_id, step=Step.AMOUNT.value)
        return redirect(address, 303)
    flash("Submitted. The firm looks at it; you are written to when there is something to do.", "good")
    return redirect(url_for("subscriptions.show", subscription_id=subscription_id), 303)


@blueprint.post("/<uuid:subscription_id>/withdraw")
@requires(Permission.INVEST)
def withdraw(subscription_id: UUID) -> Response | Redirect:
    """Take it back."""
    found, form = get_subscription(actor(), subscription_id), NoteForm()
    if form.validate():
        try:
            withdraw_subscription(actor(), subscription_id, note=form.note.data or "")
        except DomainError as error:
            form.refuse(error)
        else:
            flash("Withdrawn. You can subscribe again as long as the offering is open.", "good")
            return redirect(url_for("subscriptions.show", subscription_id=subscription_id), 303)
    return show_subscription(found, 422, withdrawing=form)


def show_subscription(found: Subscription, status: int = 200, **forms: Form) -> Response:
    """The page of a subscription; a form that was refused takes the place of the empty one."""
    opportunity = _opportunity(found)
    is_staff, amount = _sees_all(), found.draft.amount
    plain = Decimal(f"{amount.normalize():f}") if amount is not None else None
    reasons = (
        list_reasons(actor(), opportunity.id, found.account_id, amount)
        if opportunity is not None and found.state in DECIDABLE
        else ()
    )
    return page(
        "investments/subscriptions/show.html",
        status,
        subscription=found,
        opportunity=opportunity,
        form=get_form(actor(), found.opportunity_id, found.form_version),
        history=list_history(actor(), found.id),
        reasons=[(each, None if is_staff else remedy_link(each.remedy, found.account_id)) for each in reasons],
        may={act.value: can_act(actor(), act, found.state) for act in ASKED},
        states=STAFF_STATES if is_staff else STATES,
        follows=None if is_staff else FOLLOWS.get(found.state),
        acts=ACTS,
        answers=ANSWERS,
        is_staff=is_staff,
        accepting=forms.get("accepting") or AmountForm(formdata=None, amount=plain),
        returning=forms.get("returning") or CommentForm(formdata=None),
        declining=forms.get("declining") or ReasonForm(formdata=None, prefix="declining-"),
        cancelling=forms.get("cancelling") or ReasonForm(formdata=None, prefix="cancelling-"),
        withdrawing=forms.get("withdrawing") or NoteForm(formdata=None),
    )


def _opportunity(found: Subscription) -> Opportunity | None:
    """What it is a subscription to, as long as the reader may know of it."""
    try:
        return get_opportunity(actor(), found.opportunity_id)
    except NotFound:
        return None


def _sees_all() -> bool:
    """Whether the reader sees what all accounts subscribed to."""
    return actor().is_staff and can(actor(), Permission.SEE_ALL_PORTFOLIOS)


def _new(opportunity_id: UUID, form: BeginForm, status: int = 200) -> Response:
    opportunity, search = get_open_opportunity(actor(), opportunity_id), request.args.get("search", "").strip()
    get_setup(actor(), opportunity_id)
    candidates = list_offered_candidates(actor(), opportunity_id, search=search, most=MOST_OFFERED + 1)
    form.account.choices = [SelectChoice(str(each.account_id), each.name) for each in candidates[:MOST_OFFERED]]
    return page(
        "investments/subscriptions/new.html",
        status,
        opportunity=opportunity,
        form=form,
        search=search,
        searches=bool(search) or len(candidates) > MOST_OFFERED,
    )
