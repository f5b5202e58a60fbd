"""The steps of a subscription, each a plain form that is kept by itself."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, Response, redirect, url_for
from werkzeug.wrappers import Response as Redirect

from portal.domain.identity.access.values import Permission
from portal.domain.investments.opportunities.queries.opportunities import (
    get_open_opportunity,
    list_offered_documents,
    list_reasons,
)
from portal.domain.investments.subscriptions.errors import NotNow
from portal.domain.investments.subscriptions.policies import can_act
from portal.domain.investments.subscriptions.queries.offers import get_draft_in_force, get_setup, list_missing
from portal.domain.investments.subscriptions.queries.subscriptions import get_subscription
from portal.domain.investments.subscriptions.services.drafting import save_step
from portal.domain.investments.subscriptions.values.forms import QuestionKind
from portal.domain.investments.subscriptions.values.subscriptions import STEPS, Act, Step, Subscription
from portal.platform.errors import DomainError, NotFound
from portal.web.investments.offering_names import remedy_link
from portal.web.investments.subscription_forms import entered_in, filled_with, form_of
from portal.web.investments.subscription_names import ANSWERS
from portal.web.investments.subscription_names import STEPS as LABELS
from portal.web.toolkit.access import requires
from portal.web.toolkit.forms import Form
from portal.web.toolkit.page import page
from portal.web.toolkit.session import actor

blueprint = Blueprint("subscription_steps", __name__, url_prefix="/investments/subscription-steps")

PAGES = {
    Step.AMOUNT: "investments/subscription_steps/amount.html",
    Step.QUESTIONS: "investments/subscription_steps/questions.html",
    Step.STATEMENTS: "investments/subscription_steps/statements.html",
    Step.DOCUMENTS: "investments/subscription_steps/documents.html",
    Step.REVIEW: "investments/subscription_steps/review.html",
}


@blueprint.get("/<uuid:subscription_id>/<step>")
@requires(Permission.INVEST)
def edit(subscription_id: UUID, step: str) -> Response:
    """A step with what was entered before."""
    found, at = _own(subscription_id), _step(step)
    asked = get_setup(actor(), found.opportunity_id).form
    return _show(found, at, filled_with(at, asked, get_draft_in_force(actor(), found)))


@blueprint.post("/<uuid:subscription_id>/<step>")
@requires(Permission.INVEST)
def save(subscription_id: UUID, step: str) -> Response | Redirect:
    """Keep what was entered and go on to the next step, or see it again with what to mend."""
    found, at = _own(subscription_id), _step(step)
    if at is Step.REVIEW:
        raise NotFound
    asked = get_setup(actor(), found.opportunity_id).form
    form = form_of(at, asked)()
    if form.validate():
        try:
            save_step(actor(), subscription_id, entered_in(at, asked, form))
        except DomainError as error:
            if not error.fields:
                raise
            form.refuse(error)
        else:
            following = STEPS[STEPS.index(at) + 1].value
            return redirect(url_for("subscription_steps.edit", subscription_id=subscription_id, step=following), 303)
    return _show(found, at, form, 422)


def _own(subscription_id: UUID) -> Subscription:
    """A subscription that may still be changed, by whom it is."""
    found = get_subscription(actor(), subscription_id)
    if not can_act(actor(), Act.SUBMIT, found.state):
        raise NotNow
    return found


def _step(name: str) -> Step:
    try:
        return Step(name)
    except ValueError as error:
        raise NotFound from error


def _show(found: Subscription, at: Step, form: Form, status: int = 200) -> Response:
    opportunity = get_open_opportunity(actor(), found.opportunity_id)
    setup, draft = get_setup(actor(), found.opportunity_id), get_draft_in_force(actor(), found)
    missing = list_missing(actor(), found)
    reasons = list_reasons(actor(), opportunity.id, found.account_id, draft.amount)
    address = {each: url_for("subscription_steps.edit", subscription_id=found.id, step=each.value) for each in STEPS}
    states = {each: "to do" if each in missing or each is Step.REVIEW else "done" for each in STEPS} | {at: "current"}
    return page(
        PAGES[at],
        status,
        subscription=found,
        opportunity=opportunity,
        asked=setup.form,
        draft=draft,
        form=form,
        steps=[(LABELS[each], states[each], address[each]) for each in STEPS],
        missing=[(LABELS[each], address[each]) for each in missing],
        documents=list_offered_documents(actor(), opportunity.id) if at is Step.DOCUMENTS else [],
        reasons=[(each, remedy_link(each.remedy, found.account_id)) for each in reasons],
        answers=ANSWERS,
        kinds=QuestionKind,
    )
