"""What a waterfall is fed with and what comes out of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import NamedTuple

from portal.domain.investments.vehicles.values import Compounding, DayCount


class Tier(StrEnum):
    """The tiers, in the order in which money falls through them; and what goes beside them in proportion."""

    CAPITAL = "capital"
    PREFERRED = "preferred"
    CATCH_UP = "catch_up"
    SPLIT = "split"
    PROPORTION = "proportion"


TIERS = (Tier.CAPITAL, Tier.PREFERRED, Tier.CATCH_UP, Tier.SPLIT)


@dataclass(frozen=True, slots=True)
class WaterfallTerms:
    """What the agreement says of sharing; rates are fractions. The catch-up share is 0 (none) or above the carry."""

    preferred_return: Decimal = Decimal(0)
    compounding: Compounding = Compounding.ANNUAL
    day_count: DayCount = DayCount.ACTUAL_365
    carry: Decimal = Decimal(0)
    catch_up: Decimal = Decimal(0)


class Paid(NamedTuple):
    """What each tier paid to the partners that bear carry (`_lp`) and as carry (`_gp`); exact or in whole units."""

    capital: Fraction = Fraction(0)
    preferred: Fraction = Fraction(0)
    catch_up_lp: Fraction = Fraction(0)
    catch_up_gp: Fraction = Fraction(0)
    split_lp: Fraction = Fraction(0)
    split_gp: Fraction = Fraction(0)

    @property
    def partners(self) -> Fraction:
        """What the partners got."""
        return self.capital + self.preferred + self.catch_up_lp + self.split_lp

    @property
    def carry(self) -> Fraction:
        """What went as carry."""
        return self.catch_up_gp + self.split_gp

    def plus(self, other: Paid) -> Paid:
        """Both together."""
        return Paid(*(mine + theirs for mine, theirs in zip(self, other, strict=True)))

    def of(self, tier: Tier) -> tuple[Fraction, Fraction]:
        """What one tier paid: to the partners, and as carry."""
        if tier is Tier.CAPITAL:
            return self.capital, Fraction(0)
        if tier is Tier.PREFERRED:
            return self.preferred, Fraction(0)
        if tier is Tier.CATCH_UP:
            return self.catch_up_lp, self.catch_up_gp
        return self.split_lp, self.split_gp


class Drawn(NamedTuple):
    """Capital that came in, on the day from which the preferred return runs; negative where it was taken back."""

    on: date
    amount: Decimal | Fraction


class PaidOut(NamedTuple):
    """A distribution of before. `tiers` are those it was paid through; None: it was recorded as one amount, which is
    taken through the tiers as they stood that day. A payback has tiers that come to nothing together: what it moves
    from the carry to the partners, as the whole vehicle sees it."""

    on: date
    amount: Decimal
    tiers: Paid | None = None


class PaidBack(NamedTuple):
    """Carry that was paid back as history has it: what the partners got of it on a day."""

    on: date
    amount: Decimal


class TierPart(NamedTuple):
    """What an account gets of a tier, being its part `mine` of `whole`: of the capital that is lacking, or of what was
    paid in (or promised)."""

    amount: Decimal
    mine: Decimal
    whole: Decimal


class Accrual(NamedTuple):
    """A stretch in which the preferred return grew: its first and last day, how many days count, what it ran on, and
    what was added."""

    since: date
    until: date
    days: int
    base: Fraction
    added: Fraction

    @property
    def shown(self) -> tuple[Decimal, Decimal]:
        """What it ran on and what was added, as decimals to be shown."""
        return Decimal(self.base.numerator) / self.base.denominator, Decimal(
            self.added.numerator
        ) / self.added.denominator


class Standing(NamedTuple):
    """Where the tiers stand at a date, before anything is paid then."""

    on: date
    drawn: Fraction
    unreturned: Fraction
    preferred_due: Fraction
    preferred_accrued: Fraction
    paid: Paid
    accruals: tuple[Accrual, ...] = ()


@dataclass(frozen=True, slots=True)
class TierLine:
    """A tier's arithmetic: what was due to it over the life of the vehicle, what it paid before, what it pays now to
    the partners and as carry, and what is left due; the last tier takes what remains and has no due."""

    tier: Tier
    due: Decimal | None
    before: Decimal
    partners: Decimal
    carry: Decimal
    left: Decimal | None

    @property
    def now(self) -> Decimal:
        """What it pays now."""
        return self.partners + self.carry


@dataclass(frozen=True, slots=True)
class Clawback:
    """Whether more carry was paid than the whole allows: `entitled` is what one run through the tiers with all that was
    paid would give, `shortfall` what the partners lack of capital and preferred return, `owed` what has to come
    back."""

    carry_paid: Decimal
    profit: Decimal
    entitled: Decimal
    shortfall: Decimal
    owed: Decimal
