"""Opportunities: what is offered to whom, and how far it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from portal.domain.investments.eligibility.values import Exemption
from portal.platform.money import Money

LONGEST_SUMMARY = 10_000


class OpportunityState(StrEnum):
    """Where an opportunity stands. One that waits for its approval is a draft that nobody changes meanwhile."""

    DRAFT = "draft"
    WAITING = "waiting"
    OPEN = "open"
    CLOSED = "closed"
    FUNDED = "funded"


ISSUED = (OpportunityState.OPEN, OpportunityState.CLOSED, OpportunityState.FUNDED)


class OfferedTo(StrEnum):
    """Who may see an opportunity once it is open: every account, those invested in chosen vehicles and those named,
    or those named alone."""

    EVERYBODY = "everybody"
    VEHICLE = "vehicle"
    NAMED = "named"


@dataclass(frozen=True, slots=True)
class OpportunityDescription:
    """What staff enter of an opportunity; amounts are in the vehicle's currency, countries ISO codes (none: any)."""

    vehicle_id: UUID
    name: str
    exemption: Exemption
    target: Decimal
    minimum: Decimal
    maximum: Decimal | None = None
    cap: Decimal | None = None
    audience: OfferedTo = OfferedTo.EVERYBODY
    jurisdictions: tuple[str, ...] = ()
    summary: str = ""
    room_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Close:
    """A day on which subscriptions are admitted, until it is over or was closed."""

    id: UUID
    number: int
    closes_on: date
    closed_at: datetime | None

    def takes_on(self, today: date) -> bool:
        """Whether who subscribes today may still be admitted by it."""
        return self.closed_at is None and self.closes_on >= today


def find_current_close(closes: Sequence[Close]) -> Close | None:
    """The first of the closes, which come by number, that nobody has closed yet."""
    return next((each for each in closes if each.closed_at is None), None)


@dataclass(frozen=True, slots=True)
class Capacity:
    """How much of an opportunity is taken by subscriptions, and by how many accounts."""

    taken: Decimal
    places: int
    non_accredited: int


@dataclass(frozen=True, slots=True)
class Opportunity:
    """An opportunity as its readers see it. `terms` are those of the vehicle as they were offered, by name."""

    id: UUID
    vehicle_id: UUID
    name: str
    state: OpportunityState
    exemption: Exemption
    audience: OfferedTo
    currency: str
    target: Decimal
    minimum: Decimal
    maximum: Decimal | None
    cap: Decimal | None
    jurisdictions: tuple[str, ...]
    summary: str
    terms: Mapping[str, str]
    room_id: UUID | None
    created_at: datetime
    opened_at: datetime | None
    closed_at: datetime | None
    funded_at: datetime | None
    capacity: Capacity
    watched: bool

    @property
    def progress(self) -> Decimal:
        """What is taken, as a fraction of the target."""
        return self.capacity.taken / self.target

    @property
    def left(self) -> Money | None:
        """What may still be taken; None where there is no cap."""
        return None if self.cap is None else Money(max(self.cap - self.capacity.taken, Decimal(0)), self.currency)


@dataclass(frozen=True, slots=True)
class OfferedDocument:
    """A document of an opportunity that the reader may see."""

    id: UUID
    title: str
    must_read: bool


@dataclass(frozen=True, slots=True)
class OfferedRoom:
    """The data room of an opportunity, for who may come to it."""

    id: UUID
    name: str


@dataclass(frozen=True, slots=True)
class NamedAccount:
    """An account to which an opportunity is shown by name."""

    id: UUID
    name: str


@dataclass(frozen=True, slots=True)
class OfferedVehicle:
    """A vehicle to whose investors an opportunity is shown."""

    id: UUID
    name: str


@dataclass(frozen=True, slots=True)
class OfferedReach:
    """How many accounts an opportunity is for at this moment, and how many people see it by them."""

    accounts: int
    people: int


@dataclass(frozen=True, slots=True)
class OpportunityFilter:
    """What a list of opportunities is narrowed to."""

    search: str = ""
    states: tuple[OpportunityState, ...] = field(default=tuple(OpportunityState))
