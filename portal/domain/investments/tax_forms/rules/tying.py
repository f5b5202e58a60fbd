"""Whether what the holders are told comes to what the vehicle's own return says."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple

from portal.domain.investments.tax_forms.values.boxes import BoxKind, FormKind, Layout
from portal.domain.investments.tax_forms.values.incomes import APART
from portal.domain.investments.tax_forms.values.runs import Boxes

ZERO = Decimal(0)
# Boxes that are what others come to, with their signs: Schedule K-1, boxes 4 and L; Form 1042-S, box 10.
SUMS: Mapping[FormKind, Mapping[str, Mapping[str, int]]] = {
    FormKind.K1: {
        "4c": {"4a": 1, "4b": 1},
        "L-ending": {"L-beginning": 1, "L-contributed": 1, "L-income": 1, "L-other": 1, "L-withdrawn": -1},
    },
    FormKind.FOREIGN: {"10": {"7a": 1, "8": 1, "9": -1}},
}
# Boxes that are a part of another.
WITHIN: Mapping[FormKind, Mapping[str, str]] = {FormKind.K1: {"6b": "6a"}, FormKind.DIV: {"1b": "1a"}}


class Difference(NamedTuple):
    """A box whose allocations do not come to the vehicle's total."""

    code: str
    allocated: Decimal
    total: Decimal


def find_differences(layout: Layout, rows: Iterable[Boxes], totals: Boxes) -> list[Difference]:
    """The amounts whose allocations do not come to the total, in the form's order; a box without a total has zero."""
    sums: dict[str, Decimal] = {code: ZERO for code in totals}
    for boxes in rows:
        for code, value in boxes.items():
            box = layout.find(code)
            if box is not None and box.kind is BoxKind.AMOUNT:
                sums[code] = sums.get(code, ZERO) + Decimal(value)
    stated = {code: Decimal(totals.get(code, "0")) for code in sums if _is_amount(layout, code)}
    return [
        Difference(code, sums[code], stated[code])
        for code in sorted(stated, key=layout.place)
        if sums[code] != stated[code]
    ]


def find_contradictions(kind: FormKind, boxes: Boxes, unit: Decimal) -> list[tuple[str, str]]:
    """Boxes of one form that contradict each other, with a sentence: sums that are none, and parts above their
    whole, as far as rounding to the minor `unit` does not explain it."""
    found = []
    for code, parts in SUMS.get(kind, {}).items():
        if code in boxes and _amount(boxes, code) != sum_of(boxes, parts):
            found.append((code, f"Box {code} is not what {_formula(parts)} come to."))
    for part, whole in WITHIN.get(kind, {}).items():
        if _amount(boxes, part) > _amount(boxes, whole) + unit:
            found.append((part, f"Box {part} is a part of box {whole}, and is above it."))
    return found


def find_income_faults(kind: FormKind, boxes: Boxes) -> list[tuple[str, str]]:
    """What is missing or wrong of the boxes that say which income a Form 1042-S tells, with a sentence: box 1 has a
    code of two digits, box 3 the one chapter."""
    if kind not in APART:
        return []
    code, chapter = boxes.get("1", ""), boxes.get("3", "")
    found = []
    if not re.fullmatch("[0-9]{2}", code):
        found.append(("1", "Write the income code of this line in two digits, such as 06: a form tells one income."))
    if chapter not in {"3", "4"}:
        found.append(("3", "Write 3 or 4: the chapter under which tax is withheld from this income."))
    return found


def sum_of(boxes: Boxes, parts: Mapping[str, int]) -> Decimal:
    """What these boxes come to."""
    return sum((sign * _amount(boxes, code) for code, sign in parts.items()), ZERO)


def _formula(parts: Mapping[str, int]) -> str:
    codes: Sequence[str] = [f"{'less ' if sign < 0 else ''}{code}" for code, sign in parts.items()]
    return f"{', '.join(codes[:-1])} and {codes[-1]}"


def _amount(boxes: Boxes, code: str) -> Decimal:
    return Decimal(boxes.get(code, "0"))


def _is_amount(layout: Layout, code: str) -> bool:
    box = layout.find(code)
    return box is not None and box.kind is BoxKind.AMOUNT
