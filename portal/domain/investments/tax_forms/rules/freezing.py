"""Forms frozen as they are issued, and the digests that tell them from others."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any

import orjson

from portal.domain.investments.tax_forms.values.boxes import Layout
from portal.domain.investments.tax_forms.values.forms import Filled, TaxForm
from portal.domain.investments.tax_forms.values.runs import Allocation, Boxes, CurrentForm, TaxRun


def fill_boxes(layout: Layout, boxes: Boxes) -> tuple[Filled, ...]:
    """The boxes that are filled, in the form's order."""
    found = [(layout.find(code), boxes[code]) for code in sorted(boxes, key=layout.place)]
    return tuple(Filled(box.code, box.label, box.kind, value) for box, value in found if box is not None)


def figures_digest(form: TaxForm) -> str:
    """SHA-256 (hex) of all that a form says, in one canonical form."""
    return _digest(form.content())


def run_digest(run: TaxRun, allocations: Sequence[Allocation], current: Sequence[CurrentForm]) -> str:
    """What an approval is of: SHA-256, in hex, of the particulars, of each account's boxes, and of the forms in
    force that they take the place of."""
    return _digest(
        {
            "run": [
                str(run.vehicle_id),
                run.tax_year,
                run.kind,
                run.stage,
                run.payer_ein,
                run.payer_address,
                run.reason,
            ],
            "totals": dict(run.totals),
            "accounts": [[str(each.account_id), each.income, dict(each.boxes)] for each in _sorted(allocations)],
            "replaces": [[str(each.id), each.version] for each in _sorted(current)],
        }
    )


def _sorted(given: Sequence[Any]) -> list[Any]:
    return sorted(given, key=lambda each: (str(each.account_id), each.income))


def _digest(content: dict[str, Any]) -> str:
    return hashlib.sha256(orjson.dumps(content, option=orjson.OPT_SORT_KEYS)).hexdigest()
