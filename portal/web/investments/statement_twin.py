"""What a page needs to show a statement as its PDF does; every figure comes from the snapshot."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from portal.domain.investments.returns.values import reason_sentence
from portal.domain.investments.statements.queries.versions import find_numbered_statement
from portal.domain.investments.statements.values.notes import list_notes
from portal.domain.investments.statements.values.snapshots import LINE_LABELS, SIDE_LABELS, Change
from portal.domain.investments.statements.values.statements import Statement
from portal.platform import formatting
from portal.web.toolkit.formatting import reader_locale
from portal.web.toolkit.session import actor
from portal.web.toolkit.translation import gettext as _


def statement_twin(statement: Statement) -> dict[str, Any]:
    """The context of investments/statements/_statement.html."""
    snapshot = statement.snapshot
    corrected = snapshot.correction
    changes = () if corrected is None else corrected.changes
    return {
        "statement": statement,
        "snapshot": snapshot,
        "labels": snapshot.labels,
        "undefined_because": {name: _(reason_sentence(code)) for name, code in snapshot.performance.reasons.items()},
        "beside": [(name, SIDE_LABELS[name], side) for name, side in snapshot.sides.items() if name != "account"],
        "notes": list_notes(snapshot),
        "replaced_id": None if corrected is None else find_numbered_statement(actor(), corrected.number),
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
