"""Interest in an opportunity: investors say it, staff read who did."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, flash, redirect, request, url_for
from werkzeug.wrappers import Response as Redirect
from wtforms import SelectField, TextAreaField
from wtforms.validators import InputRequired, Length

from portal.domain.identity.access.values import Permission
from portal.domain.investments.eligibility.values import Candidate
from portal.domain.investments.opportunities.policies import can_see_offerings
from portal.domain.investments.opportunities.queries.interests import list_interest_changes, list_interests
from portal.domain.investments.opportunities.queries.opportunities import (
    find_offered_candidate,
    get_opportunity,
    list_interested_reasons,
)
from portal.domain.investments.opportunities.services.interests import (
    express_interest,
    watch_opportunity,
    withdraw_interest,
)
from portal.domain.investments.opportunities.values.interests import Interest, InterestChange
from portal.platform.errors import DomainError, NotFound
from portal.platform.pagination import Page, decode_cursor
from portal.web.investments.offering_names import INTEREST_STATES
from portal.web.toolkit.access import requires, requires_any
from portal.web.toolkit.amounts import AmountField
from portal.web.toolkit.forms import Form, choices_of
from portal.web.toolkit.page import page
from portal.web.toolkit.places import read_id
from portal.web.toolkit.session import actor

blueprint = Blueprint("interests", __name__, url_prefix="/investments/interests/<uuid:opportunity_id>")
MOST = 50
READERS = (Permission.INVEST, Permission.SEE_ALL_PORTFOLIOS)


class InterestForm(Form):
    """How much an account may invest."""

    account = SelectField("Account")
    amount = AmountField("Amount", [InputRequired("Enter the amount that the account may invest.")])
    note = TextAreaField("Note to the firm", [Length(max=1_000)])

    def offer(self, candidates: Sequence[Candidate]) -> InterestForm:
        """Let one of these accounts be chosen."""
        self.account.choices = choices_of({str(each.account_id): each.name for each in candidates})
        return self


@blueprint.get("")
@requires_any(*READERS)
def index(opportunity_id: UUID) -> Response:
    """Who is interested and everything that was said; for investors of their own accounts."""
    opportunity = get_opportunity(actor(), opportunity_id)
    return _index(opportunity_id, InterestForm(formdata=None), opportunity.currency)


@blueprint.post("")
@requires(Permission.INVEST)
def create(opportunity_id: UUID) -> Response | Redirect:
    """Say that an account may invest, or other than said before."""
    opportunity = get_opportunity(actor(), opportunity_id)
    form, account_id = InterestForm(), read_id(request.form, "account")
    candidate = find_offered_candidate(actor(), opportunity_id, account_id) if account_id else None
    form.offer([candidate] if candidate else [])
    if form.validate():
        try:
            express_interest(
                actor(), opportunity_id, UUID(form.account.data), amount=form.amount.data, note=form.note.data or ""
            )
        except NotFound:
            raise
        except DomainError as error:
            form.refuse(error)
        else:
            flash("The firm knows of your interest. It binds nobody.", "good")
            return redirect(url_for("opportunities.show", opportunity_id=opportunity_id), 303)
    return _index(opportunity_id, form, opportunity.currency, 422)


@blueprint.post("/withdraw")
@requires(Permission.INVEST)
def withdraw(opportunity_id: UUID) -> Redirect:
    """Take it back for the account that the form names."""
    account_id = read_id(request.form, "account")
    if account_id is None:
        raise NotFound
    withdraw_interest(actor(), opportunity_id, account_id)
    flash("Your interest is withdrawn.", "good")
    return redirect(url_for("opportunities.show", opportunity_id=opportunity_id), 303)


@blueprint.post("/watch")
@requires(Permission.INVEST)
def watch(opportunity_id: UUID) -> Redirect:
    """Watch it."""
    watch_opportunity(actor(), opportunity_id, watched=True)
    return redirect(url_for("opportunities.show", opportunity_id=opportunity_id), 303)


@blueprint.post("/unwatch")
@requires(Permission.INVEST)
def unwatch(opportunity_id: UUID) -> Redirect:
    """Watch it no longer."""
    watch_opportunity(actor(), opportunity_id, watched=False)
    return redirect(url_for("opportunities.show", opportunity_id=opportunity_id), 303)


def _index(opportunity_id: UUID, form: InterestForm, currency: str, status: int = 200) -> Response:
    person, opportunity = actor(), get_opportunity(actor(), opportunity_id)
    found, said = _interests(opportunity_id), _changes(opportunity_id)
    here: dict[str, Any] = {
        "opportunity_id": opportunity_id,
        **{name: request.args.get(name) for name in ("cursor", "changes")},
    }
    accounts = [each.account_id for each in found.items]
    return page(
        "investments/interests/index.html",
        status,
        opportunity=opportunity,
        reasons=list_interested_reasons(person, opportunity, accounts) if can_see_offerings(person) else None,
        interests=found.items,
        changes=said.items,
        next_url=url_for("interests.index", **here | {"cursor": found.next}) if found.next else None,
        next_changes=url_for("interests.index", **here | {"changes": said.next}) if said.next else None,
        form=form if form.errors or form.form_errors else None,
        currency=currency,
        states=INTEREST_STATES,
    )


def _interests(opportunity_id: UUID) -> Page[Interest]:
    place = decode_cursor(request.args["cursor"], str, datetime, UUID) if "cursor" in request.args else None
    after = None if place is None else (place[0], place[1], place[2])
    rows = list_interests(actor(), opportunity_id, after=after, most=MOST + 1)
    return Page(rows, MOST, lambda each: (each.state.value, each.changed_at.isoformat(), each.id))


def _changes(opportunity_id: UUID) -> Page[InterestChange]:
    before = decode_cursor(request.args["changes"], int)[0] if "changes" in request.args else None
    rows = list_interest_changes(actor(), opportunity_id, before=before, most=MOST + 1)
    return Page(rows, MOST, lambda each: (each.id,))
