"""Who gets what: tiers to accounts, sources to accounts, and what is withheld. Every sum is exact."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple

from portal.domain.investments.distributions.values.plans import Component, Line, Partner, Rate, Source
from portal.domain.investments.distributions.values.waterfalls import TIERS, Paid, Tier, TierPart
from portal.platform.money import Money, allocate

ZERO = Decimal(0)
Amounts = list[Decimal]


class Grid(NamedTuple):
    """Amounts per line, each with its part per account."""

    lines: Sequence[Line]
    parts: Sequence[Amounts]


def split_by(partners: Sequence[Partner], amount: Decimal, weights: Sequence[Decimal], *, places: int) -> Amounts:
    """An amount among partners by weights, ties to the earliest admitted; all zero where there is nothing."""
    if not amount:
        return [ZERO] * len(partners)
    return allocate(amount, weights, places=places, ranks=[partner.rank for partner in partners])


def share_tiers(partners: Sequence[Partner], paid: Paid, *, places: int) -> dict[Tier, list[TierPart]]:
    """What the partners get of each tier. Capital goes back by what each has not had back yet; profits go by what each
    has paid in."""
    paid_in = [partner.paid_in for partner in partners]
    lacking = [max(ZERO, partner.paid_in - partner.returned) for partner in partners]
    found = {}
    for tier in TIERS:
        weights = lacking if tier is Tier.CAPITAL and any(lacking) else paid_in
        amount, whole = paid.of(tier)[0], sum(weights, ZERO)
        parts = split_by(partners, Decimal(amount.numerator) / amount.denominator, weights, places=places)
        found[tier] = [TierPart(part, mine, whole) for part, mine in zip(parts, weights, strict=True)]
    return found


def take_carry(lines: Sequence[Line], carry: Decimal, *, places: int) -> Amounts:
    """How much of each line goes as carry: profits bear it in proportion, returned capital only what they cannot."""
    profits = [ZERO if line.source is Source.RETURN_OF_CAPITAL else line.amount for line in lines]
    from_profits = min(carry, sum(profits, ZERO))
    taken = allocate(from_profits, profits, places=places) if from_profits else [ZERO] * len(lines)
    rest = carry - from_profits
    if rest:
        left = [line.amount - part for line, part in zip(lines, taken, strict=True)]
        taken = [part + more for part, more in zip(taken, allocate(rest, left, places=places), strict=True)]
    return taken


def cross(amounts: Sequence[Decimal], totals: Sequence[Decimal], *, places: int, ranks: Sequence[int]) -> list[Amounts]:
    """Lines by accounts so that each line's parts sum to it and each account's to its total; both sum to the same. A
    line is divided by what each account still lacks, which no part can exceed."""
    lacking, grid = list(totals), []
    for amount in amounts:
        parts = allocate(amount, lacking, places=places, ranks=ranks) if amount else [ZERO] * len(totals)
        lacking = [have - part for have, part in zip(lacking, parts, strict=True)]
        grid.append(parts)
    return grid


def recall(line: Line, parts: Sequence[Decimal], *, places: int) -> Amounts:
    """Each part's share of what of the line may be called again; never more than the part."""
    base = sum(parts, ZERO)
    amount = min(line.recallable, base)
    return allocate(amount, parts, places=places) if amount else [ZERO] * len(parts)


def find_rate(rates: Mapping[tuple[str, str | None, Source], Rate], partner: Partner, source: Source) -> Rate | None:
    """The rate for a holder and a source: the one of their country and kind, else the one of their country."""
    if partner.residence is None:
        return None
    kind = None if partner.kind is None else partner.kind.value
    return rates.get((partner.residence, kind, source)) or rates.get((partner.residence, None, source))


def withhold(component: Component, rate: Rate | None, currency: str) -> Component:
    """The component with what is withheld from it, rounded as tax is: half up."""
    if rate is None or not rate.rate:
        return component
    withheld = Money.rounded(component.amount * rate.rate, currency).amount
    return component._replace(rate=rate.rate, withheld=withheld, basis=rate.basis)


def key_rates(rates: Sequence[Rate]) -> dict[tuple[str, str | None, Source], Rate]:
    """Rates by country, kind and source."""
    return {(each.residence, each.kind and each.kind.value, each.source): each for each in rates}
