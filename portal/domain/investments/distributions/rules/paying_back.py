"""Carry paid back: who gets it, and what the tiers make of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction

from portal.domain.investments.distributions.rules.clawbacks import settle_tiers
from portal.domain.investments.distributions.rules.planning import Course, Ground
from portal.domain.investments.distributions.rules.sharing import share_tiers
from portal.domain.investments.distributions.rules.waterfalls import (
    list_tier_lines,
    round_half_up,
    round_tiers,
    stand,
)
from portal.domain.investments.distributions.values.carries import Carry
from portal.domain.investments.distributions.values.distributions import Draft
from portal.domain.investments.distributions.values.plans import Component, Fall, Partner, Plan, Share, Source
from portal.domain.investments.distributions.values.waterfalls import Paid, Standing
from portal.platform.money import NothingToShareBy, minor_places

ZERO = Decimal(0)


def find_payback_faults(draft: Draft, carry: Carry, *, last_on: date | None) -> dict[str, str]:
    """What is wrong with a payback, by field; empty when all is well. `carry` is as of its day, `last_on` the day of
    the vehicle's latest distribution."""
    faults, places = {}, minor_places(carry.currency)
    amount = draft.entered
    if not carry.claws_back:
        faults["amount"] = "The terms of this vehicle know no clawback."
    elif carry.account_id is None:
        faults["amount"] = "Name the account that receives the carry in the terms of the vehicle first."
    elif amount <= 0 or amount != round(amount, places):
        faults["amount"] = f"Above zero, with at most {places} decimal places."
    elif amount > carry.clawback.owed:
        faults["amount"] = f"At most {carry.clawback.owed:,.{places}f} is owed on that day."
    if last_on is not None and draft.pay_on < last_on:
        faults["pay_on"] = f"The last distribution is of {last_on:%d %B %Y}; this one cannot come before it."
    return faults


def plan_payback(ground: Ground, course: Course, amount: Decimal, *, held: Decimal, on: date) -> Plan:
    """Who pays how much and who gets it. What is `held` back of the carry goes first, the account that received the
    carry pays the rest. The partners get it as they would any money on that day: capital by what each lacks, then by
    what each paid in. Raises NothingToShareBy where nobody paid anything in."""
    places = minor_places(ground.currency)
    standing = stand(ground.terms, course.drawn, course.paid_out, on=on)
    moved = settle_tiers(ground.terms, standing, amount, places=places)
    lines = list_tier_lines(ground.terms, standing, moved, moved, places=places)
    parts = tuple(round_half_up(part, places) for part in moved)
    fall = Fall(None, course.name, ZERO, ZERO, on, ground.terms, lines, standing.accruals, parts)
    from_escrow = min(amount, max(ZERO, held))
    shares = [*_to_partners(ground.partners, standing, amount, places), *_from_carry(ground, amount - from_escrow)]
    return Plan(tuple(shares), (fall,), -from_escrow)


def _to_partners(partners: Sequence[Partner], standing: Standing, amount: Decimal, places: int) -> list[Share]:
    charged = [partner for partner in partners if not partner.carries]
    if not any(partner.paid_in for partner in charged):
        raise NothingToShareBy
    whole = Fraction(amount)
    capital = min(whole, standing.unreturned)
    preferred = min(whole - capital, standing.preferred_due)
    given = round_tiers(Paid(capital, preferred, split_lp=whole - capital - preferred), places=places)
    by_tier = share_tiers(charged, given, places=places)
    shares = []
    for place, partner in enumerate(charged):
        tiers = {tier: parts[place] for tier, parts in by_tier.items() if parts[place].amount}
        got = sum((part.amount for part in tiers.values()), ZERO)
        if got:
            shares.append(Share(partner.account_id, (Component(Source.CLAWBACK, got),), tiers))
    return shares


def _from_carry(ground: Ground, amount: Decimal) -> list[Share]:
    if not amount or ground.carry_account is None:
        return []
    return [Share(ground.carry_account, (Component(Source.CLAWBACK, -amount),), {})]
