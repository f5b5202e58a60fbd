"""The arithmetic of a distribution as it is kept, word for word: amounts as text, so that nothing is rounded."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any
from uuid import UUID

import orjson

from portal.domain.investments.distributions.values.distributions import Cost, CostKind, Draft
from portal.domain.investments.distributions.values.plans import Component, Fall, Line, Plan, Share, Source
from portal.domain.investments.distributions.values.waterfalls import (
    Accrual,
    Paid,
    Tier,
    TierLine,
    TierPart,
    WaterfallTerms,
)
from portal.domain.investments.vehicles.values import Compounding, DayCount

Kept = dict[str, Any]


def freeze_lines(lines: Sequence[Line]) -> list[Kept]:
    """Lines as they are kept."""
    return [
        {
            "source": line.source.value,
            "amount": str(line.amount),
            "recallable": str(line.recallable),
            "deal": str(line.deal_id) if line.deal_id else None,
        }
        for line in lines
    ]


def thaw_lines(kept: Sequence[Kept]) -> tuple[Line, ...]:
    """Lines that were kept."""
    return tuple(
        Line(
            Source(each["source"]),
            Decimal(each["amount"]),
            Decimal(each["recallable"]),
            UUID(each["deal"]) if each["deal"] else None,
        )
        for each in kept
    )


def freeze_fall(fall: Fall) -> Kept:
    """A run through the tiers as it is kept."""
    terms = fall.terms
    return {
        "deal": str(fall.deal_id) if fall.deal_id else None,
        "name": fall.name,
        "amount": str(fall.amount),
        "own": str(fall.own),
        "on": fall.on.isoformat(),
        "terms": [
            str(terms.preferred_return), terms.compounding.value, terms.day_count.value, str(terms.carry),
            str(terms.catch_up),
        ],
        "lines": [
            [line.tier.value, *map(_text, (line.due, line.before, line.partners, line.carry, line.left))]
            for line in fall.lines
        ],
        "accruals": [
            [each.since.isoformat(), each.until.isoformat(), each.days, str(each.base), str(each.added)]
            for each in fall.accruals
        ],
        "paid": [str(part) for part in fall.paid],
    }  # fmt: skip


def thaw_fall(kept: Kept) -> Fall:
    """A run through the tiers that was kept."""
    rate, compounding, day_count, carry, catch_up = kept["terms"]
    return Fall(
        UUID(kept["deal"]) if kept["deal"] else None,
        kept["name"],
        Decimal(kept["amount"]),
        Decimal(kept["own"]),
        date.fromisoformat(kept["on"]),
        WaterfallTerms(Decimal(rate), Compounding(compounding), DayCount(day_count), Decimal(carry), Decimal(catch_up)),
        tuple(_thaw_tier(line) for line in kept["lines"]),
        tuple(
            Accrual(date.fromisoformat(since), date.fromisoformat(until), days, Fraction(base), Fraction(added))
            for since, until, days, base, added in kept["accruals"]
        ),
        tuple(Decimal(part) for part in kept["paid"]),
    )


def _thaw_tier(kept: Sequence[Any]) -> TierLine:
    tier, due, before, partners, carry, left = kept
    return TierLine(
        Tier(tier), None if due is None else Decimal(due), Decimal(before), Decimal(partners), Decimal(carry),
        None if left is None else Decimal(left),
    )  # fmt: skip


def thaw_paid(kept: Sequence[str]) -> Paid:
    """What the tiers paid, as later distributions reckon with it."""
    return Paid(*(Fraction(part) for part in kept))


def freeze_components(components: Sequence[Component]) -> list[list[str]]:
    """An account's parts as they are kept."""
    return [
        [each.source.value, *map(str, (each.amount, each.recallable, each.rate, each.withheld)), each.basis]
        for each in components
    ]


def thaw_components(kept: Sequence[Sequence[str]]) -> tuple[Component, ...]:
    """An account's parts that were kept."""
    return tuple(
        Component(Source(source), Decimal(amount), Decimal(recallable), Decimal(rate), Decimal(withheld), basis)
        for source, amount, recallable, rate, withheld, basis in kept
    )


def freeze_tiers(tiers: Mapping[Tier, TierPart]) -> dict[str, list[str]]:
    """What an account gets of each tier, as it is kept."""
    return {tier.value: [str(each) for each in part] for tier, part in tiers.items()}


def thaw_tiers(kept: Mapping[str, Sequence[str]]) -> dict[Tier, TierPart]:
    """What an account gets of each tier, as it was kept."""
    return {tier: TierPart(*map(Decimal, kept[tier])) for tier in Tier if tier in kept}


def freeze_costs(costs: Sequence[Cost]) -> list[list[str]]:
    """What a deal cost, as it is kept."""
    return [[each.on.isoformat(), each.kind.value, str(each.amount)] for each in costs]


def thaw_costs(kept: Sequence[Sequence[str]]) -> tuple[Cost, ...]:
    """What a deal cost, as it was kept."""
    return tuple(Cost(date.fromisoformat(on), CostKind(kind), Decimal(amount)) for on, kind, amount in kept)


def digest_plan(draft: Draft, plan: Plan) -> str:
    """SHA-256 of a distribution with everybody's part, in one canonical form: what is approved is what was read."""
    content: list[Any] = [
        str(draft.vehicle_id), draft.pay_on.isoformat(), draft.method.value, freeze_lines(draft.lines), draft.note,
        [freeze_fall(fall) for fall in plan.falls], str(plan.escrow), [_of_share(share) for share in plan.shares],
    ]  # fmt: skip
    if draft.nets_call_id is not None:
        content += [str(draft.nets_call_id), [[str(each.account_id), str(each.netted)] for each in plan.shares]]
    return hashlib.sha256(orjson.dumps(content, option=orjson.OPT_SORT_KEYS)).hexdigest()


def digest_component(component: Component, effect: Decimal) -> str:
    """SHA-256 of what is posted for one part of a share."""
    content = [*freeze_components([component])[0], str(effect)]
    return hashlib.sha256(orjson.dumps(content)).hexdigest()


def _of_share(share: Share) -> list[Any]:
    return [str(share.account_id), freeze_components(share.components), freeze_tiers(share.tiers)]


def _text(amount: Decimal | None) -> str | None:
    return None if amount is None else str(amount)
