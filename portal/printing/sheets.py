"""Sheets of paper: text and rules set from the top down, pages begun as needed, then written as a PDF.

Everything is placed first and written afterwards, so that each page can say how many there are. The same content gives
the same bytes.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from reportlab import rl_config
from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from portal.printing.typefaces import REGULAR, load_typefaces, width, wrapped
from portal.printing.writing import write_rules, write_texts

PAGE_WIDTH, PAGE_HEIGHT = A4
LEFT, RIGHT = 54.0, PAGE_WIDTH - 54.0
_PAGE = re.compile(rb"/Type /Page\b")
TOP, BOTTOM = PAGE_HEIGHT - 54.0, 68.0

rl_config.useA85 = 0  # pages are bytes, not letters of mail a quarter longer


class Style(NamedTuple):
    """How text is set: font, size in points, colour as #rrggbb."""

    font: str = REGULAR
    size: float = 8.5
    colour: str = "#17191d"


class _Text(NamedTuple):
    x: float
    y: float
    text: str
    style: Style


class _Rule(NamedTuple):
    x: float
    y: float
    end: float
    weight: float
    colour: str


class _Stroke(NamedTuple):
    points: Sequence[tuple[float, float]]
    weight: float
    colour: str


@dataclass(slots=True)
class Page:
    """One page: what is set on it."""

    texts: list[_Text] = field(default_factory=list)
    rules: list[_Rule] = field(default_factory=list)
    strokes: list[_Stroke] = field(default_factory=list)


class Sheets:
    """Pages in the making. `y` is where the next line stands; `head` sets the top of every page after the first."""

    def __init__(self, head: Callable[[Sheets], None]) -> None:
        load_typefaces()
        self.pages = [Page()]
        self.y = TOP
        self._head = head

    def text(self, x: float, text: str, style: Style, *, right: bool = False) -> None:
        """Set `text` from `x` on, or with its right edge at `x`."""
        start = x - width(text, style.font, style.size) if right else x
        self.pages[-1].texts.append(_Text(start, self.y, text, style))

    def figure(self, x: float, text: str, style: Style) -> None:
        """Set a figure with its last digit at `x`; the closing parenthesis of a negative one hangs over the edge."""
        hang = width(")", style.font, style.size) if text.endswith(")") else 0.0
        self.text(x + hang, text, style, right=True)

    def paragraph(self, x: float, text: str, style: Style, *, most: float, leading: float) -> None:
        """Set `text` in lines of `most` points, `leading` apart, each on a page with room for it."""
        for line in wrapped(text, style.font, style.size, most):
            self.room(leading)
            self.text(x, line, style)
            self.y -= leading

    def rule(self, x: float, end: float, *, weight: float = 0.4, colour: str = "#c9c9c4", above: float = 0.0) -> None:
        """Draw a line from `x` to `end`, `above` points over where text stands."""
        self.pages[-1].rules.append(_Rule(x, self.y + above, end, weight, colour))

    def stroke(self, points: Sequence[tuple[float, float]], *, weight: float, colour: str) -> None:
        """Draw a line with round ends through `points` of the page."""
        self.pages[-1].strokes.append(_Stroke(points, weight, colour))

    def down(self, points: float) -> None:
        """Go down by `points`."""
        self.y -= points

    def room(self, points: float) -> None:
        """Begin another page unless `points` are left on this one."""
        if self.y - points < BOTTOM:
            self.pages.append(Page())
            self.y = TOP
            self._head(self)

    def write(self, foot: Callable[[int, int], Page], *, title: str, author: str) -> bytes:
        """The PDF; `foot` gives what stands below page n of m."""
        target = io.BytesIO()
        begin: dict[str, Any] = {"initialFontName": REGULAR}  # a number, its stub says
        canvas = Canvas(target, pagesize=A4, pageCompression=1, invariant=1, lang="en", **begin)
        canvas.setTitle(title)
        canvas.setAuthor(author)
        canvas.setProducer(author)
        for number, page in enumerate(self.pages, 1):
            _draw(canvas, page)
            _draw(canvas, foot(number, len(self.pages)))
            canvas.showPage()
        canvas.save()
        return target.getvalue()


def count_pages(pdf: bytes) -> int:
    """The pages of a PDF that `write` made."""
    return len(_PAGE.findall(pdf))


def _draw(canvas: Canvas, page: Page) -> None:
    write_rules(canvas, page.rules)
    for stroke in page.strokes:
        draw_stroke(canvas, stroke.points, stroke.weight, stroke.colour)
    write_texts(canvas, page.texts)


def draw_stroke(canvas: Canvas, points: Sequence[tuple[float, float]], weight: float, colour: str) -> None:
    """A line with round ends through `points`; a single one is a dot."""
    canvas.setLineWidth(weight)
    canvas.setLineCap(1)
    canvas.setLineJoin(1)
    canvas.setStrokeColor(HexColor(colour))
    path = canvas.beginPath()
    path.moveTo(*points[0])
    for point in points[1:] or points:
        path.lineTo(*point)
    canvas.drawPath(path)
    canvas.setLineCap(0)
    canvas.setLineJoin(0)
