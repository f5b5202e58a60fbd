"""Whether carry has to come back, over everything a vehicle did, and what paying it back does to the tiers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction

from portal.domain.investments.distributions.rules.accruing import ZERO
from portal.domain.investments.distributions.rules.waterfalls import (
    catch_up_in_full,
    round_half_up,
    round_tiers,
    share_out,
    stand,
)
from portal.domain.investments.distributions.values.waterfalls import (
    Clawback,
    Drawn,
    Paid,
    PaidBack,
    PaidOut,
    Standing,
    WaterfallTerms,
)


def take_as_whole(terms: WaterfallTerms, drawn: Sequence[Drawn], paid_out: Sequence[PaidOut]) -> list[PaidOut]:
    """What was paid deal by deal as the whole vehicle sees it: what partners got is capital first, then preferred
    return; carry is carry. A payback, whose amount is nothing, says itself what it is to the whole."""
    seen: list[PaidOut] = []
    for each in sorted(paid_out, key=lambda paid: paid.on):
        standing = stand(terms, drawn, seen, on=each.on)
        tiers = each.tiers or share_out(terms, standing, Fraction(each.amount))
        if each.amount:
            capital = min(tiers.partners, standing.unreturned)
            preferred = min(tiers.partners - capital, standing.preferred_due)
            rest = tiers.partners - capital - preferred
            tiers = Paid(capital, preferred, split_lp=rest, split_gp=tiers.carry)
        seen.append(PaidOut(each.on, each.amount, tiers))
    return seen


def take_payback(
    terms: WaterfallTerms, drawn: Sequence[Drawn], paid_out: Sequence[PaidOut], back: PaidBack, *, places: int
) -> list[PaidOut]:
    """What was paid out, in order of time, with carry paid back that was recorded without tiers: it moves them as one
    that was worked out does, and never more than was given as carry."""
    before = [each for each in paid_out if each.on <= back.on]
    standing = stand(terms, drawn, before, on=back.on)
    amount = min(back.amount, round_half_up(standing.paid.carry, places))
    moved = PaidOut(back.on, Decimal(0), settle_tiers(terms, standing, amount, places=places))
    return [*before, moved, *(each for each in paid_out if each.on > back.on)]


def judge_clawback(
    terms: WaterfallTerms, drawn: Sequence[Drawn], paid_out: Sequence[PaidOut], *, on: date, value_left: Decimal,
    places: int,
) -> Clawback:  # fmt: skip
    """What of the carry paid so far would have to come back if everything ended on a day with `value_left` (0 at the
    true end): what is above the carry that one run through the tiers with everything would give. With a full catch-up
    that is the larger of the carry above its share of all profit and of what the partners lack of capital and
    preferred return."""
    standing = stand(terms, drawn, paid_out, on=on)
    value, paid = Fraction(value_left), standing.paid
    whole = max(ZERO, paid.partners + paid.carry + value)
    nothing_paid = standing._replace(
        unreturned=max(ZERO, standing.drawn), preferred_due=standing.preferred_accrued, paid=Paid()
    )
    entitled = share_out(terms, nothing_paid, whole).carry
    lacking = standing.drawn + standing.preferred_accrued - paid.partners - value
    figures = (
        paid.carry, whole - standing.drawn, entitled, max(ZERO, lacking), max(ZERO, paid.carry - entitled),
    )  # fmt: skip
    return Clawback(*(round_half_up(each, places) for each in figures))


def settle_tiers(terms: WaterfallTerms, standing: Standing, amount: Decimal, *, places: int) -> Paid:
    """What paying carry back moves between the tiers, below zero where a tier had too much: afterwards all that the
    partners have is capital first, then preferred return, catch-up and split, as one run through the tiers has it.
    The partners' parts come to the amount, those of the carry to as much below zero."""
    paid, share = standing.paid, Fraction(terms.catch_up)
    partners, carry = paid.partners + Fraction(amount), paid.carry - Fraction(amount)
    capital = min(partners, max(ZERO, standing.drawn))
    preferred = min(partners - capital, standing.preferred_accrued)
    rest = partners - capital - preferred
    whole = catch_up_in_full(terms, preferred)
    caught_up, carried = min(rest, whole * (1 - share)), min(carry, whole * share)
    moved = Paid(
        capital - paid.capital, preferred - paid.preferred, caught_up - paid.catch_up_lp, carried - paid.catch_up_gp,
        rest - caught_up - paid.split_lp, carry - carried - paid.split_gp,
    )  # fmt: skip
    of_partners = moved._replace(catch_up_gp=ZERO, split_gp=ZERO)
    of_carry = Paid(catch_up_gp=moved.catch_up_gp, split_gp=moved.split_gp)
    return round_tiers(of_partners, places=places).plus(round_tiers(of_carry, places=places))
