"""Where fields lie on pages."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from portal.domain.documents.signing.errors import PlacedBadly
from portal.domain.documents.signing.values.fields import Box, FieldKind, NewField, Spot

MARGIN = Decimal("0.08")
PLACES = Decimal("0.0001")
SIZES = {
    FieldKind.SIGNATURE: (Decimal("0.30"), Decimal("0.06")),
    FieldKind.INITIALS: (Decimal("0.10"), Decimal("0.035")),
    FieldKind.DATE: (Decimal("0.18"), Decimal("0.025")),
    FieldKind.NAME: (Decimal("0.30"), Decimal("0.025")),
    FieldKind.TEXT: (Decimal("0.35"), Decimal("0.025")),
    FieldKind.CHECKBOX: (Decimal("0.025"), Decimal("0.018")),
}


def box_at(spot: Spot, kind: FieldKind) -> Box:
    """The box of the usual size for a kind of field at a place that has a name."""
    width, height = SIZES[kind]
    across = {"left": MARGIN, "right": 1 - MARGIN - width, "centre": (1 - width) / 2}
    down = {"top": MARGIN, "bottom": 1 - MARGIN - height, "centre": (1 - height) / 2}
    vertical, _, horizontal = spot.value.rpartition("_")
    return Box(across[horizontal], down[vertical or horizontal], width, height)


def box_from(kind: FieldKind, x: Decimal, y: Decimal) -> Box:
    """The box of the usual size for a kind of field whose top left corner is at (x, y), moved in where it would
    leave the page."""
    width, height = SIZES[kind]
    return Box(min(x, 1 - width), min(y, 1 - height), width, height)


def placed(field: NewField, pages: int) -> NewField:
    """`field` with its page counted from the first, in four decimals; PlacedBadly where it is on no page, or not
    wholly on it."""
    page = field.page if field.page > 0 else pages + 1 + field.page
    if not 1 <= page <= pages:
        raise PlacedBadly(fields={"page": f"The document has {pages} {'page' if pages == 1 else 'pages'}."})
    box = Box(*(part.quantize(PLACES) for part in _parts(field.box)))
    inside = box.x >= 0 and box.y >= 0 and box.x + box.width <= 1 and box.y + box.height <= 1
    if not inside or box.width <= 0 or box.height <= 0:
        raise PlacedBadly(fields={"x": "The field has to lie on the page as a whole."})
    return replace(field, page=page, box=box)


def _parts(box: Box) -> tuple[Decimal, ...]:
    parts = (box.x, box.y, box.width, box.height)
    if not all(part.is_finite() and abs(part) <= 1 for part in parts):
        raise PlacedBadly(fields={"x": "Places are given in percent of the page, from 0 to 100."})
    return parts
