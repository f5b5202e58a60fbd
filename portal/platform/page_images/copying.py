"""What runs in the confined process that makes a copy: each page drawn, marked and put into a new PDF."""

from __future__ import annotations

import io
from collections.abc import Iterator

import pypdfium2
from PIL import Image
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from portal.platform.page_images.confined import GREY, draw_page, mask_of, shrink
from portal.platform.page_images.values import WIDTH

QUALITY = 82
PICTURE_WIDTH = 595.0  # points of a page that is a picture: the width of A4
Drawn = tuple[Image.Image, float, float]


def write_copy(source: str, target: str, kind: str, lines: list[str], font: str, most: int) -> int | None:
    """Writes the pages of a file (pdf, png, jpg) to the PDF `target`, each a picture with `lines` across it; how many,
    None where there are none or more than `most`, or they cannot be read."""
    canvas, masks, count = Canvas(target, pageCompression=0, invariant=True), dict[tuple[int, int], Image.Image](), 0
    try:
        for page, across, down in _pages(source, most) if kind == "pdf" else _picture(source):
            if page.size not in masks:
                masks[page.size] = mask_of(page.size, lines, font)
            page.paste(GREY, mask=masks[page.size])
            kept = io.BytesIO()
            page.save(kept, "JPEG", quality=QUALITY)
            canvas.setPageSize((across, down))
            canvas.drawImage(ImageReader(kept), 0, 0, across, down)
            canvas.showPage()
            count += 1
    except (pypdfium2.PdfiumError, OSError, SyntaxError, ValueError, Image.DecompressionBombError):
        return None
    if count:
        canvas.save()
    return count or None


def _pages(source: str, most: int) -> Iterator[Drawn]:
    with pypdfium2.PdfDocument(source) as document:
        document.init_forms()  # what was filled in is drawn too
        if len(document) > most:
            return
        for number in range(1, len(document) + 1):
            across, down = document[number - 1].get_size()
            yield draw_page(document, number, WIDTH).convert("RGB"), across, down


def _picture(source: str) -> Iterator[Drawn]:
    with Image.open(source, formats=("PNG", "JPEG")) as picture:
        drawn = shrink(picture, WIDTH)
        yield drawn, PICTURE_WIDTH, PICTURE_WIDTH * drawn.height / drawn.width
