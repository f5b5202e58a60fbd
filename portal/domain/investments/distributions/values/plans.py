"""A distribution as it is prepared, and what becomes of it for everybody."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID

from portal.domain.investments.distributions.values.waterfalls import (
    Accrual,
    Tier,
    TierLine,
    TierPart,
    WaterfallTerms,
)
from portal.domain.people.investor_accounts.values import AccountKind


class Method(StrEnum):
    """How the amounts are shared: through the tiers of the vehicle, or in proportion. A release lets carry go that is
    held back; a clawback takes carry back and gives it to those who lack it."""

    WATERFALL = "waterfall"
    PAID_IN = "paid_in"
    COMMITMENT = "commitment"
    RELEASE = "release"
    CLAWBACK = "clawback"


class Source(StrEnum):
    """What the money is. The names are those of the ledger's entries."""

    RETURN_OF_CAPITAL = "return_of_capital"
    GAIN = "gain"
    DIVIDEND = "dividend"
    INTEREST = "interest"
    OTHER_INCOME = "other_income"
    RETURN_OF_UNUSED = "return_of_unused"
    IN_KIND = "in_kind"
    CARRIED_INTEREST = "carried_interest"
    CLAWBACK = "clawback"


# What staff may enter: carried interest comes out of the waterfall alone, and what is paid back of it is worked out.
ENTERED = tuple(source for source in Source if source not in (Source.CARRIED_INTEREST, Source.CLAWBACK))
# How they may have it shared.
SHARING = (Method.WATERFALL, Method.PAID_IN, Method.COMMITMENT)


class Line(NamedTuple):
    """An amount to distribute. `recallable` is the part of it that may be called again; `deal_id` is what it came from,
    where the waterfall goes deal by deal."""

    source: Source
    amount: Decimal
    recallable: Decimal = Decimal(0)
    deal_id: UUID | None = None


class Partner(NamedTuple):
    """An account that shares. `returned` is what came back to it of `paid_in` through the first tier; `carries` says
    that its share is not charged with carry: the general partner's own commitment."""

    account_id: UUID
    rank: int
    paid_in: Decimal
    commitment: Decimal
    returned: Decimal = Decimal(0)
    carries: bool = False
    residence: str | None = None
    kind: AccountKind | None = None


class Rate(NamedTuple):
    """How much is withheld from what a holder of a country (and kind, where one is named) gets of a source."""

    residence: str
    kind: AccountKind | None
    source: Source
    rate: Decimal
    basis: str


class Component(NamedTuple):
    """What an account gets of one source; `basis` says why the rate is what it is."""

    source: Source
    amount: Decimal
    recallable: Decimal = Decimal(0)
    rate: Decimal = Decimal(0)
    withheld: Decimal = Decimal(0)
    basis: str = ""


@dataclass(frozen=True, slots=True)
class Share:
    """What an account gets: by source, and by tier where there are tiers. `netted` of it pays a call that it owes."""

    account_id: UUID
    components: tuple[Component, ...]
    tiers: dict[Tier, TierPart]
    netted: Decimal = Decimal(0)

    @property
    def gross(self) -> Decimal:
        """Everything, before tax."""
        return sum((each.amount for each in self.components), Decimal(0))

    @property
    def withheld(self) -> Decimal:
        """What is kept back for tax."""
        return sum((each.withheld for each in self.components), Decimal(0))

    @property
    def in_kind(self) -> Decimal:
        """What does not come as money."""
        return sum((each.amount for each in self.components if each.source is Source.IN_KIND), Decimal(0))

    @property
    def net(self) -> Decimal:
        """The money to be paid."""
        return self.gross - self.withheld - self.in_kind

    @property
    def recallable(self) -> Decimal:
        """What may be called again."""
        return sum((each.recallable for each in self.components), Decimal(0))


@dataclass(frozen=True, slots=True)
class Fall:
    """One run through the tiers: of the whole vehicle (`deal_id` None) or of one deal. `own` went beside the tiers to
    the general partner's own commitment. A payback moves what the tiers paid: its amount is nothing."""

    deal_id: UUID | None
    name: str
    amount: Decimal
    own: Decimal
    on: date
    terms: WaterfallTerms
    lines: tuple[TierLine, ...]
    accruals: tuple[Accrual, ...]
    paid: tuple[Decimal, ...]  # the six parts of waterfalls.Paid

    @property
    def carry(self) -> Decimal:
        """What goes as carry."""
        return sum((line.carry for line in self.lines), Decimal(0))


@dataclass(frozen=True, slots=True)
class Plan:
    """A distribution worked out: who gets what and why. `escrow` is carry that is held back."""

    shares: tuple[Share, ...]
    falls: tuple[Fall, ...]
    escrow: Decimal

    @property
    def gross(self) -> Decimal:
        """What leaves the vehicle."""
        return sum((each.gross for each in self.shares), Decimal(0))

    @property
    def withheld(self) -> Decimal:
        """What is kept back for tax."""
        return sum((each.withheld for each in self.shares), Decimal(0))

    @property
    def net(self) -> Decimal:
        """The money to be paid."""
        return sum((each.net for each in self.shares), Decimal(0))

    @property
    def netted(self) -> Decimal:
        """What pays a call in place of the accounts."""
        return sum((each.netted for each in self.shares), Decimal(0))

    @property
    def payable(self) -> Decimal:
        """The money that leaves."""
        return self.net - self.netted

    @property
    def carry(self) -> Decimal:
        """What goes as carry, held back or not."""
        return sum((each.carry for each in self.falls), Decimal(0))
