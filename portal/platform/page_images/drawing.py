"""Pages of documents as pictures, and marks across them: what a browser is shown instead of a stranger's file.

All of it is done in a confined process: pdfium and the decoders of pictures are large, and what they read was made by
somebody else. Starting one takes about as long as drawing one page, so that each draws a few pages ahead.
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from portal.platform.confined import Exhausted, run_confined
from portal.platform.page_images.values import WIDTH, Mark, NotDrawable, PageImage
from portal.platform.screening.values import MediaKind

DRAWABLE = frozenset({MediaKind.PDF, MediaKind.PNG, MediaKind.JPEG})
MOST_AHEAD = 8
SECONDS = 4
MOST_COPIED = 100
COPY_SECONDS = 20
FONT = Path(__file__).resolve().parents[2] / "printing" / "fonts" / "Inter-SemiBold.ttf"
_CONFINED = "portal.platform.page_images.confined"
_COPYING = "portal.platform.page_images.copying"


def draw_pages(content: bytes, kind: MediaKind, first: int) -> Sequence[PageImage]:
    """Page `first` of a file that was screened, and up to MOST_AHEAD pages in all as far as half a second goes.

    NotDrawable where there is no such page, or drawing it is beyond 512 MiB or SECONDS.
    """
    if kind not in DRAWABLE or (kind is not MediaKind.PDF and first != 1):
        raise NotDrawable
    with tempfile.TemporaryDirectory(prefix="pages-") as folder:
        source = Path(folder) / "source"
        source.write_bytes(content)
        if kind is MediaKind.PDF:
            drawn = _drawn_pages(source, folder, first)
        else:
            drawn = _confined("draw_picture", source=str(source), folder=folder, width=WIDTH)
        if not drawn:
            raise NotDrawable
        return [
            PageImage(number, (Path(folder) / f"{number}.webp").read_bytes(), width, height)
            for number, width, height in drawn
        ]


def _drawn_pages(source: Path, folder: str, first: int) -> Any:
    """A page ahead that is beyond all bounds must not take the one that was asked for with it."""
    asked = {"source": str(source), "folder": folder, "first": first, "width": WIDTH}
    try:
        return _confined("draw_pages", last=first + MOST_AHEAD - 1, **asked)
    except NotDrawable:
        return _confined("draw_pages", last=first, **asked)


def mark_page(page: PageImage, mark: Mark) -> PageImage:
    """The page with the mark across all of it, as part of the picture. Letters that our typeface lacks are left out;
    NotDrawable where nothing is left to write."""
    lines = _legible_lines(mark)
    with tempfile.TemporaryDirectory(prefix="mark-") as folder:
        source, target = Path(folder) / "page.webp", Path(folder) / "marked.webp"
        source.write_bytes(page.content)
        _confined("mark_page", source=str(source), target=str(target), lines=lines, font=str(FONT))
        return PageImage(page.number, target.read_bytes(), page.width, page.height)


def write_marked_copy(content: bytes, kind: MediaKind, mark: Mark) -> bytes:
    """A PDF of all pages of a file as pictures with the mark across each, and nothing else of it. NotDrawable where a
    page cannot be drawn, there are more than MOST_COPIED, or all is beyond 512 MiB or COPY_SECONDS."""
    lines = _legible_lines(mark)
    if kind not in DRAWABLE:
        raise NotDrawable
    with tempfile.TemporaryDirectory(prefix="copy-") as folder:
        source, target = Path(folder) / "source", Path(folder) / "copy.pdf"
        source.write_bytes(content)
        asked: dict[str, Any] = {
            "source": str(source),
            "target": str(target),
            "kind": kind.value,
            "lines": lines,
            "font": str(FONT),
        }
        try:
            made = run_confined(f"{_COPYING}:write_copy", seconds=COPY_SECONDS, most=MOST_COPIED, **asked)
        except Exhausted as error:
            raise NotDrawable from error
        if not made:
            raise NotDrawable
        return target.read_bytes()


def _legible_lines(mark: Mark) -> list[str]:
    lines = [line for line in map(_legible, mark.lines) if line]
    if not lines:
        raise NotDrawable
    return lines


def _legible(line: str) -> str:
    """The letters of Latin scripts and the signs beside them, which is what the typeface has."""
    return " ".join("".join(mark for mark in line if ord(mark) < 0x250 or 0x2010 <= ord(mark) <= 0x2027).split())


def _confined(function: str, **arguments: Any) -> Any:
    try:
        return run_confined(f"{_CONFINED}:{function}", seconds=SECONDS, **arguments)
    except Exhausted as error:
        raise NotDrawable from error
