"""Subscriptions: an account's binding request to invest, on its way to a commitment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

LONGEST_NOTE = 2_000


class SubscriptionState(StrEnum):
    """Where a subscription stands. `accepted`: the agreement waits for the investor's signature; `signed`: for the
    firm's."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    SENT_BACK = "sent_back"
    ACCEPTED = "accepted"
    SIGNED = "signed"
    CONFIRMED = "confirmed"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    CANCELLED = "cancelled"


class Act(StrEnum):
    """What happens to a subscription."""

    BEGIN = "begin"
    SUBMIT = "submit"
    SEND_BACK = "send_back"
    ACCEPT = "accept"
    SIGN = "sign"
    CONFIRM = "confirm"
    DECLINE = "decline"
    WITHDRAW = "withdraw"
    CANCEL = "cancel"


OPEN_TO_CHANGE = frozenset({SubscriptionState.DRAFT, SubscriptionState.SENT_BACK})
LIVE = OPEN_TO_CHANGE | {SubscriptionState.SUBMITTED, SubscriptionState.ACCEPTED, SubscriptionState.SIGNED}


class Step(StrEnum):
    """The steps of the wizard, in their order; each is kept by itself."""

    AMOUNT = "amount"
    QUESTIONS = "questions"
    STATEMENTS = "statements"
    DOCUMENTS = "documents"
    REVIEW = "review"


STEPS = tuple(Step)
Answers = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Draft:
    """What an investor has entered so far."""

    amount: Decimal | None
    answers: Answers
    agreed: frozenset[str]
    has_read: bool


@dataclass(frozen=True, slots=True)
class Subscription:
    """A subscription as its account and the staff read it. `accepted` is what the firm took of `amount`; `comment`
    says why it came back, was declined or ended."""

    id: UUID
    opportunity_id: UUID
    close_id: UUID | None
    account_id: UUID
    account: str
    vehicle_id: UUID
    currency: str
    state: SubscriptionState
    draft: Draft
    form_version: int
    accepted: Decimal | None
    comment: str
    envelope_id: UUID | None
    submitted_by: UUID | None
    submitted_at: datetime | None
    decided_at: datetime | None
    confirmed_on: date | None
    created_at: datetime


@dataclass(frozen=True, slots=True)
class SubscriptionRow:
    """A line of a list of subscriptions."""

    id: UUID
    opportunity_id: UUID
    opportunity: str
    account: str
    currency: str
    state: SubscriptionState
    amount: Decimal | None
    accepted: Decimal | None
    at: datetime


@dataclass(frozen=True, slots=True)
class SubscriptionEvent:
    """A line of the history: what happened, who did it, and what they wrote."""

    act: Act
    at: datetime
    name: str
    note: str
    amount: Decimal | None


@dataclass(frozen=True, slots=True)
class Entered:
    """What an investor enters in a step; None is left as it is."""

    amount: Decimal | None = None
    answers: Answers | None = None
    agreed: frozenset[str] | None = None
    has_read: bool | None = None


@dataclass(frozen=True, slots=True)
class Decision:
    """What the firm decided, as it is written to who submitted the subscription."""

    name: str
    email: str
    firm: str
    state: SubscriptionState
    message: str
    account: str
    offering: str
