"""A vehicle's totals shared out among its holders."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal

from portal.domain.investments.tax_forms.rules.tying import SUMS, sum_of
from portal.domain.investments.tax_forms.values.boxes import BoxKind, Layout
from portal.domain.investments.tax_forms.values.runs import Boxes
from portal.platform.money import allocate


def share_totals(layout: Layout, totals: Boxes, weights: Sequence[Decimal], *, places: int) -> list[Boxes]:
    """Each holder's boxes, in the order of admission in which the weights are given. Every amount is divided by largest
    remainder, so that the parts come to it exactly; what is a sum of other boxes is added up of the holder's own.
    Texts, rates and checks are everybody's alike. Raises NothingToShareBy where nobody has any weight."""
    shared: list[dict[str, str]] = [{} for _ in weights]
    sums = SUMS.get(layout.kind, {})
    for code, value in totals.items():
        box = layout.find(code)
        alike = box is None or box.kind is not BoxKind.AMOUNT
        if code in sums and any(part in totals for part in sums[code]):
            continue
        parts = [value] * len(weights) if alike else _parts(Decimal(value), weights, places)
        for boxes, part in zip(shared, parts, strict=True):
            boxes[code] = part
    for code in sums.keys() & totals.keys():
        for boxes in shared:
            if code not in boxes:
                boxes[code] = f"{sum_of(boxes, sums[code]):.{places}f}"
    return list(shared)


def add_up(layout: Layout, given: Iterable[Boxes], *, places: int) -> Boxes:
    """What the amounts of several forms come to, box by box."""
    sums: dict[str, Decimal] = {}
    for boxes in given:
        for code, value in boxes.items():
            box = layout.find(code)
            if box is not None and box.kind is BoxKind.AMOUNT:
                sums[code] = sums.get(code, Decimal(0)) + Decimal(value)
    return {code: f"{amount:.{places}f}" for code, amount in sums.items()}


def _parts(total: Decimal, weights: Sequence[Decimal], places: int) -> list[str]:
    return [f"{part:.{places}f}" for part in allocate(total, weights, places=places)]
