"""The sign of amounts: what an investor pays may be positive or, all over the file, negative."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from portal.domain.investments.imports.values.tables import BOTH_WAYS, PAID_BY_INVESTOR, TransactionType

INVESTOR_VIEW = "What the investor paid is negative all over the file; it is posted as a positive amount of its type."


@dataclass(frozen=True, slots=True)
class Signs:
    """Whether contributions and fees are negative throughout, and which places have a sign that cannot be."""

    investor_view: bool
    failures: dict[int, str] = field(default_factory=dict)


def judge_signs(places: Sequence[int], types: Sequence[TransactionType], amounts: Sequence[Decimal]) -> Signs:
    """Which of two conventions the rows at `places` follow, and which rows break it.

    Either every amount is positive, or contributions and fees are negative and everything else is positive
    (cash as the investor sees it). The convention of most contributions and fees counts; one against it, any
    other negative amount and any zero but a valuation's is a failure. What goes both ways has the sign it says.
    """
    paid = [amounts[place] for place in places if types[place] in PAID_BY_INVESTOR]
    negative = sum(value < 0 for value in paid)
    positive = sum(value > 0 for value in paid)
    investor_view = negative > positive
    failures = {}
    for place in places:
        value = amounts[place]
        kind = types[place]
        expected = -value if investor_view and kind in PAID_BY_INVESTOR else value
        if kind is BOTH_WAYS and value:
            continue
        if expected <= 0 and not (kind is TransactionType.VALUATION and expected == 0):
            failures[place] = _mend(kind, amounts[place], investor_view)
    return Signs(investor_view, failures)


def _mend(kind: TransactionType, amount: Decimal, investor_view: bool) -> str:
    stated = f"{amount:,f}"
    if not amount:
        return f"A {kind.value} of {stated} posts nothing. Write its amount, or delete the row."
    if kind not in PAID_BY_INVESTOR:
        return f"A {kind.value} of {stated} is negative. Write it as {-amount:,f}, or correct its type."
    sign, others = ("positive", "negative") if investor_view else ("negative", "positive")
    return (
        f"A {kind.value} of {stated} is {sign} while most contributions and fees of the file are {others}. "
        f"Write it as {-amount:,f}; if it was paid back to the investor, make it a return_of_capital."
    )
