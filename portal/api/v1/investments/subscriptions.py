"""Subscriptions: begun, entered step by step, submitted, withdrawn, and how they stand."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import cast
from uuid import UUID

from flask import Response

from portal.api.answers import answer
from portal.api.auth import actor, requires_any
from portal.api.openapi import described
from portal.api.parsing import read_cursor
from portal.api.v1.documents.documents import moment
from portal.api.v1.investments.figures import amount_text
from portal.api.v1.investments.subscription_schemas import (
    NewSubscription,
    SavedStep,
    StepName,
    SubscriptionDetails,
    SubscriptionItem,
    SubscriptionList,
    SubscriptionQuestion,
    SubscriptionsQuery,
    SubscriptionStatement,
    Withdrawal,
)
from portal.api.v1.routes import v1
from portal.domain.identity.access.values import Permission
from portal.domain.investments.subscriptions.queries.offers import get_draft_in_force, get_form_in_force, list_missing
from portal.domain.investments.subscriptions.queries.subscriptions import get_subscription, list_subscriptions
from portal.domain.investments.subscriptions.services.drafting import (
    begin_subscription,
    save_step,
    submit_subscription,
    withdraw_subscription,
)
from portal.domain.investments.subscriptions.values.subscriptions import (
    Entered,
    SubscriptionRow,
    SubscriptionState,
)
from portal.platform.pagination import Page

READERS = (Permission.INVEST, Permission.SEE_ALL_PORTFOLIOS)


@v1.get("/investments/subscriptions")
@requires_any(*READERS)
@described(SubscriptionList, refusals=(401, 403, 404))
def show_subscriptions(query: SubscriptionsQuery) -> Response:
    """Your accounts' subscriptions, latest first; for staff those that were submitted."""
    found = list_subscriptions(
        actor(),
        before=read_cursor(query.cursor, datetime, UUID),
        most=query.limit + 1,
        states=[SubscriptionState(each) for each in query.state],
        opportunity_id=query.opportunity,
    )
    page = Page(found, query.limit, lambda each: (each.at.isoformat(), each.id))
    return answer(SubscriptionList([_item(each) for each in page.items], page.next))


@v1.post("/investments/subscriptions")
@requires_any(Permission.INVEST)
@described(SubscriptionDetails, status=201, refusals=(401, 403, 404, 409))
def begin_one_subscription(json: NewSubscription) -> Response:
    """Begin a subscription of one of your accounts to an open opportunity. 409 `subscribed_already`, `not_offered`,
    `opportunity_not_open`, `no_close` where none is to come."""
    begun = begin_subscription(actor(), UUID(json.opportunity), UUID(json.account))
    return answer(_details(begun), 201)


@v1.get("/investments/subscriptions/<uuid:subscription_id>")
@requires_any(*READERS)
@described(SubscriptionDetails, refusals=(401, 403, 404))
def show_subscription(subscription_id: UUID) -> Response:
    """A subscription, with what is asked and what was entered."""
    return answer(_details(subscription_id))


@v1.patch("/investments/subscriptions/<uuid:subscription_id>")
@requires_any(Permission.INVEST)
@described(SubscriptionDetails, refusals=(401, 403, 404, 409))
def save_subscription_step(json: SavedStep, subscription_id: UUID) -> Response:
    """Keep what was entered; it binds nobody. 409 `subscription_state` once it is submitted."""
    agreed = None if json.agreed is None else frozenset(json.agreed)
    amount = None if json.amount is None else Decimal(json.amount)
    answers = None if json.answers is None else dict(json.answers)
    save_step(actor(), subscription_id, Entered(amount, answers, agreed, json.has_read))
    return answer(_details(subscription_id))


@v1.post("/investments/subscriptions/<uuid:subscription_id>/submit")
@requires_any(Permission.INVEST)
@described(SubscriptionDetails, refusals=(401, 403, 404, 409, 422))
def submit_one_subscription(subscription_id: UUID) -> Response:
    """Submit it to the firm. 409 `subscription_incomplete`, `subscription_form_changed`, `not_eligible`, `no_close`,
    `no_room`, `fully_subscribed`."""
    submit_subscription(actor(), subscription_id)
    return answer(_details(subscription_id))


@v1.post("/investments/subscriptions/<uuid:subscription_id>/withdraw")
@requires_any(Permission.INVEST)
@described(SubscriptionDetails, refusals=(401, 403, 404, 409))
def withdraw_one_subscription(json: Withdrawal, subscription_id: UUID) -> Response:
    """Take it back. 409 `subscription_state` once it is accepted."""
    withdraw_subscription(actor(), subscription_id, note=json.note)
    return answer(_details(subscription_id))


def _item(row: SubscriptionRow) -> SubscriptionItem:
    return SubscriptionItem(
        id=row.id,
        opportunity_id=row.opportunity_id,
        opportunity=row.opportunity,
        account=row.account,
        state=row.state.value,
        currency=row.currency,
        amount=_sum(row.amount, row.currency),
        accepted=_sum(row.accepted, row.currency),
        created_at=moment(row.at),
    )


def _details(subscription_id: UUID) -> SubscriptionDetails:
    found = get_subscription(actor(), subscription_id)
    form, draft = get_form_in_force(actor(), found), get_draft_in_force(actor(), found)
    return SubscriptionDetails(
        id=found.id,
        opportunity_id=found.opportunity_id,
        account_id=found.account_id,
        account=found.account,
        state=found.state.value,
        currency=found.currency,
        amount=_sum(draft.amount, found.currency),
        accepted=_sum(found.accepted, found.currency),
        has_read=draft.has_read,
        form_version=form.version,
        questions=[
            SubscriptionQuestion(
                code=each.code, kind=each.kind.value, text=each.text, required=each.required,
                choices=list(each.choices), answer=draft.answers.get(each.code),
            )
            for each in form.questions
        ],
        statements=[
            SubscriptionStatement(code=each.code, text=each.text, agreed=each.code in draft.agreed)
            for each in form.statements
        ],
        terms=form.terms,
        missing=[cast(StepName, each.value) for each in list_missing(actor(), found)],
        comment=found.comment,
        envelope_id=found.envelope_id,
        submitted_at=moment(found.submitted_at) if found.submitted_at else None,
        confirmed_on=found.confirmed_on,
    )  # fmt: skip


def _sum(amount: Decimal | None, currency: str) -> str | None:
    return None if amount is None else amount_text(amount, currency)
