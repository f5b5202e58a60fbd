"""What an app sends and is given of opportunities."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from portal.api.parsing import Body, OptionalIdentity, Paging, Query
from portal.api.v1.investments.schemas import Amount, Currency, Next
from portal.api.v1.people.schemas import Identity

Words = Annotated[str, Field(max_length=1_000, pattern=r"^[^\x00]*$")]
Wanted = Annotated[
    str, Field(pattern=r"^[0-9]{1,15}(\.[0-9]{1,4})?$", description="In the opportunity's currency, above zero.")
]
Name = Annotated[str, Field(max_length=200, pattern=r"^[^\x00]*$", description="Part of the account's name.")]
State = Literal["open", "closed", "funded"]


class OpportunitiesQuery(Paging):
    """A page of opportunities."""


class OfferedAccountsQuery(Paging):
    """A page of the accounts to which it is offered."""

    search: Name = ""


class InterestQuery(Query):
    """Whose interest."""

    account: OptionalIdentity = Field(default=None, description="The account that is not interested any more.")


class NewInterest(Body):
    """How much an account of yours may invest."""

    account_id: Identity
    amount: Wanted
    note: Words = ""


@dataclass(frozen=True, slots=True)
class OpportunityItem:
    """What is offered. `taken` is what is subscribed to; `cap` and `maximum` are null where there is none."""

    id: UUID
    name: str
    state: State
    exemption: Literal["506b", "506c", "reg_s"]
    currency: Currency
    target: Amount
    taken: Amount
    minimum: Amount
    maximum: Amount | None
    cap: Amount | None
    watched: bool
    opened_at: datetime | None


@dataclass(frozen=True, slots=True)
class OpportunityList:
    """Newest first."""

    items: list[OpportunityItem]
    next: Next


@dataclass(frozen=True, slots=True)
class CloseItem:
    """A day on which subscriptions are admitted; who subscribes goes to the first that is to come and was not closed
    (`closed_at` is null)."""

    number: int
    closes_on: date
    closed_at: datetime | None


@dataclass(frozen=True, slots=True)
class OfferedDocumentItem:
    """A document of the opportunity; `must_read`: before one subscribes."""

    id: UUID
    title: str
    must_read: bool


@dataclass(frozen=True, slots=True)
class OfferedRoomItem:
    """The data room of the opportunity, which you may come to."""

    id: UUID
    name: str


@dataclass(frozen=True, slots=True)
class ReasonItem:
    """Why an account may not invest yet: a stable code, the cause, the way out, and what kind of act that is."""

    code: str
    because: str
    fix: str
    remedy: str


@dataclass(frozen=True, slots=True)
class EligibleAccount:
    """An account of yours to which this is offered; no reasons: nothing stands in the way."""

    account_id: UUID
    account: str
    reasons: list[ReasonItem]


@dataclass(frozen=True, slots=True)
class EligibleAccounts:
    """By name."""

    items: list[EligibleAccount]
    next: Next


@dataclass(frozen=True, slots=True)
class InterestItem:
    """What an account said that it may invest; it binds nobody."""

    account_id: UUID
    account: str
    amount: Amount
    state: Literal["standing", "withdrawn"]
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class OpportunityDetail:
    """An opportunity whole. `terms` are as they are offered, rates as fractions; `room` is null where there is none
    that you may come to. `accounts` are the first 50 by name: `next_account` is the cursor with which `…/accounts` goes
    on, null where there are no more."""

    opportunity: OpportunityItem
    summary: str
    countries: list[str]
    terms: dict[str, str]
    closes: list[CloseItem]
    documents: list[OfferedDocumentItem]
    room: OfferedRoomItem | None
    accounts: list[EligibleAccount]
    next_account: Next
    interests: list[InterestItem]
