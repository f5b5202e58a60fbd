"""What is offered, as subscriptions look at it: how it is set up, what is asked, what room is left."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from portal.domain.identity.access.policies import require
from portal.domain.identity.access.values import PERMISSIONS, Actor, Permission
from portal.domain.identity.accounts.queries import get_user
from portal.domain.identity.accounts.values import User
from portal.domain.investments.subscriptions.errors import NotOffered
from portal.domain.investments.subscriptions.rules.forms import keep_answers, list_missing_steps, write_questions
from portal.domain.investments.subscriptions.values.forms import (
    Allocation,
    Question,
    QuestionKind,
    Setup,
    Statement,
    SubscriptionForm,
)
from portal.domain.investments.subscriptions.values.subscriptions import OPEN_TO_CHANGE, Draft, Step, Subscription
from portal.platform import db
from portal.platform.errors import NotFound

SETUP = """
SELECT s.allocation, s.places, s.countersigner_id, f.version, f.questions, f.statements, f.terms
FROM investments.subscription_setups s
JOIN investments.subscription_forms f ON f.opportunity_id = s.opportunity_id AND f.version = s.form_version
WHERE s.firm_id = %(firm)s AND s.opportunity_id = %(opportunity)s
"""
FORM = """
SELECT version, questions, statements, terms FROM investments.subscription_forms
WHERE firm_id = %(firm)s AND opportunity_id = %(opportunity)s AND version = %(version)s
"""
NEXT_CLOSE = """
SELECT id FROM investments.opportunity_closes
WHERE firm_id = %(firm)s AND opportunity_id = %(opportunity)s AND closes_on >= %(today)s AND closed_at IS NULL
ORDER BY closes_on, number LIMIT 1 FOR SHARE
"""
COUNTERSIGNERS = """
SELECT u.id FROM identity.users u WHERE u.firm_id = %(firm)s AND u.active
  AND EXISTS (SELECT FROM identity.role_grants g WHERE g.user_id = u.id AND g.role = ANY(%(roles)s))
ORDER BY u.name, u.id
"""


def find_next_close(actor: Actor, opportunity_id: UUID, today: date) -> UUID | None:
    """The close of an offering at which who subscribes today is admitted, which nobody closes before the end of the
    transaction; None where none is to come. In the tenancy of staff or of the system."""
    asked = {"firm": actor.firm_id, "opportunity": opportunity_id, "today": today}
    found: UUID | None = db.fetch_value(NEXT_CLOSE, **asked)
    return found or db.fetch_value(NEXT_CLOSE, **asked)  # one that was closed while this waited for it is passed over


def find_setup(actor: Actor, opportunity_id: UUID) -> Setup | None:
    """How an offering that the actor sees takes subscriptions, or None where that was not said yet."""
    row = db.fetch_one(SETUP, firm=actor.firm_id, opportunity=opportunity_id)
    if row is None:
        return None
    return Setup(Allocation(row.allocation), row.places, row.countersigner_id, _form(row))


def get_setup(actor: Actor, opportunity_id: UUID) -> Setup:
    """The same; NotOffered where nothing was said."""
    found = find_setup(actor, opportunity_id)
    if found is None:
        raise NotOffered
    return found


def get_form(actor: Actor, opportunity_id: UUID, version: int) -> SubscriptionForm:
    """One version of what is, or was, asked for an offering; NotFound."""
    row = db.fetch_one(FORM, firm=actor.firm_id, opportunity=opportunity_id, version=version)
    if row is None:
        raise NotFound
    return _form(row)


def _form(row: db.AnyRow) -> SubscriptionForm:
    return SubscriptionForm(
        row.version,
        tuple(_question(each) for each in row.questions),
        tuple(Statement(each["code"], each["text"]) for each in row.statements),
        row.terms,
    )


def _question(kept: dict[str, Any]) -> Question:
    return Question(kept["code"], QuestionKind(kept["kind"]), kept["text"], kept["required"], tuple(kept["choices"]))


def get_question_text(actor: Actor, opportunity_id: UUID) -> str:
    """The questions of an offering as staff write them, one to a line; empty where there are none."""
    found = find_setup(actor, opportunity_id)
    return write_questions(found.form.questions) if found else ""


def get_form_in_force(actor: Actor, found: Subscription) -> SubscriptionForm:
    """What is asked in a subscription: the latest version as long as it can be changed, then the one it was submitted
    under."""
    if found.state in OPEN_TO_CHANGE and (setup := find_setup(actor, found.opportunity_id)) is not None:
        return setup.form
    return get_form(actor, found.opportunity_id, found.form_version)


def get_draft_in_force(actor: Actor, found: Subscription) -> Draft:
    """What was entered in a subscription, as far as it stands under what is asked in it."""
    form = get_form_in_force(actor, found)
    if form.version == found.form_version:
        return found.draft
    return keep_answers(get_form(actor, found.opportunity_id, found.form_version), form, found.draft)


def list_missing(actor: Actor, found: Subscription) -> list[Step]:
    """The steps of a subscription that are not done under what is asked in it."""
    return list_missing_steps(get_form_in_force(actor, found), get_draft_in_force(actor, found))


def list_possible_countersigners(actor: Actor) -> list[User]:
    """The people of the staff who may sign for the firm: those who may accept subscriptions, by name."""
    require(actor, Permission.EDIT_OFFERINGS)
    able = [role.value for role, may in PERMISSIONS.items() if Permission.APPROVE_OFFERINGS in may]
    rows = db.fetch_all(COUNTERSIGNERS, firm=actor.firm_id, roles=able)
    return [get_user(actor, row.id) for row in rows]
