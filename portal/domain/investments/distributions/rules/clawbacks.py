"""Whether carry has to come back, over everything a vehicle did."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction

from portal.domain.investments.distributions.rules.accruing import ZERO
from portal.domain.investments.distributions.rules.waterfalls import round_half_up, share_out, stand
from portal.domain.investments.distributions.values.waterfalls import Clawback, Drawn, Paid, PaidOut, WaterfallTerms


def take_as_whole(terms: WaterfallTerms, drawn: Sequence[Drawn], paid_out: Sequence[PaidOut]) -> list[PaidOut]:
    """What was paid (deal by deal, maybe) as the whole vehicle sees it: what partners got is capital first, then
    preferred return; carry is carry."""
    seen: list[PaidOut] = []
    for each in sorted(paid_out, key=lambda paid: paid.on):
        standing = stand(terms, drawn, seen, on=each.on)
        tiers = each.tiers or share_out(terms, standing, Fraction(each.amount))
        capital = min(tiers.partners, standing.unreturned)
        preferred = min(tiers.partners - capital, standing.preferred_due)
        rest = tiers.partners - capital - preferred
        seen.append(PaidOut(each.on, each.amount, Paid(capital, preferred, split_lp=rest, split_gp=tiers.carry)))
    return seen


def judge_clawback(
    terms: WaterfallTerms, drawn: Sequence[Drawn], paid_out: Sequence[PaidOut], *, on: date, value_left: Decimal,
    places: int,
) -> Clawback:  # fmt: skip
    """What of the carry paid so far would have to come back if everything ended on a day with `value_left` (0 at the
    true end): the larger of the carry above its share of all profit and of what the partners lack of capital and
    preferred return, and never more than the carry paid."""
    standing = stand(terms, drawn, take_as_whole(terms, drawn, paid_out), on=on)
    value, paid = Fraction(value_left), standing.paid
    profit = paid.partners + paid.carry + value - standing.drawn
    entitled = max(ZERO, profit) * Fraction(terms.carry)
    excess = max(ZERO, paid.carry - entitled)
    shortfall = max(ZERO, standing.unreturned + standing.preferred_due - value)
    owed = min(paid.carry, max(excess, shortfall))
    figures = (paid.carry, profit, entitled, excess, shortfall, owed)
    return Clawback(*(round_half_up(each, places) for each in figures))
