"""Bare reportlab: what a statement places on its pages, drawn by reportlab's own calls and nothing else."""

from __future__ import annotations

import io
from collections.abc import Sequence
from unittest.mock import patch

from pypdf import PdfReader
from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from portal.domain.investments.statements.values.snapshots import Snapshot
from portal.printing import sheets
from portal.printing.sheets import Page
from portal.printing.statements import Edition, print_statement
from portal.printing.typefaces import FOLDER, REGULAR, SEMIBOLD

Pages = Sequence[Sequence[Page]]  # of each page of paper what is placed on it: its content, its foot


def load_bare_typefaces() -> None:
    """The same files as reportlab reads them."""
    for name in (REGULAR, SEMIBOLD):
        pdfmetrics.registerFont(TTFont(f"Bare-{name}", str(FOLDER / f"{name}.ttf"), shapable=False))


def place(snapshot: Snapshot, edition: Edition) -> Pages:
    """What stands where on a statement."""
    pages: dict[int, list[Page]] = {}

    def note(canvas: Canvas, page: Page) -> None:
        pages.setdefault(canvas.getPageNumber(), []).append(page)

    with patch.object(sheets, "_draw", note):
        print_statement(snapshot, edition)
    return list(pages.values())


def draw(pages: Pages) -> bytes:
    """The PDF of it."""
    target = io.BytesIO()
    canvas = Canvas(target, pagesize=A4, pageCompression=1, invariant=1, lang="en")
    for parts in pages:
        for part in parts:
            _draw(canvas, part)
        canvas.showPage()
    canvas.save()
    return target.getvalue()


def text_of(pdf: bytes) -> list[str]:
    """What can be read on each page."""
    return [page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages]


def _draw(canvas: Canvas, page: Page) -> None:
    for rule in page.rules:
        canvas.setLineWidth(rule.weight)
        canvas.setStrokeColor(HexColor(rule.colour))
        canvas.line(rule.x, rule.y, rule.end, rule.y)
    written = canvas.beginText()
    style = None
    for each in page.texts:
        if each.style != style:
            style = each.style
            written.setFont(f"Bare-{style.font}", style.size)
            written.setFillColor(HexColor(style.colour))
        written.setTextOrigin(each.x, each.y)
        written.textOut(each.text)
    canvas.drawText(written)
