"""What the API says of distributions: what was approved, with how it came about."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from portal.api.parsing import OptionalIdentity, Paging
from portal.api.v1.investments.schemas import Amount, Currency, Next

Rate = Annotated[str, Field(pattern=r"^[0-9]\.[0-9]{6}$", description="A fraction: 0.150000 is 15 %.")]
Progress = Literal["draft", "waiting", "approved", "posted", "reversed", "cancelled"]
Money = Literal["unpaid", "in_file", "paid", "returned"]


class DistributionsQuery(Paging):
    """A page of distributions, and what they are narrowed to."""

    account: OptionalIdentity = Field(default=None, description="Only those that pay this account.")
    vehicle: OptionalIdentity = Field(default=None, description="Only those of this vehicle.")


class DistributionQuery(Paging):
    """A page of the shares of a distribution."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DistributionItem:
    """A distribution as a line of a list; amounts are those of the accounts you see. Investors see approved ones."""

    id: UUID
    vehicle: str
    vehicle_id: UUID
    number: int
    state: Progress
    pay_on: date
    currency: Currency
    gross: Amount
    withheld: Amount
    net: Amount


@dataclass(frozen=True, slots=True)
class DistributionList:
    """A page of distributions, the latest first."""

    items: list[DistributionItem]
    next: Next


@dataclass(frozen=True, slots=True)
class DistributionPart:
    """What an account gets of one source; `basis` is what the rate of withholding rests on."""

    source: str
    gross: Amount
    recallable: Amount
    rate: Rate
    withheld: Amount
    basis: str


@dataclass(frozen=True, slots=True)
class DistributionTier:
    """What an account gets of a tier: its part `mine` of `whole` of the capital lacking, or of what was paid in."""

    tier: str
    amount: Amount
    mine: Amount
    whole: Amount


@dataclass(frozen=True, slots=True, kw_only=True)
class DistributionShare:
    """What one of your accounts gets; gross − withheld − in_kind = net. `netted` of it pays a call that the account
    owes, `payable` is the rest, which is paid out. Below zero `net` is what the account has to pay, and `received` what
    of that came in. `notices` told the account of it, the newest first."""

    account: str
    account_id: UUID
    money: Money
    gross: Amount
    withheld: Amount
    in_kind: Amount
    net: Amount
    netted: Amount
    payable: Amount
    received: Amount
    recallable: Amount
    parts: list[DistributionPart]
    tiers: list[DistributionTier]
    notices: list[UUID]


@dataclass(frozen=True, slots=True)
class WaterfallTier:
    """A tier of the vehicle's waterfall: what was due, paid before, paid now to partners and as carry, left due."""

    tier: str
    due: Amount | None
    before: Amount
    partners: Amount
    carry: Amount
    left: Amount | None


@dataclass(frozen=True, slots=True)
class WaterfallRun:
    """One run through the tiers, of the whole vehicle or of a deal."""

    name: str
    amount: Amount
    tiers: list[WaterfallTier]


@dataclass(frozen=True, slots=True, kw_only=True)
class DistributionDetail(DistributionItem):
    """A distribution with a page of the shares of the `accounts` that you see, by name; the sums are of all of them.
    `nets_call` is the call (C3) that it is netted against, `netted` what of the net amount pays it."""

    method: Literal["waterfall", "paid_in", "commitment", "release", "clawback"]
    note: str
    nets_call: str | None
    netted: Amount
    reversal_reason: str
    accounts: int
    shares: list[DistributionShare]
    next: Next
    waterfall: list[WaterfallRun]
