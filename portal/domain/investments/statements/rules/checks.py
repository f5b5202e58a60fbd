"""Whether a statement ties out: what must hold before anybody may see it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

from portal.domain.investments.statements.values.snapshots import (
    COLUMNS,
    LINE_LABELS,
    LINE_PARTS,
    Column,
    Line,
    Snapshot,
)
from portal.platform import formatting

FLOWS = (
    "contributions", "distributions", "transfers", "fees", "rebates", "gain", "committed", "drawn", "called",
    "recallable", "released", "passed_on",
)  # fmt: skip
LISTED = ("total_flows", "transfers", "fees", "rebates")
CHAINED = {"beginning_nav": "ending_nav", "beginning_unfunded": "ending_unfunded"}
COLUMN_NAMES: dict[Column, str] = {"period": "period", "year": "year to date", "inception": "inception to date"}


def find_problems(snapshot: Snapshot, previous: Snapshot | None) -> list[str]:
    """Why a statement may not be published, as sentences for staff; empty when it ties out. `previous` is the last
    statement published for the holding before this period, which binds only when it ends the day before."""
    problems = [*_unvalued(snapshot), *_not_added_up(snapshot), *_unlike_the_ledger(snapshot), *_unlisted(snapshot)]
    if previous is not None and previous.period.ends_on + timedelta(days=1) == snapshot.period.starts_on:
        problems += [*_broken_chain(snapshot, previous), *_unlike_their_sum(snapshot, previous)]
    return problems


def _unvalued(snapshot: Snapshot) -> Iterator[str]:
    ending = snapshot.line("ending_nav").inception
    if snapshot.performance.valued_on is None and ending:
        yield (
            f"There is no valuation on or before {_day(snapshot.period.ends_on)}, while net assets of"
            f" {_money(ending, snapshot)} stand in the ledger. Post a valuation for that date, then retry."
        )


def _not_added_up(snapshot: Snapshot) -> Iterator[str]:
    for code, parts in LINE_PARTS.items():
        for column in COLUMNS:
            total = sum((snapshot.line(part).amount(column) for part in parts), Decimal(0))
            stated = snapshot.line(code).amount(column)
            if total != stated:
                yield (
                    f"{LINE_LABELS[code]} ({COLUMN_NAMES[column]}) is {_money(stated, snapshot)}, but its lines add up"
                    f" to {_money(total, snapshot)}."
                )


def _unlike_the_ledger(snapshot: Snapshot) -> Iterator[str]:
    returns = snapshot.performance
    pairs = {
        "contributions": returns.paid_in,
        "distributions": -returns.distributed,
        "commitment": returns.commitment,
        "ending_nav": returns.nav if returns.valued_on else snapshot.line("ending_nav").inception,
    }
    for code, kept in pairs.items():
        stated = snapshot.line(code).inception
        if stated != kept:
            yield (
                f"{LINE_LABELS[code]} since inception is {_money(stated, snapshot)}, but the ledger's balance is"
                f" {_money(kept, snapshot)}. Run the ledger check and tell whoever looks after the portal."
            )


def _unlisted(snapshot: Snapshot) -> Iterator[str]:
    """The transactions listed must be those that the account's lines are made of."""
    listed = sum((each.account_effect for each in snapshot.transactions), Decimal(0))
    stated = sum((snapshot.line(code).period for code in LISTED), Decimal(0))
    if listed != stated:
        yield (
            f"The transactions listed come to {_money(listed, snapshot)}, but contributions, distributions, transfers"
            f" and fees of the period are {_money(stated, snapshot)}."
        )


def _broken_chain(snapshot: Snapshot, previous: Snapshot) -> Iterator[str]:
    for code, ending in CHAINED.items():
        begins, ended = snapshot.line(code).period, previous.line(ending).period
        if begins != ended:
            yield (
                f"{LINE_LABELS[code]} is {_money(begins, snapshot)}, but the statement for {previous.period.label}"
                f" ({previous.number}) ended with {_money(ended, snapshot)}: the ledger was changed since it was"
                f" published. Publish a correction of {previous.period.label} first, then retry."
            )


def _unlike_their_sum(snapshot: Snapshot, previous: Snapshot) -> Iterator[str]:
    """Year and inception to date are what the last statement said, and this period."""
    same_year = previous.period.ends_on.year == snapshot.period.ends_on.year
    for code in FLOWS:
        now, then = snapshot.line(code), previous.line(code)
        expected: dict[Column, Decimal] = {
            "year": now.period + (then.year if same_year else 0),
            "inception": now.period + then.inception,
        }
        for column, amount in expected.items():
            if now.amount(column) != amount:
                yield _sum_problem(now, column, amount, snapshot, previous)


def _sum_problem(line: Line, column: Column, expected: Decimal, snapshot: Snapshot, previous: Snapshot) -> str:
    return (
        f"{LINE_LABELS[line.code]} ({COLUMN_NAMES[column]}) is {_money(line.amount(column), snapshot)}, but the"
        f" statements up to {previous.period.label} and this period come to {_money(expected, snapshot)}."
        f" Publish a correction of {previous.period.label} first, then retry."
    )


def _day(value: date) -> str:
    return f"{value.day} {value:%b %Y}"


def _money(amount: Decimal, snapshot: Snapshot) -> str:
    return f"{snapshot.currency} {formatting.money(amount, snapshot.currency, 'en')}"
