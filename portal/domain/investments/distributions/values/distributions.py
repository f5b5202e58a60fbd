"""Distributions as others read them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from portal.domain.investments.distributions.values.plans import Component, Fall, Line, Method, Source
from portal.domain.investments.distributions.values.waterfalls import Clawback, Tier, TierPart
from portal.domain.people.investor_accounts.values import AccountKind


class DistributionState(StrEnum):
    """Where a distribution stands: worked on, waiting for approval, approved for its day, in the books, taken back;
    cancelled is a draft that was given up."""

    DRAFT = "draft"
    WAITING = "waiting"
    APPROVED = "approved"
    POSTED = "posted"
    REVERSED = "reversed"
    CANCELLED = "cancelled"


class ShareState(StrEnum):
    """Where the money of a share is."""

    UNPAID = "unpaid"
    IN_FILE = "in_file"
    PAID = "paid"
    RETURNED = "returned"


class CostKind(StrEnum):
    """What a deal has to give back before there is profit."""

    CAPITAL = "capital"
    FEES = "fees"
    WRITE_DOWN = "write_down"


@dataclass(frozen=True, slots=True)
class Draft:
    """What staff enter of a distribution. `nets_call_id` is the open call of the vehicle that it pays first."""

    vehicle_id: UUID
    pay_on: date
    method: Method
    lines: tuple[Line, ...]
    note: str = ""
    nets_call_id: UUID | None = None

    @property
    def entered(self) -> Decimal:
        """What its lines come to."""
        return sum((line.amount for line in self.lines), Decimal(0))


@dataclass(frozen=True, slots=True, kw_only=True)
class Distribution:
    """A distribution with what became of it. `falls` and the sums are those that were approved, or empty in a draft.
    `nets_call` is the number of the call that it nets, `netted` what goes to that call in place of the accounts."""

    id: UUID
    vehicle_id: UUID
    vehicle: str
    number: int
    state: DistributionState
    method: Method
    pay_on: date
    currency: str
    lines: tuple[Line, ...]
    note: str
    falls: tuple[Fall, ...]
    gross: Decimal
    carry: Decimal
    escrow: Decimal
    withheld: Decimal
    net: Decimal
    nets_call_id: UUID | None
    nets_call: int | None
    netted: Decimal
    digest: str | None
    created_by: UUID | None
    created_at: datetime
    approved_at: datetime | None
    posted_at: datetime | None
    reversed_at: datetime | None
    reversal_reason: str

    @property
    def title(self) -> str:
        """What it is called."""
        return f"{self.vehicle}: distribution {self.number}"

    @property
    def draft(self) -> Draft:
        """What was entered of it."""
        return Draft(self.vehicle_id, self.pay_on, self.method, self.lines, self.note, self.nets_call_id)

    @property
    def payable(self) -> Decimal:
        """The money that leaves."""
        return self.net - self.netted

    @property
    def entered(self) -> Decimal:
        """What its lines come to."""
        return self.draft.entered


@dataclass(frozen=True, slots=True)
class ShareSums:
    """What several accounts get together."""

    accounts: int
    gross: Decimal
    withheld: Decimal
    net: Decimal
    netted: Decimal


@dataclass(frozen=True, slots=True)
class PaybackDue:
    """What accounts have to pay of a payback together, and what of it came in."""

    asked: Decimal
    received: Decimal

    @property
    def open(self) -> Decimal:
        """What is to come in still."""
        return self.asked - self.received


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountShare:
    """What one account gets, as it was approved; `netted` of it pays a call that the account owes. Below zero it is
    what the account has to pay, of which `received` came in."""

    id: UUID
    distribution_id: UUID
    account_id: UUID
    account: str
    state: ShareState
    gross: Decimal
    withheld: Decimal
    in_kind: Decimal
    net: Decimal
    netted: Decimal
    received: Decimal
    recallable: Decimal
    components: tuple[Component, ...]
    tiers: dict[Tier, TierPart]

    @property
    def payable(self) -> Decimal:
        """The money that is still paid out to the account."""
        return self.net - self.netted

    @property
    def open(self) -> Decimal:
        """What the account has to pay still."""
        return max(-self.net, Decimal(0)) - self.received


@dataclass(frozen=True, slots=True)
class MyDistribution:
    """A distribution as a line of a list, with what comes to the accounts that the reader sees."""

    id: UUID
    vehicle_id: UUID
    vehicle: str
    number: int
    state: DistributionState
    pay_on: date
    currency: str
    gross: Decimal
    withheld: Decimal
    net: Decimal
    accounts: int

    @property
    def place(self) -> tuple[date, UUID]:
        """Where it stands in lists."""
        return self.pay_on, self.id


@dataclass(frozen=True, slots=True)
class Cost:
    """What a deal cost on a day."""

    on: date
    kind: CostKind
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Deal:
    """What a vehicle invested in."""

    id: UUID
    vehicle_id: UUID
    name: str
    costs: tuple[Cost, ...]

    @property
    def total(self) -> Decimal:
        """What it has to give back."""
        return sum((each.amount for each in self.costs), Decimal(0))


@dataclass(frozen=True, slots=True)
class WithholdingRate:
    """A rate as it stands in the table."""

    id: UUID
    vehicle_id: UUID
    residence: str
    kind: AccountKind | None
    source: Source
    rate: Decimal
    basis: str


@dataclass(frozen=True, slots=True)
class Trial:
    """What a waterfall that was only tried comes to, and what a clawback would ask for on the last day."""

    falls: tuple[Fall, ...]
    clawback: Clawback
    on: date

    @property
    def partners(self) -> Decimal:
        """What partners would get."""
        return sum((fall.amount - fall.carry for fall in self.falls), Decimal(0))

    @property
    def carry(self) -> Decimal:
        """What would go as carry."""
        return sum((fall.carry for fall in self.falls), Decimal(0))


def payback_reference(number: int, account_number: str, account_id: UUID) -> str:
    """What an account is asked to repeat when it pays carry back, and what is looked for in bank files: `D3-A1024`."""
    return f"D{number}-{account_number or account_id.hex[-8:].upper()}"


@dataclass(frozen=True, slots=True)
class Recipient:
    """What the books say of an account that is told of a distribution; nothing of one that gets carry alone."""

    number: str = ""
    commitment: Decimal = Decimal(0)
    unfunded: Decimal = Decimal(0)
    paid_in: Decimal = Decimal(0)
    distributed: Decimal = Decimal(0)
