"""What a new version of a statement changes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

from portal.domain.investments.returns.values import ratio_text
from portal.domain.investments.statements.values.snapshots import (
    COLUMNS,
    LINE_LABELS,
    Change,
    Correction,
    Line,
    Side,
    SideName,
    Snapshot,
)

RATIOS = ("dpi", "rvpi", "tvpi", "pic", "irr")


def corrected(snapshot: Snapshot, published: Snapshot, reason: str) -> Snapshot | None:
    """The snapshot with what it corrects in the one published; None when it says the same of the account, so that
    nothing is to be corrected. Number, version and the day of preparation are no figures; what the general partner and
    the fund come to by now is told by the next statement."""
    same = replace(
        stated_like(snapshot, published),
        number=published.number,
        version=published.version,
        prepared_on=published.prepared_on,
        correction=published.correction,
        beside=published.beside,
    )
    if same == published:
        return None
    changes = (*_lines(snapshot, published), *_ratios(snapshot, published))
    return replace(snapshot, correction=Correction(published.number, published.version, reason, changes))


def stated_like(snapshot: Snapshot, former: Snapshot) -> Snapshot:
    """The snapshot in the lines of `former`: expenses stood within the fees, without a total, before the fund's columns
    stood beside the account's."""
    if former.own.states("net_operating"):
        return snapshot
    fees, expenses = snapshot.line("fees"), snapshot.line("expenses")
    period, year, inception = (fees.amount(each) + expenses.amount(each) for each in COLUMNS)
    merged = Line("fees", period, year, inception)
    gone = ("expenses", "net_operating")
    lines = (merged if line.code == "fees" else line for line in snapshot.account_lines if line.code not in gone)
    return replace(snapshot, account_lines=tuple(lines))


def _lines(after: Snapshot, before: Snapshot) -> Iterator[Change]:
    earlier = before.sides
    for name, side in after.sides.items():
        if name in earlier:
            yield from _of_side(name, side, earlier[name])


def _of_side(name: SideName, after: Side, before: Side) -> Iterator[Change]:
    """The changes of one side. A line may have come, or gone, since only what has something to say is listed."""
    codes = (code for code in LINE_LABELS if after.states(code) or before.states(code))
    for code in codes:
        for column in COLUMNS:
            old, new = ((side.line(code).amount(column) if side.states(code) else None) for side in (before, after))
            if (old or 0) != (new or 0):
                yield Change(code, column, _text(old), _text(new), name)


def _ratios(after: Snapshot, before: Snapshot) -> Iterator[Change]:
    for name in RATIOS:
        old, new = (ratio_text(getattr(each.performance, name)) for each in (before, after))
        if old != new:
            yield Change(name, "inception", old, new)


def _text(amount: Decimal | None) -> str | None:
    return None if amount is None else f"{amount:f}"
