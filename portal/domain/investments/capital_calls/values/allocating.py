"""What a call is made of, and what comes of it for each account."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID


class LineKind(StrEnum):
    """What is called for."""

    INVESTMENT = "investment"
    FEES = "fees"
    EXPENSES = "expenses"
    EQUALISATION_INTEREST = "equalisation_interest"


class CallLine(NamedTuple):
    """A line of a call in its vehicle's currency: inside the commitment it uses up what is unfunded, outside it does
    not. One of `accrued` fees is shared as they were charged, any other by commitment."""

    kind: LineKind
    amount: Decimal
    inside: bool = True
    label: str = ""
    accrued: bool = False


@dataclass(frozen=True, slots=True)
class Participant:
    """An account that committed to the vehicle. `rank` is the order of admission; `carried` is, by kind of line, the
    fraction of a smallest unit that rounding of earlier calls left over for it; `contributed` and `distributed` are
    since inception."""

    account_id: UUID
    name: str
    number: str
    rank: int
    commitment: Decimal
    unfunded: Decimal
    carried: Mapping[LineKind, Decimal] = field(default_factory=dict)
    contributed: Decimal = Decimal(0)
    distributed: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class LinePart:
    """An account's part of one line: the part before rounding, the amount, what rounding leaves over for later calls,
    and whether it got one of the units that rounding left."""

    exact: Decimal
    amount: Decimal
    carried: Decimal
    rounded_up: bool


@dataclass(frozen=True, slots=True)
class CallPart:
    """What an account is called for: its part of each line, in their order. `capped`: it pays all it has unfunded, and
    the others the rest of its part. `excused`: it takes no part in investments, for the reason kept."""

    participant: Participant
    lines: tuple[LinePart, ...]
    inside: Decimal
    outside: Decimal
    capped: bool
    excused: str | None

    @property
    def amount(self) -> Decimal:
        """All it has to pay."""
        return self.inside + self.outside

    @property
    def unfunded_after(self) -> Decimal:
        """What may still be called from it afterwards."""
        return self.participant.unfunded - self.inside


class Equalised(NamedTuple):
    """What changes for an account by one earlier call: `principal` it pays (below zero: is refunded) inside its
    commitment, `interest` it pays (below zero: receives) outside of it."""

    call_id: UUID
    account_id: UUID
    principal: Decimal
    interest: Decimal
