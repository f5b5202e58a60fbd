"""The waterfall: return of contributions, preferred return, catch-up, carry split.

Tested over everything there was: each distribution is judged by all capital that came in and by what every tier has
paid before, so that no tier pays twice. The same arithmetic serves the whole fund (its calls and distributions) and a
single deal (its cost with fees and write-downs, and what it paid). Exact fractions within, whole units at the end.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from fractions import Fraction

from portal.domain.investments.distributions.rules.accruing import ZERO, Growth
from portal.domain.investments.distributions.values.waterfalls import (
    Drawn,
    Paid,
    PaidOut,
    Standing,
    Tier,
    TierLine,
    WaterfallTerms,
)
from portal.platform.money import allocate


def stand(terms: WaterfallTerms, drawn: Iterable[Drawn], paid_out: Iterable[PaidOut], *, on: date) -> Standing:
    """Where the tiers stand on a day, by everything up to and on it; on one day capital comes before payments, and
    payments come in the order given."""
    events: list[tuple[date, int, Drawn | PaidOut]] = [
        *((each.on, 0, each) for each in drawn if each.on <= on),
        *((each.on, 1, each) for each in paid_out if each.on <= on),
    ]
    events.sort(key=lambda event: event[:2])
    growth = Growth(terms, events[0][0] if events else on)
    total, paid = ZERO, Paid()
    for day, _, event in events:
        growth.advance(day)
        if isinstance(event, Drawn):
            total += Fraction(event.amount)
            growth.unreturned += Fraction(event.amount)
            continue
        tiers = event.tiers
        if tiers is None:
            tiers = share_out(terms, _standing(growth, total, paid), Fraction(event.amount))
        paid = paid.plus(tiers)
        growth.pay(tiers.capital, tiers.preferred)
    growth.advance(on)
    return _standing(growth, total, paid)


def _standing(growth: Growth, drawn: Fraction, paid: Paid) -> Standing:
    return Standing(
        growth.on, drawn, max(ZERO, growth.unreturned), max(ZERO, growth.unpaid), growth.accrued, paid,
        tuple(growth.steps),
    )  # fmt: skip


def catch_up_in_full(terms: WaterfallTerms, preferred: Fraction) -> Fraction:
    """The whole catch-up tier once so much preferred return was paid: kP / (c − k); nothing without a catch-up."""
    carry, share = Fraction(terms.carry), Fraction(terms.catch_up)
    return carry * preferred / (share - carry) if share else ZERO


def share_out(terms: WaterfallTerms, standing: Standing, amount: Fraction) -> Paid:
    """An amount through the tiers, in exact fractions. Their sum is the amount."""
    carry, share, paid = Fraction(terms.carry), Fraction(terms.catch_up), standing.paid
    capital = min(amount, standing.unreturned)
    amount -= capital
    preferred = min(amount, standing.preferred_due)
    amount -= preferred
    whole = catch_up_in_full(terms, paid.preferred + preferred)
    catch_up = min(amount, max(ZERO, whole - paid.catch_up_lp - paid.catch_up_gp))
    amount -= catch_up
    return Paid(
        capital, preferred, catch_up * (1 - share), catch_up * share, amount * (1 - carry), amount * carry
    )  # fmt: skip


def round_tiers(paid: Paid, *, places: int) -> Paid:
    """The tiers' parts in whole units, which sum to what the exact ones do (largest remainder, earlier tiers first);
    that sum has to be in whole units."""
    units = 10**places
    exact = [part * units for part in paid]
    whole = [part.numerator // part.denominator for part in exact]
    left = sum(exact, ZERO) - sum(whole)
    if left.denominator != 1:
        raise ValueError("An amount finer than its currency goes cannot be shared out.")
    order = sorted(range(len(exact)), key=lambda place: (whole[place] - exact[place], place))
    for place in order[: int(left)]:
        whole[place] += 1
    return Paid(*(Fraction(part, units) for part in whole))


def list_tier_lines(
    terms: WaterfallTerms, standing: Standing, exact: Paid, paid: Paid, *, places: int
) -> tuple[TierLine, ...]:
    """Each tier's arithmetic with these numbers; `paid` are the whole units of what `exact` came to."""
    preferred = standing.paid.preferred + exact.preferred
    dues: dict[Tier, Fraction | None] = {
        Tier.CAPITAL: standing.unreturned + standing.paid.capital,
        Tier.PREFERRED: standing.preferred_due + standing.paid.preferred,
        Tier.CATCH_UP: catch_up_in_full(terms, preferred),
        Tier.SPLIT: None,
    }
    lines = []
    for tier, due in dues.items():
        partners, carry = paid.of(tier)
        before = sum(standing.paid.of(tier), ZERO)
        left = None if due is None else max(ZERO, due - before - partners - carry)
        shown = [round_half_up(part, places) for part in (before, partners, carry)]
        lines.append(TierLine(tier, _maybe(due, places), shown[0], shown[1], shown[2], _maybe(left, places)))
    return tuple(lines)


def _maybe(amount: Fraction | None, places: int) -> Decimal | None:
    return None if amount is None else round_half_up(amount, places)


def round_half_up(amount: Fraction, places: int) -> Decimal:
    """An exact fraction as people round on paper."""
    units = abs(amount) * 10**places
    whole, rest = divmod(units.numerator, units.denominator)
    whole += 2 * rest >= units.denominator
    return Decimal(whole if amount >= 0 else -whole).scaleb(-places)


def hold_back(carry: Decimal, share: Decimal, *, places: int) -> Decimal:
    """How much of a carry goes to escrow."""
    return allocate(carry, [share, 1 - share], places=places)[0] if carry else carry
