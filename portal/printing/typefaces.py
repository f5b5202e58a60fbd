"""The typeface of printed pages: Inter in two weights with tabular figures, Latin and Latin Extended.

The files were cut from the variable fonts in static/vendor/inter (instances at 400 and 600, digits mapped to their
tabular forms, hinting and layout tables dropped) under the licence beside them.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

REGULAR, SEMIBOLD = "Inter-Regular", "Inter-SemiBold"
FOLDER = Path(__file__).parent / "fonts"


@lru_cache(maxsize=1)
def load_typefaces() -> None:
    """Read both weights, once per process."""
    for name in (REGULAR, SEMIBOLD):
        pdfmetrics.registerFont(TTFont(name, str(FOLDER / f"{name}.ttf"), shapable=False))


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
