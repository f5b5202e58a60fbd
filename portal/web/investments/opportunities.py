"""Opportunities: for investors what is offered to them and what stands in the way, for staff all there are."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from flask import Blueprint, Response, flash, redirect, request, url_for
from werkzeug.wrappers import Response as Redirect
from wtforms import TextAreaField
from wtforms.validators import InputRequired, Length

from portal.domain.identity.access.policies import can
from portal.domain.identity.access.values import Permission
from portal.domain.identity.record.queries import list_history
from portal.domain.investments.opportunities.policies import can_edit_offerings, can_see_offerings
from portal.domain.investments.opportunities.queries.interests import (
    list_interests,
    list_offering_answers,
    list_waiting_questions,
)
from portal.domain.investments.opportunities.queries.opportunities import (
    find_offered_room,
    get_opportunity,
    list_closes,
    list_judged_accounts,
    list_offered_documents,
    list_opportunities,
)
from portal.domain.investments.opportunities.services.offering import change_opportunity, create_opportunity
from portal.domain.investments.opportunities.services.opening import (
    close_opportunity,
    fund_opportunity,
    propose_opening,
)
from portal.domain.investments.opportunities.values.opportunities import Opportunity, OpportunityFilter
from portal.platform import clock
from portal.platform.errors import DomainError
from portal.platform.pagination import Page, decode_cursor
from portal.web.investments.interests import InterestForm
from portal.web.investments.offering_audiences import tell_audience
from portal.web.investments.offering_names import INTEREST_STATES, OPPORTUNITY_STATES, remedy_link
from portal.web.investments.opportunity_forms import OpportunityForm
from portal.web.toolkit.access import requires, requires_any
from portal.web.toolkit.forms import Form
from portal.web.toolkit.offering_words import EXEMPTIONS, terms_of
from portal.web.toolkit.page import page
from portal.web.toolkit.session import actor

blueprint = Blueprint("opportunities", __name__, url_prefix="/investments/opportunities")
READERS = (Permission.INVEST, Permission.SEE_ALL_PORTFOLIOS)
MOST = 50


class OpeningForm(Form):
    """What the approver is told."""

    reason = TextAreaField("What the approver should know", [InputRequired("Write a sentence."), Length(max=1_000)])


@blueprint.get("")
@requires_any(*READERS)
def index() -> Response:
    """Opportunities, newest first."""
    search, is_staff = request.args.get("search", "").strip(), can_see_offerings(actor())
    after = decode_cursor(request.args["cursor"], datetime, UUID) if "cursor" in request.args else None
    rows = list_opportunities(
        actor(), OpportunityFilter(search), after=(after[0], after[1]) if after else None, most=MOST + 1
    )
    found = Page(rows, MOST, lambda each: (each.created_at.isoformat(), each.id))
    next_url = url_for("opportunities.index", search=search or None, cursor=found.next) if found.next else None
    return page(
        "investments/opportunities/index.html",
        opportunities=found.items,
        search=search,
        next_url=next_url,
        states=OPPORTUNITY_STATES,
        may_edit=can_edit_offerings(actor()),
        is_staff=is_staff,
        waiting=list_waiting_questions(actor()) if is_staff else [],
    )


@blueprint.get("/new")
@requires(Permission.EDIT_OFFERINGS)
def new() -> Response:
    """The empty form."""
    return page(
        "investments/opportunities/form.html", form=OpportunityForm(formdata=None).offer(actor()), opportunity=None
    )


@blueprint.post("")
@requires(Permission.EDIT_OFFERINGS)
def create() -> Response | Redirect:
    """A new draft, or the form again with what to mend."""
    form = OpportunityForm().offer(actor())
    if form.validate():
        try:
            opportunity_id = create_opportunity(actor(), form.description())
        except DomainError as error:
            form.refuse(error)
        else:
            flash("The draft is made. Add its closes and documents, then ask for its opening.", "good")
            return redirect(url_for("opportunities.show", opportunity_id=opportunity_id), 303)
    return page("investments/opportunities/form.html", 422, form=form, opportunity=None)


@blueprint.get("/<uuid:opportunity_id>")
@requires_any(*READERS)
def show(opportunity_id: UUID) -> Response:
    """What is offered, how far it is, what stands in the way of one's accounts."""
    person, is_staff = actor(), can_see_offerings(actor())
    opportunity = get_opportunity(person, opportunity_id)
    search = request.args.get("search", "").strip()
    accounts = [] if is_staff else list_judged_accounts(person, opportunity, search=search, most=MOST + 1)
    closes = list_closes(person, opportunity.id)
    searches, accounts = bool(search) or len(accounts) > MOST, accounts[:MOST]
    return page(
        "investments/opportunities/show.html",
        opportunity=opportunity,
        closes=closes,
        takes_on=any(each.takes_on(clock.today()) for each in closes),
        documents=list_offered_documents(person, opportunity.id),
        answers=list_offering_answers(person, opportunity.id),
        interests=list_interests(person, opportunity.id),
        audience=tell_audience(opportunity) if is_staff else "",
        accounts=accounts,
        search=search,
        searches=searches,
        room=find_offered_room(person, opportunity),
        form=InterestForm(formdata=None).offer([candidate for candidate, _ in accounts]),
        history=list_history(person, f"opportunity:{opportunity.id}") if is_staff else [],
        is_staff=is_staff,
        may_edit=can_edit_offerings(person),
        may_approve=can(person, Permission.APPROVE_OFFERINGS),
        states=OPPORTUNITY_STATES,
        interest_states=INTEREST_STATES,
        exemptions=EXEMPTIONS,
        terms=terms_of(opportunity.terms),
        remedy_link=remedy_link,
    )


