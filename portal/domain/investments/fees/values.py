"""The management fee of a period, and each account's part of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID

from portal.domain.investments.vehicles.values import DayCount, FeeBasis


class FeeState(StrEnum):
    """Where a charge stands: it counts once it is posted."""

    DRAFT = "draft"
    WAITING = "waiting"
    POSTED = "posted"
    UNDONE = "undone"
    DISCARDED = "discarded"


class PaidFrom(StrEnum):
    """What the fee is paid from: what the vehicle has, or a line of the next capital call."""

    CAPITAL = "capital"
    CALL = "call"


@dataclass(frozen=True, slots=True)
class NewFeeCharge:
    """What staff enter: the first and the last day, the day on which commitments or invested capital are measured,
    what the manager earned elsewhere (the vehicle's terms credit a share of it), and rebates agreed with accounts."""

    vehicle_id: UUID
    starts_on: date
    ends_on: date
    measured_on: date
    paid_from: PaidFrom = PaidFrom.CAPITAL
    offsets: Decimal = Decimal(0)
    rebates: Mapping[UUID, Decimal] = field(default_factory=dict)


class FeeShare(NamedTuple):
    """An account's part: what the fee is a rate of, the fee, its part of the offsets, and its rebate."""

    account_id: UUID
    basis: Decimal
    fee: Decimal
    offset: Decimal
    rebate: Decimal

    @property
    def net(self) -> Decimal:
        """What is left to bear."""
        return self.fee - self.offset - self.rebate


class NamedFeeShare(NamedTuple):
    """A share with whose it is."""

    account: str
    share: FeeShare


@dataclass(frozen=True, slots=True)
class FeeCharge:
    """A charge with the terms it was computed by, as they were: `fraction` of a year, `credited` of the offsets."""

    id: UUID
    vehicle_id: UUID
    vehicle: str
    currency: str
    starts_on: date
    ends_on: date
    measured_on: date
    basis: FeeBasis
    rate: Decimal
    day_count: DayCount
    days: int
    paid_from: PaidFrom
    total_basis: Decimal
    fee: Decimal
    offsets: Decimal
    credited: Decimal
    rebated: Decimal
    state: FeeState
    call_id: UUID | None
    created_at: datetime
    posted_at: datetime | None
    last_call_id: UUID | None = None  # that had it, until it was cancelled

    @property
    def net(self) -> Decimal:
        """What all accounts bear together."""
        return self.fee - self.credited - self.rebated

    @property
    def year_days(self) -> int:
        """How many days the year has by the day count."""
        return YEAR_DAYS[self.day_count]


YEAR_DAYS = {DayCount.ACTUAL_365: 365, DayCount.THIRTY_360: 360}
