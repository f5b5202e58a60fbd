"""A waterfall tried out over any amounts and dates."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

from portal.domain.investments.distributions.rules.waterfalls import (
    list_tier_lines,
    round_half_up,
    round_tiers,
    share_out,
    stand,
)
from portal.domain.investments.distributions.values.plans import Fall
from portal.domain.investments.distributions.values.waterfalls import Drawn, PaidOut, WaterfallTerms


def try_waterfall(
    terms: WaterfallTerms, drawn: Sequence[Drawn], payments: Sequence[PaidOut], *, places: int
) -> tuple[list[Fall], list[PaidOut]]:
    """Each payment through the tiers in order of time, as distributions would be, with what was kept between them."""
    kept: list[PaidOut] = []
    falls = []
    for number, payment in enumerate(sorted(payments, key=lambda each: each.on), 1):
        standing = stand(terms, drawn, kept, on=payment.on)
        exact = share_out(terms, standing, Fraction(payment.amount))
        paid = round_tiers(exact, places=places)
        kept.append(payment._replace(tiers=paid))
        lines = list_tier_lines(terms, standing, exact, paid, places=places)
        parts = tuple(round_half_up(part, places) for part in paid)
        falls.append(
            Fall(None, str(number), payment.amount, Decimal(0), payment.on, terms, lines, standing.accruals, parts)
        )
    return falls, kept
