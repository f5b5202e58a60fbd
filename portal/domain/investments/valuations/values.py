"""What a vehicle was worth on a day, and each account's part of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID

# What a net asset value is made of, and whether it adds to it. Each is entered as a positive amount.
COMPONENTS: Mapping[str, tuple[str, int]] = {
    "investments": ("Investments at fair value", 1),
    "cash": ("Cash", 1),
    "receivables": ("Receivables and other assets", 1),
    "payables": ("Payables and borrowings", -1),
    "accrued_fees": ("Accrued fees and expenses", -1),
    "accrued_carry": ("Accrued carried interest", -1),
}


class Basis(StrEnum):
    """What the value is shared out by."""

    CAPITAL = "capital"
    COMMITMENT = "commitment"
    UNITS = "units"


class ValuationState(StrEnum):
    """Where a valuation stands: investors see those that are posted, and those another one took the place of."""

    DRAFT = "draft"
    WAITING = "waiting"
    POSTED = "posted"
    REPLACED = "replaced"
    UNDONE = "undone"
    DISCARDED = "discarded"


@dataclass(frozen=True, slots=True)
class NewValuation:
    """What staff enter. `units` are what each account has of the vehicle where the basis is units, percent or shares
    alike; `reason` says where the value comes from, or why it changes."""

    vehicle_id: UUID
    valued_on: date
    components: Mapping[str, Decimal]
    basis: Basis = Basis.CAPITAL
    units: Mapping[UUID, Decimal] = field(default_factory=dict)
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Valuation:
    """A valuation of a vehicle; `version` counts those of the same day, the ones taken
    back too; `total_weight` is what the weights of all accounts come to."""

    id: UUID
    vehicle_id: UUID
    vehicle: str
    currency: str
    valued_on: date
    version: int
    amount: Decimal
    components: Mapping[str, Decimal]
    basis: Basis
    total_weight: Decimal
    reason: str
    state: ValuationState
    created_by: str | None
    created_at: datetime
    posted_at: datetime | None

    @property
    def accrued_carry(self) -> Decimal:
        """The carried interest that it sets aside, which is not paid yet."""
        return self.components.get("accrued_carry", Decimal(0))

    @property
    def name(self) -> str:
        """What people call it."""
        return f"{self.vehicle}, {self.valued_on.day} {self.valued_on:%b %Y}, version {self.version}"


class Share(NamedTuple):
    """An account's part: its weight in the basis, the value, what its NAV was before on that day, and the part of the
    carried interest that the value sets aside."""

    account_id: UUID
    weight: Decimal
    amount: Decimal
    before: Decimal
    accrued_carry: Decimal


@dataclass(frozen=True, slots=True)
class NamedShare:
    """A share with whose it is, and that account's holding."""

    account_id: UUID
    account: str
    holding_id: UUID
    weight: Decimal
    amount: Decimal
    before: Decimal
    accrued_carry: Decimal

    @property
    def change(self) -> Decimal:
        """What the valuation adds to the account's NAV."""
        return self.amount - self.before
