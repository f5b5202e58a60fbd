"""Room, and who gets it."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Requested:
    """An amount that was asked for; `rank` is the order in which they came. `reserved` of it is kept free for them."""

    id: UUID
    amount: Decimal
    rank: int
    account: str = ""
    reserved: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class Room:
    """What may still be given: an amount and a number of accounts, None where there is no bound; no account is given
    less than `minimum`, unless it asked for less."""

    amount: Decimal | None
    places: int | None
    minimum: Decimal
    decimals: int


@dataclass(frozen=True, slots=True)
class Allotment:
    """What one gets of what it asked for."""

    id: UUID
    requested: Decimal
    given: Decimal

    @property
    def is_scaled(self) -> bool:
        """Whether it gets some, but not all."""
        return 0 < self.given < self.requested


@dataclass(frozen=True, slots=True)
class Allotting:
    """What waits for an offering, the room for it, and what each would get; `digest` tells this from another state of
    things."""

    requests: tuple[Requested, ...]
    room: Room
    proposed: tuple[Allotment, ...]
    digest: str
