"""Saying how an offering takes subscriptions, and what is asked."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any
from uuid import UUID

from portal.domain.identity.access.policies import require
from portal.domain.identity.access.values import Actor, Permission
from portal.domain.identity.accounts.queries import get_user
from portal.domain.identity.audit.services import record_act
from portal.domain.investments.opportunities.queries.opportunities import get_opportunity
from portal.domain.investments.subscriptions.models import FormRecord, SetupRecord
from portal.domain.investments.subscriptions.queries.offers import find_setup
from portal.domain.investments.subscriptions.rules.forms import read_questions, read_statements, read_terms
from portal.domain.investments.subscriptions.values.forms import Allocation, SubscriptionForm
from portal.platform.db import session, take_turns, transactional
from portal.platform.errors import Invalid

MOST_PLACES = 1_000_000


@transactional
def set_subscriptions_up(
    actor: Actor,
    opportunity_id: UUID,
    *,
    allocation: Allocation,
    places: int | None,
    countersigner_id: UUID | None,
    questions: str,
    statements: str,
    terms: str,
) -> int:
    """Say how an offering takes subscriptions; the version of what is asked, a new one where that is something
    else than before. Who has begun answers what is new. NotFound, Invalid with a message per field."""
    require(actor, Permission.EDIT_OFFERINGS)
    get_opportunity(actor, opportunity_id)
    if places is not None and not 0 < places <= MOST_PLACES:
        raise Invalid(fields={"places": "Enter how many accounts at the most, or nothing."})
    _check_countersigner(actor, countersigner_id)
    take_turns("subscriptions.set_up", str(opportunity_id))
    before = find_setup(actor, opportunity_id)
    asked = SubscriptionForm(
        before.form.version if before else 0, read_questions(questions), read_statements(statements), read_terms(terms)
    )
    version = _keep_form(actor, opportunity_id, asked) if before is None or before.form != asked else asked.version
    record = session.get(SetupRecord, opportunity_id) or SetupRecord(
        opportunity_id=opportunity_id, firm_id=actor.firm_id
    )
    record.allocation, record.places = allocation.value, places
    record.countersigner_id, record.form_version = countersigner_id, version
    session.add(record)
    session.flush()
    record_act(actor.user_id, "subscription.set_up", f"opportunity:{opportunity_id}", version=version)
    return version


def _check_countersigner(actor: Actor, user_id: UUID | None) -> None:
    if user_id is None:
        return
    person = get_user(actor, user_id)
    staff = Actor(actor.firm_id, user_id, person.roles)
    if not person.active or not staff.is_staff:
        raise Invalid(fields={"countersigner": "Choose somebody of the staff who can sign in."})


def _keep_form(actor: Actor, opportunity_id: UUID, asked: SubscriptionForm) -> int:
    """The next version of what is asked."""
    questions: list[dict[str, Any]] = [
        {**asdict(each), "kind": each.kind.value, "choices": list(each.choices)} for each in asked.questions
    ]
    form = FormRecord(
        firm_id=actor.firm_id,
        opportunity_id=opportunity_id,
        version=asked.version + 1,
        questions=questions,
        statements=[asdict(each) for each in asked.statements],
        terms=asked.terms,
        written_by=actor.user_id,
    )
    session.add(form)
    session.flush()
    return form.version
