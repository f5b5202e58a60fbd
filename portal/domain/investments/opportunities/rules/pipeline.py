"""What makes a prospect sound, and what a pipeline comes to."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from portal.domain.investments.opportunities.values.prospects import ProspectDescription, Stage, StageTotal
from portal.platform.money import LIMIT, UnknownCurrency, minor_places


def find_prospect_faults(description: ProspectDescription) -> dict[str, str]:
    """What is wrong with a description, by field; empty when all is well."""
    faults = {}
    if not description.name.strip():
        faults["name"] = "Write who it is."
    if not 0 <= description.probability <= 100:
        faults["probability"] = "A probability lies between 0 % and 100 %."
    try:
        places = minor_places(description.currency)
    except UnknownCurrency:
        faults["currency"] = "Write the currency's code, such as USD."
    else:
        if not 0 <= description.amount < LIMIT or description.amount != round(description.amount, places):
            faults["amount"] = f"Write an amount with {places} decimals at the most."
    if description.next_on is not None and not description.next_step.strip():
        faults["next_step"] = "Write what to be reminded of."
    return faults


def total_up(rows: Iterable[tuple[Stage, str, Decimal, int]]) -> list[StageTotal]:
    """Totals per stage and currency, in order of stages then currencies, from (stage, currency, amount, probability in
    percent); amounts of different currencies are never added up."""
    sums: dict[tuple[Stage, str], StageTotal] = {}
    for stage, currency, amount, probability in rows:
        before = sums.get((stage, currency), StageTotal(stage, currency, 0, Decimal(0), Decimal(0)))
        sums[stage, currency] = StageTotal(
            stage,
            currency,
            before.prospects + 1,
            before.amount + amount,
            before.weighted + amount * probability / 100,
        )
    order = list(Stage)
    return [sums[key] for key in sorted(sums, key=lambda key: (order.index(key[0]), key[1]))]
