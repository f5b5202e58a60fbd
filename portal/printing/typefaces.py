"""The typeface of printed pages: Inter in two weights with tabular figures, Latin and Latin Extended.

The files were cut from the variable fonts in static/vendor/inter (instances at 400 and 600, digits mapped to their
tabular forms, hinting and layout tables dropped) under the licence beside them.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from reportlab.lib.rl_accel import fp_str
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.pdfdoc import PDFStream, PDFStreamFilterZCompress
from reportlab.pdfbase.ttfonts import TTFont, TTFontFace

REGULAR, SEMIBOLD = "Inter-Regular", "Inter-SemiBold"
FOLDER = Path(__file__).parent / "fonts"


class _Compression(PDFStreamFilterZCompress):
    """Compresses what stands in many files once."""

    @lru_cache(maxsize=256)  # noqa: B019  # there is one, for as long as the process
    def encode(self, text: str | bytes) -> bytes:
        return bytes(super().encode(text))


_COMPRESSION = _Compression()


class _Face(TTFontFace):
    """A face that cuts the letters of a file out of the typeface once: most files have the same."""

    def makeSubset(self, subset: Sequence[int]) -> bytes:  # noqa: N802  # reportlab's name
        return self._cut(tuple(subset))

    @lru_cache(maxsize=256)  # noqa: B019  # faces live as long as the process
    def _cut(self, letters: tuple[int, ...]) -> bytes:
        return bytes(super().makeSubset(list(letters)))


class _Typeface(TTFont):
    def __init__(self, name: str, path: str) -> None:
        super().__init__(name, path, shapable=False)
        self.face = _Face(path)

    def addObjects(self, doc: Any) -> None:  # noqa: N802  # reportlab's name
        before = set(doc.idToObject)
        super().addObjects(doc)
        for name in doc.idToObject.keys() - before:
            added: Any = doc.idToObject[name]
            if isinstance(added, PDFStream):
                added.filters = [_COMPRESSION]
            elif hasattr(added, "Widths"):
                added.Widths = _widths(tuple(added.Widths.sequence))


@lru_cache(maxsize=256)
def _widths(given: tuple[float, ...]) -> str:
    return f"[{fp_str(*given)}]"


@lru_cache(maxsize=1)
def load_typefaces() -> None:
    """Read both weights, once per process."""
    for name in (REGULAR, SEMIBOLD):
        pdfmetrics.registerFont(_Typeface(name, str(FOLDER / f"{name}.ttf")))


@lru_cache(maxsize=20_000)
def width(text: str, font: str, size: float) -> float:
    """How wide `text` is, in points."""
    return float(pdfmetrics.stringWidth(text, font, size))


def legible(text: str) -> str:
    """`text` with what the typeface has no letters for written as code points (`U+4F60`), and nothing that steers."""
    load_typefaces()
    font: Any = pdfmetrics.getFont(REGULAR)
    known = font.face.charToGlyph
    return "".join(each if ord(each) in known else f" U+{ord(each):04X} " for each in text)


def wrapped(text: str, font: str, size: float, most: float) -> list[str]:
    """`text` in lines of `most` points at the most; a word that is wider than a line is broken."""
    lines: list[str] = []
    line = ""
    for word in text.split():
        longer = f"{line} {word}" if line else word
        if width(longer, font, size) <= most:
            line = longer
            continue
        if line:
            lines.append(line)
        while width(word, font, size) > most:
            cut = next(n for n in range(len(word) - 1, 0, -1) if n == 1 or width(word[:n], font, size) <= most)
            lines.append(word[:cut])
            word = word[cut:]
        line = word
    return [*lines, line] if line else lines
