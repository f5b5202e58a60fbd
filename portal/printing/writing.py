"""What is placed on a page as the operators of a PDF.

Reportlab's text objects find out anew for each word how its numbers, colours and letters are written, which is most of
what a page costs. Here that is found out once and kept; the picture is the same.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from reportlab.lib.colors import HexColor
from reportlab.lib.rl_accel import escapePDF
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfgen.canvas import Canvas

Look = tuple[str, float, str]  # font, size in points, colour as #rrggbb
Text = tuple[float, float, str, Look]  # where it begins, the words, how they are set
Rule = tuple[float, float, float, float, str]  # where it begins, where it ends, weight, colour
ESCAPES = str.maketrans({"\\": r"\\", "(": r"\(", ")": r"\)"})


def write_rules(canvas: Canvas, rules: Iterable[Rule]) -> None:
    """Draw level lines on the canvas's page."""
    for x, y, end, weight, colour in rules:
        canvas.addLiteral(f"{weight:g} w {_colour(colour)} RG n {x:.2f} {y:.2f} m {end:.2f} {y:.2f} l S")


def write_texts(canvas: Canvas, texts: Iterable[Text]) -> None:
    """Set texts on the canvas's page, each where it belongs."""
    fonts: dict[str, tuple[Any, str]] = {}
    look = None
    canvas.addLiteral("BT")
    for x, y, text, wanted in texts:
        name, size, colour = wanted
        if name not in fonts:
            font: Any = pdfmetrics.getFont(name)
            fonts[name] = font, font.getSubsetInternalName(0, _document(canvas))
        font, first = fonts[name]
        if wanted != look:
            canvas.addLiteral(f"{_colour(colour)} rg {first} {size:g} Tf")
            look = wanted
        canvas.addLiteral(f"1 0 0 1 {x:.2f} {y:.2f} Tm")
        if text.isascii() and text.isprintable():  # these stand in a font's first part, each where ASCII has it
            canvas.addLiteral(f"({text.translate(ESCAPES)}) Tj")
        else:
            canvas.addLiteral(_in_parts(canvas, font, text, size))
            look = None
    canvas.addLiteral("ET")


def _in_parts(canvas: Canvas, font: Any, text: str, size: float) -> str:
    """Text whose letters may lie in several parts of a font, each of at most 256."""
    document = _document(canvas)
    parts = font.splitString(text, document)
    return " ".join(
        f"{font.getSubsetInternalName(part, document)} {size:g} Tf ({escapePDF(codes)}) Tj" for part, codes in parts
    )


def _document(canvas: Any) -> Any:
    return canvas._doc  # what the canvas itself gives to fonts


@lru_cache(maxsize=64)
def _colour(name: str) -> str:
    return " ".join(f"{part:.6g}" for part in HexColor(name).rgb())
