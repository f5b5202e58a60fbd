"""What distributions tell other features."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from portal.domain.identity.access.values import Actor


@dataclass(frozen=True, slots=True)
class DistributionApproved:
    """A distribution stands from now on; `netted` is what of it pays the call, by account, on the day `pay_on`."""

    actor: Actor
    distribution_id: UUID
    call_id: UUID | None
    pay_on: date
    netted: Mapping[UUID, Decimal]


@dataclass(frozen=True, slots=True)
class DistributionPosted:
    """A distribution was put into the books, its day having come."""

    actor: Actor
    distribution_id: UUID


@dataclass(frozen=True, slots=True)
class DistributionReversed:
    """A distribution was taken back, whether it was in the books or not."""

    actor: Actor
    distribution_id: UUID
