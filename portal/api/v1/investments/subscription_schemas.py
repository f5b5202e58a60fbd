"""What an app sends and is told of subscriptions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from portal.api.parsing import Body, OptionalIdentity, Paging, Several
from portal.api.v1.investments.schemas import Amount, Currency, Next
from portal.domain.investments.subscriptions.values.forms import LONGEST_ANSWER, MOST_QUESTIONS, MOST_STATEMENTS
from portal.domain.investments.subscriptions.values.subscriptions import LONGEST_NOTE

StateName = Literal[
    "draft", "submitted", "sent_back", "accepted", "signed", "confirmed", "declined", "withdrawn", "cancelled"
]  # fmt: skip
StepName = Literal["amount", "questions", "statements", "documents"]
Identity = Annotated[str, Field(pattern=r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$")]
Code = Annotated[str, Field(pattern=r"^q[0-9a-f]{12}$")]
Sum = Annotated[str, Field(pattern=r"^[0-9]{1,15}(\.[0-9]{1,4})?$", description="Above zero, such as 250000.00.")]


class SubscriptionsQuery(Paging):
    """A page of subscriptions, and what they are narrowed to."""

    opportunity: OptionalIdentity = Field(default=None, description="Only those to this opportunity.")
    state: Annotated[list[StateName], Several] = Field(
        default=[], description="Only those that stand here; give it again for several."
    )


class NewSubscription(Body):
    """Which account subscribes to what."""

    opportunity: Identity
    account: Identity


class SavedStep(Body):
    """What was entered; what is left out stays as it is. `answers` and `agreed` are all there are, by their codes."""

    amount: Sum | None = None
    answers: Annotated[
        dict[Code, Annotated[str, Field(max_length=LONGEST_ANSWER)]] | None, Field(max_length=MOST_QUESTIONS)
    ] = None
    agreed: Annotated[list[Code] | None, Field(max_length=MOST_STATEMENTS)] = None
    has_read: bool | None = None


class Withdrawal(Body):
    """Why a subscription is withdrawn."""

    note: Annotated[str, Field(max_length=LONGEST_NOTE)] = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SubscriptionItem:
    """A subscription: what was asked for, and what of it was accepted; null until then."""

    id: UUID
    opportunity_id: UUID
    opportunity: str
    account: str
    state: StateName
    currency: Currency
    amount: Amount | None
    accepted: Amount | None
    created_at: str


@dataclass(frozen=True, slots=True)
class SubscriptionList:
    """A page of subscriptions, latest first."""

    items: list[SubscriptionItem]
    next: Next


@dataclass(frozen=True, slots=True, kw_only=True)
class SubscriptionQuestion:
    """A question; `answer` is null until there is one."""

    code: Code
    kind: Literal["text", "choice", "yes/no", "number"]
    text: str
    required: bool
    choices: list[str]
    answer: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SubscriptionStatement:
    """Something to be stated, and whether it is."""

    code: Code
    text: str
    agreed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SubscriptionDetails:
    """A subscription with what is asked and what was entered. `missing`: the steps to be done before it can be
    submitted. `comment`: what the firm wrote when it came back or ended. `envelope_id`: where the agreement is signed
    once it is accepted."""

    id: UUID
    opportunity_id: UUID
    account_id: UUID
    account: str
    state: StateName
    currency: Currency
    amount: Amount | None
    accepted: Amount | None
    has_read: bool
    form_version: int
    questions: list[SubscriptionQuestion]
    statements: list[SubscriptionStatement]
    terms: str
    missing: list[StepName]
    comment: str
    envelope_id: UUID | None
    submitted_at: str | None
    confirmed_on: date | None
