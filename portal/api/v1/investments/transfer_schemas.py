"""What the API says of transfers of interests."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal
from uuid import UUID

from portal.api.parsing import Paging, Query
from portal.api.v1.investments.schemas import Amount, Currency, Next, Ratio


class TransfersQuery(Paging):
    """A page of transfers."""


class TransferQuery(Query):
    """One transfer."""


@dataclass(frozen=True, slots=True)
class TransferredPart:
    """A commitment, what of it is unfunded, and the net asset value."""

    commitment: Amount
    unfunded: Amount
    nav: Amount


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferItem:
    """An interest that passes from one account to another. An account that is not yours to see is null; so are, for who
    takes over, the giver's whole interest and the share of it."""

    id: UUID
    vehicle_id: UUID
    vehicle: str
    currency: Currency
    giver_id: UUID | None
    giver: str | None
    taker_id: UUID | None
    taker: str | None
    effective_on: date
    state: Literal["waiting", "posted", "refused"]
    share: Ratio
    whole: TransferredPart | None
    passed: TransferredPart
    reason: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class TransferList:
    """A page of transfers, the newest first."""

    items: list[TransferItem]
    next: Next
