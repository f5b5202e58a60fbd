"""Whether the lines of one side of a statement add up, and go on from where the last ones ended."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

from portal.domain.investments.statements.values.periods import Period
from portal.domain.investments.statements.values.snapshots import (
    COLUMNS,
    LINE_LABELS,
    LINE_PARTS,
    Column,
    Side,
)
from portal.platform import formatting

FLOWS = (
    "contributions", "distributions", "transfers", "fees", "rebates", "expenses", "income", "interest_expense",
    "placement_fees", "realised", "gain", "incentive_paid", "accrued_change", "committed", "drawn", "called",
    "recallable", "released", "passed_on",
)  # fmt: skip
CHAINED = {"beginning_nav": "ending_nav", "beginning_unfunded": "ending_unfunded"}
COLUMN_NAMES: dict[Column, str] = {"period": "period", "year": "year to date", "inception": "inception to date"}


class Former(NamedTuple):
    """The same side of what was published for an earlier period."""

    side: Side
    period: Period
    number: str


def follows(period: Period, former: Period) -> bool:
    """Whether a period begins on the day after the former one ended."""
    return former.ends_on + timedelta(days=1) == period.starts_on


def find_wrong_totals(side: Side, currency: str, whose: str = "") -> Iterator[str]:
    """Totals that are not what their lines add up to; `whose` is put in front of the line's name."""
    for code, parts in LINE_PARTS.items():
        for column in COLUMNS:
            total = sum((side.line(part).amount(column) for part in parts), Decimal(0))
            stated = side.line(code).amount(column)
            if total != stated:
                yield (
                    f"{whose}{LINE_LABELS[code]} ({COLUMN_NAMES[column]}) is {money(stated, currency)}, but its lines"
                    f" add up to {money(total, currency)}: {apart(stated, total, currency)}."
                )


def find_breaks(side: Side, former: Former, period: Period, currency: str, whose: str = "") -> Iterator[str]:
    """Where the period does not begin with what the former one ended with, or the year and inception to date are not
    what was said there and this period together."""
    yield from _broken_chain(side, former, currency, whose)
    yield from _unlike_their_sum(side, former, period, currency, whose)


def _broken_chain(side: Side, former: Former, currency: str, whose: str) -> Iterator[str]:
    for code, ending in CHAINED.items():
        begins, ended = side.line(code).period, former.side.line(ending).period
        if begins != ended:
            label = former.period.label
            yield (
                f"{whose}{LINE_LABELS[code]} is {money(begins, currency)}, but the statement for {label}"
                f" ({former.number}) ended with {money(ended, currency)}: {apart(begins, ended, currency)}. The ledger"
                f" was changed since it was published. Publish a correction of {label} first, then retry."
            )


def _unlike_their_sum(side: Side, former: Former, period: Period, currency: str, whose: str) -> Iterator[str]:
    same_year, label = former.period.ends_on.year == period.ends_on.year, former.period.label
    untold = () if former.side.states("ending_gross_nav") else ("accrued_change",)
    for code in (each for each in FLOWS if each not in untold):
        now, then = side.line(code), former.side.line(code)
        expected: dict[Column, Decimal] = {
            "year": now.period + (then.year if same_year else 0),
            "inception": now.period + then.inception,
        }
        for column, amount in expected.items():
            if now.amount(column) != amount:
                yield (
                    f"{whose}{LINE_LABELS[code]} ({COLUMN_NAMES[column]}) is {money(now.amount(column), currency)}, but"
                    f" the statements up to {label} and this period come to {money(amount, currency)}:"
                    f" {apart(now.amount(column), amount, currency)}. Publish a correction of {label} first, then"
                    " retry."
                )


def day(value: date) -> str:
    """A day in a sentence for staff."""
    return f"{value.day} {value:%b %Y}"


def money(amount: Decimal, currency: str) -> str:
    """An amount in a sentence for staff."""
    return f"{currency} {formatting.money(amount, currency, 'en')}"


def apart(one: Decimal, other: Decimal, currency: str) -> str:
    """By how much two amounts differ, in a sentence for staff."""
    return f"{money(abs(one - other), currency)} apart"
