"""How much may be subscribed for."""

from __future__ import annotations

from decimal import Decimal

from portal.domain.investments.opportunities.values.opportunities import Opportunity
from portal.platform.money import InvalidAmount, Money


def find_amount_fault(opportunity: Opportunity, amount: Decimal) -> str | None:
    """Why an offering does not take this amount, as a sentence; None where it does. The room that is left is another
    matter: it is taken, or not, when the subscription is submitted or accepted."""
    try:
        Money(amount, opportunity.currency)
    except InvalidAmount as error:
        return error.message
    if amount < opportunity.minimum:
        return f"The least that is taken is {opportunity.currency} {opportunity.minimum.normalize():,f}."
    most = min((each for each in (opportunity.maximum, opportunity.cap) if each is not None), default=None)
    if most is not None and amount > most:
        return f"The most that is taken is {opportunity.currency} {most.normalize():,f}."
    return None
