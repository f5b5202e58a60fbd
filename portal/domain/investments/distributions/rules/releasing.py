"""What may be let go of carry that is held back."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from portal.domain.investments.distributions.rules.sharing import find_rate, key_rates, withhold
from portal.domain.investments.distributions.values.carries import Carry
from portal.domain.investments.distributions.values.plans import Component, Partner, Rate, Source
from portal.platform.money import minor_places

LONGEST = 500


def find_release_faults(carry: Carry, amount: Decimal, reason: str) -> dict[str, str]:
    """What is wrong with letting so much go, by field; empty when all is well."""
    faults, places = {}, minor_places(carry.currency)
    if carry.account_id is None:
        faults["amount"] = "Name the account that receives the carry in the terms of the vehicle first."
    elif amount <= 0 or amount != round(amount, places):
        faults["amount"] = f"Above zero, with at most {places} decimal places."
    elif amount > carry.releasable:
        faults["amount"] = f"At most {carry.releasable:,.{places}f} may be let go."
    if not 0 < len(reason.strip()) <= LONGEST:
        faults["reason"] = f"Say in at most {LONGEST} letters why: who approves it and who gets it read this."
    return faults


def withhold_from_release(
    amount: Decimal, account: Partner | None, rates: Sequence[Rate], currency: str
) -> Component:  # fmt: skip
    """What is let go as a part of carried interest, with the tax that is withheld from it."""
    rate = find_rate(key_rates(rates), account, Source.CARRIED_INTEREST) if account else None
    return withhold(Component(Source.CARRIED_INTEREST, amount), rate, currency)
