"""What runs in the confined process: pages drawn by pdfium, pictures by Pillow, marks across them."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pypdfium2
from PIL import Image, ImageDraw, ImageFont

AHEAD_SECONDS = 0.5
TALLEST = 3  # times the width: a longer page is drawn narrower
COLOURS = 256
LOSSLESS = {"lossless": True, "quality": 0, "method": 0}  # of text: sharper, smaller and faster
LOSSY = {"quality": 82, "method": 2}
WHITE, GREY, STRENGTH = (255, 255, 255), (128, 128, 128), 0.34  # seen on black as on white
ANGLE = 28
Size = tuple[int, int, int]


def draw_pages(source: str, folder: str, first: int, last: int, width: int) -> list[Size] | None:
    """Draws page `first` of a document into `folder` as `<number>.webp`, and the next ones up to `last` while there is
    time; number, width and height of each, None where there is no such page or it cannot be read."""
    began, drawn = time.monotonic(), []
    try:
        with pypdfium2.PdfDocument(source) as document:
            document.init_forms()  # what was filled in is drawn too
            for number in range(first, min(last, len(document)) + 1):
                drawn.append(_kept(draw_page(document, number, width), folder, number))
                if time.monotonic() - began > AHEAD_SECONDS:
                    break
    except pypdfium2.PdfiumError:
        return drawn or None
    return drawn or None


def draw_page(document: pypdfium2.PdfDocument, number: int, width: int) -> Image.Image:
    """Page `number` (from 1) as a picture, `width` points wide or less."""
    page = document[number - 1]
    across, down = page.get_size()
    bitmap = page.render(scale=min(width / across, TALLEST * width / down), optimize_mode="print", rev_byteorder=True)
    drawn: Image.Image = bitmap.to_pil()
    return drawn


def draw_picture(source: str, folder: str, width: int) -> list[Size] | None:
    """Draws a picture into `folder` as `1.webp`, as draw_pages does."""
    try:
        with Image.open(source, formats=("PNG", "JPEG")) as picture:
            return [_kept(shrink(picture, width), folder, 1)]
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError):
        return None


def shrink(picture: Image.Image, width: int) -> Image.Image:
    """The picture on white, `width` points wide or less."""
    scale = min(1, width / picture.width, TALLEST * width / picture.height)
    size = (max(1, round(picture.width * scale)), max(1, round(picture.height * scale)))
    picture.draft("RGB", size)
    return _on_white(_shown(picture).resize(size))


def _shown(picture: Image.Image) -> Image.Image:
    """The picture in a mode that can be made smaller."""
    if picture.mode.startswith("I"):  # 16 bits of grey
        return picture.point(lambda value: value * (1 / 256)).convert("L")
    if picture.mode in {"P", "1"}:
        return picture.convert("RGBA" if "transparency" in picture.info else "RGB")
    return picture


def _on_white(picture: Image.Image) -> Image.Image:
    if picture.mode not in {"RGBA", "LA"}:
        return picture.convert("RGB")
    paper = Image.new("RGB", picture.size, WHITE)
    paper.paste(picture.convert("RGB"), mask=picture.getchannel("A"))
    return paper


def mark_page(source: str, target: str, lines: list[str], font: str) -> Size | None:
    """Writes the page drawn in `source` to `target` with `lines` across it, again and again."""
    with Image.open(source, formats=("WEBP",)) as drawn:
        page = drawn.convert("RGB")
    page.paste(GREY, mask=mask_of(page.size, lines, font))
    _save(page, Path(target))
    return 1, *page.size


def mask_of(size: tuple[int, int], lines: list[str], font: str) -> Image.Image:
    """Where the mark stands, and how strongly: rows of text, turned, over all of the page."""
    letters = ImageFont.truetype(font, max(12, min(size) // 42))
    side = int((size[0] ** 2 + size[1] ** 2) ** 0.5) + 1
    rows = Image.new("L", (side, side))
    draw, strength = ImageDraw.Draw(rows), round(255 * STRENGTH)
    for across, down, line in _places(side, lines, letters):
        draw.text((across, down), line, font=letters, fill=strength)
    left, top = (side - size[0]) // 2, (side - size[1]) // 2
    return rows.rotate(ANGLE, Image.Resampling.BILINEAR).crop((left, top, left + size[0], top + size[1]))


def _places(side: int, lines: list[str], letters: ImageFont.FreeTypeFont) -> Iterator[tuple[int, int, str]]:
    line_height = round(letters.size * 1.35)
    wide = max(round(letters.getlength(line)) for line in lines) + 4 * line_height
    high = line_height * (len(lines) + 4)
    for row, down in enumerate(range(0, side, high)):
        for across in range(-(row % 2) * wide // 2, side, wide):
            for place, line in enumerate(lines):
                yield across, down + place * line_height, line


def _kept(page: Image.Image, folder: str, number: int) -> Size:
    _save(page, Path(folder) / f"{number}.webp")
    return number, *page.size


def _save(page: Image.Image, target: Path) -> None:
    page.save(target, "WEBP", **(LOSSLESS if page.getcolors(COLOURS) else LOSSY))
