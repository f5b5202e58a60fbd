"""The histories that generated holdings live through, planned by the ledger's own rules.

A history is planned once and stamped onto many holdings, its amounts multiplied: every rule of the ledger is linear
in the amounts, so that a multiple of a good history is a good history.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import NamedTuple
from uuid import UUID

from portal.domain.investments.ledger.rules import HoldingState, plan_journals
from portal.domain.investments.ledger.values import Entry, EntryKind

FIRST, LAST = date(2006, 3, 31), date(2026, 6, 30)
ORDINARY = 32  # how many different ones ordinary holdings share
TEN, MANY, FLOWS = 100, 101, 102  # two of TEN make an investor's ten transactions, two of MANY ten thousand
MANY_LINES, FLOW_DAYS = 5000, 1000
K = EntryKind
Event = tuple[EntryKind, date, int]


class Line(NamedTuple):
    """One journal of a history."""

    history: int
    place: int
    kind: str
    effective_on: date
    amount: Decimal
    change: Decimal
    unfunded_effect: Decimal
    stated_nav: Decimal | None


def ordinary_lines() -> list[Line]:
    """Nineteen journals, fifty postings: six calls, four fees, four distributions, four valuations."""
    return [line for number in range(ORDINARY) for line in _planned(number, _ordinary(number))]


def special_lines() -> list[Line]:
    """The histories of the investors whose pages are measured."""
    histories = ((TEN, _ten()), (MANY, _many()), (FLOWS, _flows()))
    return [line for number, events in histories for line in _planned(number, events)]


def _ordinary(number: int) -> Iterator[Event]:
    chance = Random(number)
    day = date(chance.randint(2006, 2019), 3 * chance.randint(1, 4), 15)
    commitment = 1000 * chance.randint(40, 160)
    yield K.COMMITMENT, day, commitment
    worth = 0
    for turn in range(6):
        day += timedelta(days=chance.randint(60, 120))
        call = commitment * chance.randint(10, 15) // 100
        worth += call
        yield K.CONTRIBUTION, day, call
        if turn < 2:
            continue
        yield K.FEE, day + timedelta(days=20), commitment // 100
        worth = (worth - commitment // 100) * chance.randint(98, 112) // 100
        yield K.VALUATION, day + timedelta(days=30), worth
        paid = worth * chance.randint(2, 20) // 100
        worth -= paid
        yield K.DISTRIBUTION, day + timedelta(days=40), paid


def _ten() -> Iterator[Event]:
    """Five journals over the whole time."""
    yield K.COMMITMENT, FIRST, 100_000
    yield K.CONTRIBUTION, FIRST + timedelta(days=30), 60_000
    yield K.CONTRIBUTION, date(2012, 9, 30), 30_000
    yield K.DISTRIBUTION, date(2020, 5, 15), 70_000
    yield K.VALUATION, LAST, 130_000


def _many() -> Iterator[Event]:
    """Five thousand journals over the whole time, a valuation every two weeks or so."""
    yield K.COMMITMENT, FIRST, 10_000_000
    kinds = (K.CONTRIBUTION, K.FEE, K.CONTRIBUTION, K.DISTRIBUTION)
    length = (LAST - FIRST).days
    for place in range(1, MANY_LINES):
        day = FIRST + timedelta(days=place * length // MANY_LINES)
        kind = K.VALUATION if place % 10 == 9 else kinds[place % 4]
        yield kind, day, {K.VALUATION: 600_000 + 300 * place, K.FEE: 5, K.DISTRIBUTION: 900}.get(kind, 1000)


def _flows() -> Iterator[Event]:
    """A thousand days with cash: money goes in each week for ten years, then comes out for ten."""
    yield K.COMMITMENT, FIRST, 1_000_000
    for week in range(FLOW_DAYS):
        going_in = week < FLOW_DAYS // 2
        kind, amount = (K.CONTRIBUTION, 1000 + week % 97) if going_in else (K.DISTRIBUTION, 1500 + week % 89)
        yield kind, FIRST + timedelta(days=7 * week), amount


def _planned(number: int, events: Iterator[Event]) -> Iterator[Line]:
    nobody = UUID(int=0)
    entries: Sequence[Entry] = [Entry(nobody, nobody, kind, on, Decimal(amount), "", "") for kind, on, amount in events]
    for place, journal in enumerate(plan_journals(HoldingState(), entries)):
        yield Line(
            number, place, journal.kind.value, journal.effective_on, journal.amount, journal.change,
            journal.unfunded_effect, journal.stated_nav,
        )  # fmt: skip
