"""An interest, or a share of one, that passes from one account to another."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from uuid import UUID


class TransferState(StrEnum):
    """Where a transfer stands."""

    WAITING = "waiting"
    POSTED = "posted"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class NewTransfer:
    """What staff enter: `share` of the giver's interest (1 is all of it) from `effective_on` on."""

    vehicle_id: UUID
    giver_id: UUID
    taker_id: UUID
    share: Decimal
    effective_on: date
    reason: str


@dataclass(frozen=True, slots=True)
class Interest:
    """What passes: the commitment, what of it is unfunded, and the net asset value."""

    commitment: Decimal
    unfunded: Decimal
    nav: Decimal


@dataclass(frozen=True, slots=True)
class Transfer:
    """A transfer with the names its reader may see: an account that is not theirs to see is None. `whole` is the
    giver's interest, `passed` what of it passes."""

    id: UUID
    vehicle_id: UUID
    vehicle: str
    currency: str
    giver_id: UUID
    giver: str | None
    taker_id: UUID
    taker: str | None
    share: Decimal
    effective_on: date
    whole: Interest
    passed: Interest
    reason: str
    state: TransferState
    created_at: datetime
