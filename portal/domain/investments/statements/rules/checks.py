"""Whether a statement ties out: what must hold before anybody may see it."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from portal.domain.investments.statements.rules.corrections import stated_like
from portal.domain.investments.statements.rules.sides import (
    Former,
    apart,
    day,
    find_breaks,
    find_wrong_totals,
    follows,
    money,
)
from portal.domain.investments.statements.values.snapshots import LINE_LABELS, Snapshot

LISTED = (
    "total_flows", "transfers", "fees", "rebates", "expenses", "income", "interest_expense", "placement_fees",
    "realised",
)  # fmt: skip


def find_problems(snapshot: Snapshot, previous: Snapshot | None) -> list[str]:
    """Why a statement may not be published, as sentences for staff; empty when it ties out. `previous` is the last
    statement published for the holding before this period, which binds only when it ends the day before."""
    problems = [
        *_unvalued(snapshot),
        *find_wrong_totals(snapshot.own, snapshot.currency),
        *_unlike_the_ledger(snapshot),
        *_unlisted(snapshot),
    ]
    if previous is not None and follows(snapshot.period, previous.period):
        former = Former(previous.own, previous.period, previous.number)
        like = stated_like(snapshot, previous)
        problems += find_breaks(like.own, former, snapshot.period, snapshot.currency)
    return problems


def _unvalued(snapshot: Snapshot) -> Iterator[str]:
    ending = snapshot.line("ending_nav").inception
    if snapshot.performance.valued_on is None and ending:
        yield (
            f"There is no valuation on or before {day(snapshot.period.ends_on)}, while net assets of"
            f" {money(ending, snapshot.currency)} stand in the ledger. Post a valuation for that date, then retry."
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
                f"{LINE_LABELS[code]} since inception is {money(stated, snapshot.currency)}, but the ledger's balance"
                f" is {money(kept, snapshot.currency)}: {apart(stated, kept, snapshot.currency)}. Run the ledger check"
                " and tell whoever looks after the portal."
            )


def _unlisted(snapshot: Snapshot) -> Iterator[str]:
    """The transactions listed must be those that the account's lines are made of."""
    listed = sum((each.account_effect for each in snapshot.transactions), Decimal(0))
    stated = sum((snapshot.line(code).period for code in LISTED), Decimal(0))
    if listed != stated:
        yield (
            f"The transactions listed come to {money(listed, snapshot.currency)}, but contributions, distributions,"
            f" transfers and fees of the period are {money(stated, snapshot.currency)}:"
            f" {apart(listed, stated, snapshot.currency)}."
        )
