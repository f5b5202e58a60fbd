"""The carry of a vehicle: what was paid, what is held back, what was let go of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from portal.domain.investments.distributions.values.waterfalls import Clawback

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class HeldBack:
    """The carry of a distribution in the books, and how much of it was held back; both below zero of a payback."""

    distribution_id: UUID
    number: int
    pay_on: date
    carry: Decimal
    held: Decimal


@dataclass(frozen=True, slots=True)
class Release:
    """Carry that was let go, with who asked for it; the distribution it is, which what was let go long ago is not."""

    distribution_id: UUID | None
    number: int | None
    account: str
    released_on: date
    amount: Decimal
    withheld: Decimal
    reason: str
    asked_by: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Carry:
    """Where the carry of a vehicle stands on a day. `clawback` is worked out as if all ended then with `value_left`;
    where the agreement knows a clawback (`claws_back`), what it would ask for stays held back."""

    vehicle_id: UUID
    vehicle: str
    currency: str
    account_id: UUID | None
    held: tuple[HeldBack, ...]
    releases: tuple[Release, ...]
    clawback: Clawback
    claws_back: bool
    value_left: Decimal

    @property
    def shared(self) -> Decimal:
        """What the tiers gave as carry, held back or not, less what was paid back."""
        return sum((each.carry for each in self.held), ZERO)

    @property
    def held_back(self) -> Decimal:
        """What was ever held back, less what a payback took of it."""
        return sum((each.held for each in self.held), ZERO)

    @property
    def released(self) -> Decimal:
        """What was let go of that."""
        return sum((each.amount for each in self.releases), ZERO)

    @property
    def left(self) -> Decimal:
        """What is held back still."""
        return self.held_back - self.released

    @property
    def needed(self) -> Decimal:
        """What of it stays for a clawback."""
        return min(max(self.left, ZERO), self.clawback.owed) if self.claws_back else ZERO

    @property
    def releasable(self) -> Decimal:
        """The most that may be let go."""
        return max(ZERO, self.left - self.needed)
