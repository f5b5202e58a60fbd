"""What was filled in, drawn in its places on sheets as large as the pages it goes onto."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence

from reportlab.lib.colors import HexColor
from reportlab.pdfgen.canvas import Canvas

from portal.domain.documents.signing.values.certificates import Filled
from portal.domain.documents.signing.values.fields import FieldKind
from portal.domain.documents.signing.values.marks import CANVAS, MarkKind, Strokes
from portal.printing.sheets import draw_stroke
from portal.printing.typefaces import REGULAR, SEMIBOLD, legible, load_typefaces, width

INK, GREY = "#14295c", "#6a6f78"
SLANT = 0.21
LARGEST = {FieldKind.SIGNATURE: 22.0, FieldKind.INITIALS: 16.0}
USUAL = 11.0
WRITTEN = frozenset({FieldKind.SIGNATURE, FieldKind.INITIALS})


def draw_overlay(sizes: Mapping[int, tuple[float, float]], filled: Sequence[Filled], caption: str) -> bytes:
    """A PDF with one page for each number in `sizes` (width and height in points), in order; `caption` stands in small
    print under each signature. The same content gives the same bytes."""
    load_typefaces()
    target = io.BytesIO()
    canvas = Canvas(target, pageCompression=1, invariant=1)
    for number, size in sorted(sizes.items()):
        canvas.setPageSize(size)
        for each in filled:
            if each.field.page == number and each.text:
                _draw(canvas, each, size, caption)
        canvas.showPage()
    canvas.save()
    return target.getvalue()


def fit_strokes(strokes: Strokes, x: float, y: float, most: float, height: float) -> list[list[tuple[float, float]]]:
    """What was drawn, as large as fits into `most` by `height` points with its left bottom corner at (x, y)."""
    points = [point for stroke in strokes for point in stroke]
    left, top = min(each[0] for each in points), min(each[1] for each in points)
    across = max(max(each[0] for each in points) - left, 1)
    down = max(max(each[1] for each in points) - top, 1)
    scale = min(most / across, height / down, height / (CANVAS[1] * 0.4))
    return [[(x + (px - left) * scale, y + (top + down - py) * scale) for px, py in stroke] for stroke in strokes]


def _draw(canvas: Canvas, each: Filled, size: tuple[float, float], caption: str) -> None:
    box = each.field.box
    x, high, across = float(box.x) * size[0], float(box.height) * size[1], float(box.width) * size[0]
    y = size[1] - float(box.y) * size[1] - high
    kind = each.field.kind
    if kind is FieldKind.CHECKBOX:
        _draw_tick(canvas, x, y, min(across, high))
    elif kind is FieldKind.SIGNATURE:
        _draw_signature(canvas, each, (x, y, across, high), caption)
    else:
        _write(canvas, each.text, kind, (x, y, across, high))


def _draw_tick(canvas: Canvas, x: float, y: float, side: float) -> None:
    draw_stroke(
        canvas,
        [(x + side * 0.15, y + side * 0.5), (x + side * 0.4, y + side * 0.2), (x + side * 0.9, y + side * 0.85)],
        max(side * 0.12, 0.8),
        INK,
    )


def _draw_signature(canvas: Canvas, each: Filled, box: tuple[float, float, float, float], caption: str) -> None:
    """The mark over a line, with the small print under it."""
    x, y, across, high = box
    small = min(5.5, high * 0.16)
    line = y + small * 1.5
    canvas.setStrokeColor(HexColor(GREY))
    canvas.setLineWidth(0.4)
    canvas.line(x, line, x + across, line)
    canvas.setFillColor(HexColor(GREY))
    said = legible(caption)
    canvas.setFont(REGULAR, min(small, small * across / max(width(said, REGULAR, small), 1)))
    canvas.drawString(x, y + small * 0.3, said)
    room = high - (line - y) - 1
    if each.mark.kind is MarkKind.DRAWN:
        for stroke in fit_strokes(each.mark.strokes, x + 2, line + 1, across - 4, room):
            draw_stroke(canvas, stroke, max(room * 0.035, 0.7), INK)
    else:
        _write(canvas, each.text, FieldKind.SIGNATURE, (x, line, across, room))


def _write(canvas: Canvas, text: str, kind: FieldKind, box: tuple[float, float, float, float]) -> None:
    """Text as large as fits; signatures and initials lean."""
    x, y, across, high = box
    said, font = legible(text), SEMIBOLD if kind in WRITTEN else REGULAR
    size = min(LARGEST.get(kind, USUAL), high * 0.8)
    size = min(size, size * (across - 4) / max(width(said, font, size), 1))
    canvas.saveState()
    canvas.translate(x + 2, y + max((high - size) / 2, 0) + size * 0.2)
    if kind in WRITTEN:
        canvas.transform(1, 0, SLANT, 1, 0, 0)
    canvas.setFillColor(HexColor(INK))
    canvas.setFont(font, size)
    canvas.drawString(0, 0, said)
    canvas.restoreState()
