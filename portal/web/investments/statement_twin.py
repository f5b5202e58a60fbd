"""What a page needs to show a statement as its PDF does; everything comes from the snapshot."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from portal.domain.investments.statements.values.notes import list_notes
from portal.domain.investments.statements.values.snapshots import LINE_LABELS, SIDE_LABELS, Change
from portal.domain.investments.statements.values.statements import Statement
from portal.platform import formatting
from portal.web.toolkit.formatting import reader_locale


def statement_twin(statement: Statement) -> dict[str, Any]:
    """The context of investments/statements/_statement.html."""
    snapshot = statement.snapshot
    changes = () if snapshot.correction is None else snapshot.correction.changes
    return {
        "statement": statement,
        "snapshot": snapshot,
        "labels": snapshot.labels,
        "beside": [(name, SIDE_LABELS[name], side) for name, side in snapshot.sides.items() if name != "account"],
        "notes": list_notes(snapshot),
        "changes": [
            (
                snapshot.labels.get(each.figure, each.figure.upper()),
                each.column,
                each.side,
                *_shown(each, snapshot.currency),
            )
            for each in changes
        ],
    }


def _shown(change: Change, currency: str) -> tuple[str, str]:
    before, after = (None if text is None else Decimal(text) for text in (change.before, change.after))
    locale = reader_locale()
    if change.figure in LINE_LABELS:
        return formatting.money(before, currency, locale), formatting.money(after, currency, locale)
    show = formatting.percent if change.figure == "irr" else formatting.ratio
    return show(before, locale), show(after, locale)
