"""What the API says of management fees."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal
from uuid import UUID

from portal.api.parsing import Paging
from portal.api.v1.investments.schemas import Amount, Currency, Next, Ratio


class FeesQuery(Paging):
    """A page of fees."""


class FeeQuery(Paging):
    """A page of the parts of a fee."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FeeItem:
    """The fee of a vehicle for a period: fee − credited − rebated = net. Investors see posted ones."""

    id: UUID
    vehicle_id: UUID
    vehicle: str
    currency: Currency
    starts_on: date
    ends_on: date
    state: Literal["draft", "waiting", "posted", "undone", "discarded"]
    fee: Amount
    credited: Amount
    rebated: Amount
    net: Amount
    created_at: datetime
    posted_at: datetime | None


@dataclass(frozen=True, slots=True)
class FeeList:
    """A page of fees, the latest period first."""

    items: list[FeeItem]
    next: Next


@dataclass(frozen=True, slots=True)
class FeePart:
    """An account's part: what the fee is a rate of, and fee − offset − rebate = net."""

    account: str
    account_id: UUID
    basis: Amount
    fee: Amount
    offset: Amount
    rebate: Amount
    net: Amount


@dataclass(frozen=True, slots=True, kw_only=True)
class FeeDetail(FeeItem):
    """A fee with its arithmetic, total_basis × rate × days ÷ year_days, and a page of the parts of the accounts that
    you see, by name. `offsets` is what the manager earned elsewhere, of which the terms credit a share."""

    basis: Literal["commitment", "invested"]
    measured_on: date
    total_basis: Amount
    rate: Ratio
    days: int
    year_days: int
    day_count: Literal["actual_365", "thirty_360"]
    paid_from: Literal["capital", "call"]
    offsets: Amount
    call_id: UUID | None
    parts: list[FeePart]
    next: Next
