"""What a new version of a statement changes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

from portal.domain.investments.returns.values import ratio_text
from portal.domain.investments.statements.values.snapshots import COLUMNS, Change, Correction, Snapshot

RATIOS = ("dpi", "rvpi", "tvpi", "pic", "irr")


def corrected(snapshot: Snapshot, published: Snapshot, reason: str) -> Snapshot | None:
    """The snapshot with what it corrects in the one published; None when it says the same, so that nothing is to be
    corrected. Number, version and the day of preparation are no figures."""
    same = replace(
        snapshot,
        number=published.number,
        version=published.version,
        prepared_on=published.prepared_on,
        correction=published.correction,
    )
    if same == published:
        return None
    changes = (*_lines(snapshot, published), *_ratios(snapshot, published))
    return replace(snapshot, correction=Correction(published.number, published.version, reason, changes))


def _lines(after: Snapshot, before: Snapshot) -> Iterator[Change]:
    earlier = {line.code: line for line in (*before.account_lines, *before.commitment_lines)}
    for line in (*after.account_lines, *after.commitment_lines):
        then = earlier.get(line.code)
        for column in COLUMNS:
            old, new = (None if then is None else then.amount(column)), line.amount(column)
            if old != new:
                yield Change(line.code, column, _text(old), _text(new))


def _ratios(after: Snapshot, before: Snapshot) -> Iterator[Change]:
    for name in RATIOS:
        old, new = (ratio_text(getattr(each.performance, name)) for each in (before, after))
        if old != new:
            yield Change(name, "inception", old, new)


def _text(amount: Decimal | None) -> str | None:
    return None if amount is None else f"{amount:f}"
