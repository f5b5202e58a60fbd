"""What the API says of whole capital calls, for staff."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal
from uuid import UUID

from portal.api.parsing import Paging
from portal.api.v1.investments.call_schemas import CallItem, LineKinds, PayTo
from portal.api.v1.investments.schemas import Amount, Currency, Next


class VehicleCallsQuery(Paging):
    """A page of capital calls."""


class VehicleCallQuery(Paging):
    """A page of the shares of a capital call."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VehicleCallItem:
    """A call of a whole vehicle: `amount` from all accounts, `paid` what has arrived of it."""

    id: UUID
    number: str
    vehicle_id: UUID
    vehicle: str
    currency: Currency
    state: Literal["draft", "waiting", "issued", "settled", "cancelled"]
    created_at: datetime
    issued_on: date | None
    due_on: date
    amount: Amount
    paid: Amount
    open: Amount


@dataclass(frozen=True, slots=True)
class VehicleCallList:
    """A page of capital calls, the newest first, drafts among them."""

    items: list[VehicleCallItem]
    next: Next


@dataclass(frozen=True, slots=True)
class VehicleCallLine:
    """A line of a call, of the whole vehicle."""

    kind: LineKinds
    label: str
    inside_commitment: bool
    amount: Amount


@dataclass(frozen=True, slots=True, kw_only=True)
class VehicleCallDetail(VehicleCallItem):
    """A call with its lines, and a page of the accounts' shares, by name; a draft has none yet. `replaces` is the
    cancelled call that it corrects, `admitted_on` the day of a late close."""

    purpose: str
    short_notice: str
    cancelled_because: str
    replaces: UUID | None
    admitted_on: date | None
    pay_to: PayTo | None
    lines: list[VehicleCallLine]
    shares: list[CallItem]
    next: Next
