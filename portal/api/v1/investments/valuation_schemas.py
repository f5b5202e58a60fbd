"""What the API says of valuations."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from portal.api.parsing import OptionalIdentity, Paging
from portal.api.v1.investments.schemas import Amount, Currency, Next

Weight = Annotated[str, Field(pattern=r"^-?[0-9]+(\.[0-9]+)?$", description="Money; units where the basis is units.")]
Part = Literal["investments", "cash", "receivables", "payables", "accrued_fees", "accrued_carry"]


class ValuationsQuery(Paging):
    """A page of valuations, and what they are narrowed to."""

    vehicle: OptionalIdentity = Field(default=None, description="Only those of this vehicle.")


class ValuationQuery(Paging):
    """A page of the parts of a valuation."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ValuationItem:
    """What a vehicle was worth on a day; `version` counts those of the same day. Investors see posted ones, and those
    that another one took the place of."""

    id: UUID
    vehicle_id: UUID
    vehicle: str
    currency: Currency
    valued_on: date
    version: int
    state: Literal["draft", "waiting", "posted", "replaced", "undone", "discarded"]
    amount: Amount
    reason: str
    created_at: datetime
    posted_at: datetime | None


@dataclass(frozen=True, slots=True)
class ValuationList:
    """A page of valuations, the latest day first."""

    items: list[ValuationItem]
    next: Next


@dataclass(frozen=True, slots=True)
class ValuationComponent:
    """What the net asset value is made of; what is owed is below zero."""

    name: Part
    amount: Amount


@dataclass(frozen=True, slots=True)
class ValuationShare:
    """An account's part: amount × weight ÷ total weight, by largest remainder; `before` was its NAV on that day.
    `accrued_carry` is its part, divided alike, of the carried interest that the value sets aside."""

    account: str
    account_id: UUID
    holding_id: UUID
    weight: Weight
    amount: Amount
    before: Amount
    change: Amount
    accrued_carry: Amount


@dataclass(frozen=True, slots=True, kw_only=True)
class ValuationDetail(ValuationItem):
    """A valuation with what it is made of, and a page of the parts of the accounts that you see, by name."""

    components: list[ValuationComponent]
    basis: Literal["capital", "commitment", "units"]
    total_weight: Weight
    shares: list[ValuationShare]
    next: Next