@blueprint.get("/<uuid:opportunity_id>/edit")
@requires(Permission.EDIT_OFFERINGS)
def edit(opportunity_id: UUID) -> Response:
    """The form with what stands."""
    opportunity = get_opportunity(actor(), opportunity_id)
    form = OpportunityForm.filled_from(opportunity).offer(actor(), opportunity.room_id)
    return page("investments/opportunities/form.html", form=form, opportunity=opportunity)


@blueprint.post("/<uuid:opportunity_id>")
@requires(Permission.EDIT_OFFERINGS)
def update(opportunity_id: UUID) -> Response | Redirect:
    """Other particulars of a draft, or the form again with what to mend."""
    opportunity = get_opportunity(actor(), opportunity_id)
    form = OpportunityForm().offer(actor(), opportunity.room_id)
    if form.validate():
        try:
            change_opportunity(actor(), opportunity_id, form.description())
        except DomainError as error:
            form.refuse(error)
        else:
            flash("The draft is changed.", "good")
            return redirect(url_for("opportunities.show", opportunity_id=opportunity_id), 303)
    return page("investments/opportunities/form.html", 422, form=form, opportunity=opportunity)


@blueprint.get("/<uuid:opportunity_id>/propose")
@requires(Permission.EDIT_OFFERINGS)
def prepare(opportunity_id: UUID) -> Response:
    """The form to ask for its opening."""
    opportunity = get_opportunity(actor(), opportunity_id)
    return _opening(opportunity, OpeningForm(formdata=None))


@blueprint.post("/<uuid:opportunity_id>/propose")
@requires(Permission.EDIT_OFFERINGS)
def propose(opportunity_id: UUID) -> Response | Redirect:
    """Ask another person to open it."""
    opportunity, form = get_opportunity(actor(), opportunity_id), OpeningForm()
    if form.validate():
        try:
            approval_id = propose_opening(actor(), opportunity_id, reason=form.reason.data)
        except DomainError as error:
            form.refuse(error)
        else:
            flash("A manager other than you is asked to open it.", "good")
            return redirect(url_for("approvals.show", approval_id=approval_id), 303)
    return _opening(opportunity, form, 422)


def _opening(opportunity: Opportunity, form: OpeningForm, status: int = 200) -> Response:
    return page(
        "investments/opportunities/opening.html",
        status,
        opportunity=opportunity,
        audience=tell_audience(opportunity),
        form=form,
    )


@blueprint.post("/<uuid:opportunity_id>/close")
@requires(Permission.APPROVE_OFFERINGS)
def close(opportunity_id: UUID) -> Redirect:
    """Take nothing more."""
    close_opportunity(actor(), opportunity_id)
    flash("The opportunity is closed: it takes no more interest and subscriptions.", "good")
    return redirect(url_for("opportunities.show", opportunity_id=opportunity_id), 303)


@blueprint.post("/<uuid:opportunity_id>/fund")
@requires(Permission.APPROVE_OFFERINGS)
def fund(opportunity_id: UUID) -> Redirect:
    """What was subscribed to has come in."""
    fund_opportunity(actor(), opportunity_id)
    flash("The opportunity is noted as funded.", "good")
    return redirect(url_for("opportunities.show", opportunity_id=opportunity_id), 303)
